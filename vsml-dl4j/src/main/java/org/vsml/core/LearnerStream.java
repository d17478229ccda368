package org.vsml.core;

/**
 * A learner at work on one stream, example by example, without gradients. Not thread-safe;
 * different streams are independent of each other.
 */
public interface LearnerStream {

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

    /** A copy of the learned variables as they are now. */
    NamedArrays learnedVariables();
}
