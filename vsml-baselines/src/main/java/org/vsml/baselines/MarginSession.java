package org.vsml.baselines;

import org.vsml.core.TaskShape;
import org.vsml.math.Vectors;

/**
 * Linear scores of the inputs and a constant that are changed when the label has not a margin of 1
 * over the class that comes nearest to it.
 */
abstract class MarginSession extends ExampleSession {

    private final double[][] weights;

    /** Input and constant of the example just predicted. */
    private final double[] x;

    private final double[] outputs;

    MarginSession(TaskShape task) {
        super(task);
        weights = new double[classes][inputs + 1];
        x = new double[inputs + 1];
        x[inputs] = 1;
        outputs = new double[classes];
    }

    @Override
    final void predict(float[] input, double[] scores) {
        for (int a = 0; a < inputs; a++) {
            x[a] = input[a];
        }
        for (int c = 0; c < classes; c++) {
            outputs[c] = Vectors.dot(weights[c], x, x.length);
        }
        System.arraycopy(outputs, 0, scores, 0, classes);
    }

    @Override
    final void update(float[] input, int label) {
        if (classes == 1) {
            return;
        }
        int rival = label == 0 ? 1 : 0;
        for (int c = 0; c < classes; c++) {
            if (c != label && outputs[c] > outputs[rival]) {
                rival = c;
            }
        }
        double loss = 1 - outputs[label] + outputs[rival];
        if (loss > 0) {
            step(x, loss, weights[label], weights[rival], label, rival);
        }
    }

    /**
     * Changes the weights of two classes.
     *
     * @param x inputs and a constant
     * @param loss 1 minus the margin, positive
     * @param label weights of class {@code y}
     * @param rival weights of class {@code r}
     */
    abstract void step(double[] x, double loss, double[] label, double[] rival, int y, int r);
}
