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
