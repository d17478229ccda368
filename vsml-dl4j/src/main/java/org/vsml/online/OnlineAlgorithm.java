package org.vsml.online;

import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;

/**
 * Anything that learns from a stream of labelled examples, predicting each before it sees its
 * label. Thread-safe; its streams are not.
 */
public interface OnlineAlgorithm {

    /** What tables call it, settings included. */
    String name();

    /**
     * Starts learning a task from nothing.
     *
     * @param seed of all randomness of the stream
     */
    OnlineStream start(TaskShape task, long seed);
}
