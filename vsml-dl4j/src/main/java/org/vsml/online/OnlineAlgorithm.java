package org.vsml.online;

import org.vsml.core.Examples;
import org.vsml.core.TaskShape;

/**
 * Anything that learns from a stream of labelled examples, predicting each before it sees its
 * label. Thread-safe; its sessions are not.
 */
public interface OnlineAlgorithm {

    /** What tables call it, settings included. */
    String name();

    /**
     * Starts learning a task from nothing.
     *
     * @param seed of all randomness of the session
     */
    Session start(TaskShape task, long seed);

    /** One stream being learned. */
    @FunctionalInterface
    interface Session {

        /**
         * Goes on through the next examples of the stream, in order, one a step.
         *
         * @param examples of the session's task, with {@code parallel} 1
         * @return scores [T, classes]: for each example what was predicted before its label was
         *     seen; the largest is the predicted class, the first of equals
         */
        double[] learn(Examples examples);
    }
}
