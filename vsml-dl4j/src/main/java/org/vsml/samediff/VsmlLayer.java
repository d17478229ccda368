package org.vsml.samediff;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The sub-RNNs of one layer in a graph, whatever connects them: how messages reach them and how
 * theirs are combined.
 */
interface VsmlLayer {

    /** Averages the first channels of h and c over the P parallel examples of each episode. */
    void averageOverParallel(int channels);

    /**
     * Micro ticks on the same incoming messages.
     *
     * @param forward [F, lanes · inputs]: the first F channels, the others being zero
     * @param backward [G, lanes · outputs] likewise, or null if all are zero
     */
    void tick(SubRnnGraph subRnn, Message forward, Message backward, int ticks);

    /** The message to the layer above, [N', lanes · outputs]. */
    Message forwardMessage(SubRnnGraph subRnn);

    /** The message to the layer below, [N'', lanes · inputs]. */
    Message backwardMessage(SubRnnGraph subRnn);

    /** h, [episodes, P, N, B, A]. */
    SDVariable hidden();

    /** c, [episodes, P, N, B, A]. */
    SDVariable cell();

    /** A message's first channels, feature-major. */
    record Message(SDVariable values, int channels) {}
}
