package org.vsml.baselines;

import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;

/** A session that goes through a stream example by example, in float: predicts, then learns. */
abstract class ExampleSession implements OnlineStream {

    private final TaskShape task;
    final int inputs;
    final int classes;

    ExampleSession(TaskShape task) {
        this.task = task;
        inputs = task.inputs();
        classes = task.classes();
    }

    @Override
    public final double[] learn(Examples examples) {
        examples.requireStreamOf(task);
        double[] all = new double[examples.length() * classes];
        double[] scores = new double[classes];
        float[] input = new float[inputs];
        for (int t = 0; t < examples.length(); t++) {
            for (int a = 0; a < inputs; a++) {
                input[a] = (float) examples.inputs()[t * inputs + a];
            }
            predict(input, scores);
            System.arraycopy(scores, 0, all, t * classes, classes);
            if (examples.labels()[t] != Examples.UNLABELLED) {
                update(input, examples.labels()[t]);
            }
        }
        return all;
    }

    /**
     * Writes a score for every class; the largest wins. {@code input} [inputs] may be kept until
     * {@link #update}.
     */
    abstract void predict(float[] input, double[] scores);

    /** Learns the example that was just predicted. */
    abstract void update(float[] input, int label);
}
