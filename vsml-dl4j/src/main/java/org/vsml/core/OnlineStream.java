package org.vsml.core;

/**
 * A learner at work on one stream: predicts each example, then is shown its label. What learns from
 * an example alone as well, and can say what it has learned, is a {@link LearnerStream}. Not
 * thread-safe; different streams are independent of each other.
 */
@FunctionalInterface
public interface OnlineStream {

    /**
     * Goes on through the next examples, in order.
     *
     * @param examples of the stream's task, with {@code parallel} 1
     * @return scores [T, classes]: for each example what was predicted before its label was seen;
     *     the largest is the predicted class, the first of equals
     */
    double[] learn(Examples examples);
}
