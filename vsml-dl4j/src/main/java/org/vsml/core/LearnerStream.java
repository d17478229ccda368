package org.vsml.core;

import java.util.Arrays;

/** A learner with meta variables at work on one stream, without gradients, example by example. */
public interface LearnerStream extends OnlineStream {

    /**
     * Logits for an example, without learning anything from it: calling this any number of times
     * changes nothing.
     *
     * @param input [inputs], finite
     * @return logits [classes]
     */
    double[] predict(double[] input);

    /**
     * Runs one example through the learner and shows it the label afterwards.
     *
     * @param label in [0, classes), or {@link Examples#UNLABELLED}
     * @return the logits that were predicted before the label was seen
     */
    double[] learn(double[] input, int label);

    /**
     * {@link #predict(double[])} into an array of the caller's. The default allocates all the same.
     *
     * @param logits [classes], overwritten
     */
    default void predict(double[] input, double[] logits) {
        System.arraycopy(predict(input), 0, logits, 0, logits.length);
    }

    /**
     * {@link #learn(double[], int)} into an array of the caller's. The default allocates all the
     * same.
     *
     * @param logits [classes], overwritten
     */
    default void learn(double[] input, int label, double[] logits) {
        System.arraycopy(learn(input, label), 0, logits, 0, logits.length);
    }

    @Override
    default double[] learn(Examples examples) {
        examples.requireStreamOf(examples.task());
        int inputs = examples.task().inputs();
        int classes = examples.task().classes();
        double[] logits = new double[examples.length() * classes];
        for (int t = 0; t < examples.length(); t++) {
            double[] input = Arrays.copyOfRange(examples.inputs(), t * inputs, (t + 1) * inputs);
            double[] predicted = learn(input, examples.labels()[t]);
            System.arraycopy(predicted, 0, logits, t * classes, classes);
        }
        return logits;
    }

    /** A copy of the learned variables as they are now. */
    NamedArrays learnedVariables();
}
