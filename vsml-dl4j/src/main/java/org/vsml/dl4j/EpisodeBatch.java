package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.Examples;
import org.vsml.core.InputShape;
import org.vsml.core.TaskShape;

/**
 * What a {@link VsmlLayer} runs over: the steps of [episodes, features + classes, T] that are not
 * masked, checked, and the way back to arrays of that shape.
 */
final class EpisodeBatch {

    private final TaskShape task;
    private final int steps;
    private final double[] values; // [episodes, T, features + classes]
    private final int[][] present; // for each episode the steps that are not masked, ascending
    private final int[] order;

    private EpisodeBatch(TaskShape task, int steps, double[] values, int[][] present) {
        this.task = task;
        this.steps = steps;
        this.values = values;
        this.present = present;
        order = featureOrder(task.input());
    }

    /**
     * @param input [episodes, features + classes, T]
     * @param mask [episodes, T], 0 where there is no step, or null
     * @param owner the layer, for messages
     */
    static EpisodeBatch read(INDArray input, INDArray mask, TaskShape task, String owner) {
        int channels = task.inputs() + task.classes();
        require(
                input.rank() == 3,
                "%s expects [episodes, features + classes, T] = [episodes, %d + %d, T], got rank %d, shape %s. Single"
                        + " examples become episodes by EpisodeDataSetIterator; one example at a time goes to rnnTimeStep",
                owner,
                task.inputs(),
                task.classes(),
                input.rank(),
                Arrays.toString(input.shape()));
        require(
                input.size(1) != task.inputs(),
                "%s expects each example beside its label, [episodes, %d + %d, T], got the %d features alone: the labels"
                        + " are missing. Put a VsmlVertex before the layer, or append the one-hot labels (zeros where the"
                        + " label is not known)",
                owner,
                task.inputs(),
                task.classes(),
                task.inputs());
        require(
                !(input.size(1) != channels && input.size(2) == channels),
                "%s expects [episodes, %d, T] (NCW), got %s, which looks like [episodes, T, %d] (NWC): permute(0, 2, 1)"
                        + " the data",
                owner,
                channels,
                Arrays.toString(input.shape()),
                channels);
        require(
                !(input.size(1) == task.inputs() + 1 && task.classes() > 1),
                "%s expects %d features beside one-hot labels of %d classes, got %d channels, as many as the features and"
                        + " a class index: make the labels one-hot",
                owner,
                task.inputs(),
                task.classes(),
                input.size(1));
        require(
                input.size(1) == channels,
                "%s expects [episodes, features + classes, T] = [episodes, %d + %d, T], got %s: with %d classes these are"
                        + " %d features, with %d features they are %d classes. A layer for other sizes has another nIn,"
                        + " which is features + classes, or nOut, the number of classes",
                owner,
                task.inputs(),
                task.classes(),
                Arrays.toString(input.shape()),
                task.classes(),
                input.size(1) - task.classes(),
                task.inputs(),
                input.size(1) - task.inputs());
        require(
                input.size(0) > 0 && input.size(2) > 0,
                "%s needs at least one episode of at least one step, got shape %s",
                owner,
                Arrays.toString(input.shape()));
        int episodes = (int) input.size(0);
        int steps = (int) input.size(2);
        double[] values = Arrays3d.rowMajor(input.permute(0, 2, 1));
        EpisodeBatch batch =
                new EpisodeBatch(task, steps, values, present(mask, episodes, steps, owner));
        batch.check(owner);
        return batch;
    }

    private static int[][] present(INDArray mask, int episodes, int steps, String owner) {
        int[][] present = new int[episodes][];
        if (mask == null) {
            Arrays.setAll(present, e -> IntStream.range(0, steps).toArray());
            return present;
        }
        require(
                mask.length() == (long) episodes * steps && mask.size(0) == episodes,
                "%s expects a mask [episodes, T] = [%d, %d], got %s",
                owner,
                episodes,
                steps,
                Arrays.toString(mask.shape()));
        double[] flags = Arrays3d.rowMajor(mask);
        Arrays.setAll(
                present,
                e -> IntStream.range(0, steps).filter(t -> flags[e * steps + t] != 0).toArray());
        return present;
    }

    private void check(String owner) {
        for (int e = 0; e < present.length; e++) {
            for (int t : present[e]) {
                int row = row(e, t);
                for (int i = 0; i < task.inputs(); i++) {
                    require(
                            Examples.isInput(values[row + i]),
                            "%s: feature %d of step %d of episode %d must be finite and within"
                                    + " float, got %s",
                            owner,
                            i,
                            t,
                            e,
                            values[row + i]);
                }
                int ones = 0;
                int zeros = 0;
                for (int b = 0; b < task.classes(); b++) {
                    double value = values[row + task.inputs() + b];
                    ones += value == 1 ? 1 : 0;
                    zeros += value == 0 ? 1 : 0;
                }
                if (ones > 1 || ones + zeros != task.classes()) {
                    int from = row + task.inputs();
                    throw new IllegalArgumentException(
                            String.format(
                                    "%s: the label of step %d of episode %d (the last %d channels) must be one-hot, or all 0 where"
                                            + " it is not known, got %s. A normalizer must see the features only: set it on the"
                                            + " iterator below EpisodeDataSetIterator",
                                    owner,
                                    t,
                                    e,
                                    task.classes(),
                                    Arrays.toString(
                                            Arrays.copyOfRange(
                                                    values,
                                                    from,
                                                    from + Math.min(task.classes(), 20)))));
                }
            }
        }
    }

    int episodes() {
        return present.length;
    }

    int steps() {
        return steps;
    }

    /** Episodes that have at least one step. */
    int[] running() {
        return IntStream.range(0, present.length).filter(e -> present[e].length > 0).toArray();
    }

    /** The steps of an episode that are not masked. */
    Examples examples(int episode) {
        int[] at = present[episode];
        double[] inputs = new double[at.length * task.inputs()];
        int[] labels = new int[at.length];
        for (int i = 0; i < at.length; i++) {
            int row = row(episode, at[i]);
            for (int j = 0; j < order.length; j++) {
                inputs[i * order.length + j] = values[row + order[j]];
            }
            labels[i] = Examples.UNLABELLED;
            for (int b = 0; b < task.classes(); b++) {
                if (values[row + order.length + b] == 1) {
                    labels[i] = b;
                }
            }
        }
        return Examples.online(task, inputs, labels);
    }

    /** The same episodes, of their steps only those in [from, to). */
    EpisodeBatch window(int from, int to) {
        int[][] within = new int[present.length][];
        Arrays.setAll(
                within, e -> Arrays.stream(present[e]).filter(t -> t >= from && t < to).toArray());
        return new EpisodeBatch(task, steps, values, within);
    }

    /**
     * Rows [steps present, classes] of an episode out of [episodes, T, classes] in row-major order.
     */
    double[] gatherClasses(double[] all, int episode) {
        int[] at = present[episode];
        double[] rows = new double[at.length * task.classes()];
        for (int i = 0; i < at.length; i++) {
            System.arraycopy(
                    all,
                    (episode * steps + at[i]) * task.classes(),
                    rows,
                    i * task.classes(),
                    task.classes());
        }
        return rows;
    }

    /**
     * Puts rows [steps present, classes] of an episode into an array [episodes, classes, T] in
     * column-major order (first index fastest).
     */
    void scatterClasses(double[] rows, int episode, double[] all) {
        int[] at = present[episode];
        for (int i = 0; i < at.length; i++) {
            for (int b = 0; b < task.classes(); b++) {
                all[episode + present.length * (b + task.classes() * at[i])] =
                        rows[i * task.classes() + b];
            }
        }
    }

    /**
     * Puts input rows [steps present, features] of an episode into [episodes, features + classes,
     * T], column-major.
     */
    void scatterInputs(double[] rows, int episode, double[] all) {
        int[] at = present[episode];
        int channels = task.inputs() + task.classes();
        for (int i = 0; i < at.length; i++) {
            for (int j = 0; j < order.length; j++) {
                all[episode + present.length * (order[j] + channels * at[i])] =
                        rows[i * order.length + j];
            }
        }
    }

    private int row(int episode, int step) {
        return (episode * steps + step) * (task.inputs() + task.classes());
    }

    /**
     * For each input in the model's order (row, column, channel) its place in Deeplearning4j's
     * (channel, row, column).
     */
    static int[] featureOrder(InputShape shape) {
        int pixels = shape.height() * shape.width();
        return IntStream.range(0, shape.size())
                .map(i -> i % shape.channels() * pixels + i / shape.channels())
                .toArray();
    }

    /** Throws unless a stored state is of as many episodes. */
    void requireEpisodes(int stored, String layer) {
        require(
                stored == episodes(),
                "%s: the stored state is of %d episodes, got data of %d. Before another stream, call rnnClearPreviousState",
                layer,
                stored,
                episodes());
    }
}
