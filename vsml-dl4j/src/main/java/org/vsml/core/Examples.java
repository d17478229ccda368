package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.Arrays;

/**
 * A stream of labelled examples, in the order in which a learner meets them. The arrays are owned
 * by this object; treat them as read-only.
 *
 * @param task shape of each example, number of classes
 * @param parallel P, examples a step; 1 for online learning, more for batched learning algorithms
 * @param inputs [T, P, inputs] row-major, finite and within float
 * @param labels [T, P], each in [0, classes), or {@link #UNLABELLED}
 */
public record Examples(TaskShape task, int parallel, double[] inputs, int[] labels) {

    /**
     * An example whose label is never shown: its error and label messages are zero, and it has no
     * loss.
     */
    public static final int UNLABELLED = -1;

    public Examples {
        require(
                task != null && inputs != null && labels != null,
                "task, inputs and labels must not be null");
        require(parallel >= 1, "parallel must be >= 1, got %d", parallel);
        require(
                labels.length % parallel == 0,
                "the number of labels must be a multiple of parallel %d, got %d",
                parallel,
                labels.length);
        require(
                (long) labels.length * task.inputs() == inputs.length,
                "%d labels and %d inputs an example need %d input values, got %d",
                labels.length,
                task.inputs(),
                (long) labels.length * task.inputs(),
                inputs.length);
        for (int i = 0; i < labels.length; i++) {
            require(
                    labels[i] >= UNLABELLED && labels[i] < task.classes(),
                    "label of example %d must be in [0, %d), got %d",
                    i,
                    task.classes(),
                    labels[i]);
        }
        for (int i = 0; i < inputs.length; i++) {
            require(
                    isInput(inputs[i]),
                    "input %d of example %d must be finite and within float, got %s",
                    i % task.inputs(),
                    i / task.inputs(),
                    inputs[i]);
        }
    }

    /** An online stream: one example a step. */
    public static Examples online(TaskShape task, double[] inputs, int[] labels) {
        return new Examples(task, 1, inputs, labels);
    }

    /**
     * The examples of {@code count} steps from step {@code first} (from 0) on; this object itself
     * if that is all of them.
     */
    public Examples slice(int first, int count) {
        require(
                first >= 0 && count >= 0 && count <= length() - first,
                "steps %d to %d must be in [0, %d]",
                first,
                (long) first + count,
                length());
        if (count == length()) {
            return this;
        }
        int from = first * parallel;
        int to = (first + count) * parallel;
        return new Examples(
                task,
                parallel,
                Arrays.copyOfRange(inputs, from * task.inputs(), to * task.inputs()),
                Arrays.copyOfRange(labels, from, to));
    }

    /** Throws unless these can go on a stream of the task, one example a step. */
    public void requireStreamOf(TaskShape expected) {
        require(
                task.equals(expected) && parallel == 1,
                "a stream of %s takes one example at a time, got %s and %d",
                expected,
                task,
                parallel);
    }

    /** Number of steps T. */
    public int length() {
        return labels.length / parallel;
    }

    /** Throws unless {@code input} is an example of the task: [inputs], finite, within float. */
    public static void requireInput(double[] input, TaskShape task) {
        require(
                input.length == task.inputs(),
                "an example of this stream has %d inputs, got %d",
                task.inputs(),
                input.length);
        for (int i = 0; i < input.length; i++) {
            // Arguments of a message that is not made are not boxed.
            if (!isInput(input[i])) {
                require(false, "input %d must be finite and within float, got %s", i, input[i]);
            }
        }
    }

    /** Whether a learner takes a value: engines in float would make infinity of larger ones. */
    public static boolean isInput(double value) {
        return Math.abs(value) <= Float.MAX_VALUE;
    }

    /** Throws unless {@code label} is one of the task, or {@link #UNLABELLED}. */
    public static void requireLabel(int label, TaskShape task) {
        require(
                label >= UNLABELLED && label < task.classes(),
                "label must be in [0, %d), got %d",
                task.classes(),
                label);
    }
}
