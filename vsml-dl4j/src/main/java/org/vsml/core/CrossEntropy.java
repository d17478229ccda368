package org.vsml.core;

import static org.vsml.core.Checks.require;

import org.vsml.math.Softmax;

/** Softmax cross-entropy of a stream's logits: the meta loss (paper, algorithm 1). */
public final class CrossEntropy {

    private CrossEntropy() {}

    /**
     * Σ_i weights[i] · −log softmax(logits[i])[labels[i]]; unlabelled examples count nothing.
     *
     * @param logits [examples, classes]
     * @param labels [examples]
     * @param weights [examples]
     * @param classes size of one row of logits
     * @param gradient [examples, classes], overwritten with ∂loss/∂logits, or null
     */
    public static double loss(
            double[] logits, int[] labels, double[] weights, int classes, double[] gradient) {
        require(
                logits.length == labels.length * classes && weights.length == labels.length,
                "%d labels and %d classes need %d logits and %d weights, got %d and %d",
                labels.length,
                classes,
                labels.length * classes,
                labels.length,
                logits.length,
                weights.length);
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            int row = i * classes;
            double logSum = Softmax.logSumExp(logits, row, classes);
            boolean counts = labels[i] != Examples.UNLABELLED && weights[i] != 0;
            if (counts) {
                loss += weights[i] * (logSum - logits[row + labels[i]]);
            }
            if (gradient != null) {
                for (int b = 0; b < classes; b++) {
                    double target = b == labels[i] ? 1 : 0;
                    gradient[row + b] =
                            counts ? weights[i] * (Math.exp(logits[row + b] - logSum) - target) : 0;
                }
            }
        }
        return loss;
    }

    /** Softmax of one row of logits. */
    public static double[] softmax(double[] logits, int offset, int classes) {
        return Softmax.of(logits, offset, classes);
    }

    /** Replaces the logits of one example by their softmax. */
    public static void softmaxInPlace(double[] logits) {
        Softmax.inPlace(logits);
    }

    /**
     * Index of the largest logit of a row: the first of equals, never one that is NaN, −1 if all
     * are. Compared with a label by {@link #right}.
     */
    public static int argMax(double[] logits, int offset, int classes) {
        return Softmax.argMax(logits, offset, classes);
    }

    /** Whether {@code predicted}, from {@link #argMax}, is the label: not if there is neither. */
    public static boolean right(int predicted, int label) {
        return predicted != Softmax.NONE && predicted == label;
    }
}
