package org.vsml.cpu;

import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;

/** One episode: forward, and back with the exact gradient. Used by one thread at a time. */
interface Run {

    /** Runs the whole episode. */
    void forward();

    /** [T, P, classes]; after {@link #forward}. */
    float[] logits();

    ArrayLayout learnedLayout();

    /** After the last example. */
    NamedArrays learnedVariables();

    /**
     * Pulls gradients back through the episode.
     *
     * @param logitGradient [T, P, classes]
     * @param learnedGradient of the final learned variables, or null
     * @param metaGradient added to
     * @param inputGradient [T, P, inputs], overwritten, or null
     * @return gradient of the starting learned variables
     */
    NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient);

    /** Frees what was kept for {@link #backward}. */
    void close();
}
