package org.vsml.cpu;

import org.vsml.core.SubRnn;

/**
 * The messages that a layer's sub-RNNs make of h in one direction, as far as dense layers and
 * convolutions agree. Without layer normalisation messages are linear in h, so that h is summed
 * first and multiplied once; with it the normalised messages are summed.
 */
final class OutgoingMessages {

    final int channels;

    /** Rows of a tile of sums: N without normalisation, else the channels. */
    final int rows;

    /** What sums are multiplied by. */
    final float share;

    /** How often a message's constant counts. */
    final float constantShare;

    private final TileKernels kernels;
    private final int span;
    private final NormalisedMessages normalised;
    private final Slice message;

    OutgoingMessages(
            SubRnn rnn, int channels, float share, float constantShare, TileKernels kernels) {
        this.channels = channels;
        this.share = share;
        this.constantShare = constantShare;
        this.kernels = kernels;
        span = rnn.stateSize() * kernels.width();
        rows = rnn.layerNorm() ? channels : rnn.stateSize();
        normalised =
                rnn.layerNorm() ? new NormalisedMessages(kernels, rnn.stateSize(), channels) : null;
        message = Slice.zeros(channels * kernels.width());
    }

    /** Room for the sums of so many tiles, a step apart. */
    Slice newSums(int tiles) {
        int step = rows * kernels.width();
        return new Slice(new float[tiles * step], 0, step);
    }

    /**
     * Adds a tile to the sums that messages are made of.
     *
     * @param hidden tile of N rows, zero in padding
     * @param sums tile of {@link #rows} rows
     */
    void collect(MessageWeights weights, Slice hidden, float[] mask, Slice sums) {
        if (normalised == null) {
            kernels.add(span, sums, hidden);
        } else {
            normalised.make(weights, hidden);
            normalised.addTo(sums, mask);
        }
    }

    /** From a tile of sums to messages, without {@link #factor} and {@link #constant}. */
    Slice project(MessageWeights weights, Slice sums) {
        if (normalised != null) {
            return sums;
        }
        kernels.multiply(weights.weights, sums, message);
        return message;
    }

    /** What channel m of the projected sums is multiplied by. */
    float factor(MessageWeights weights, int m) {
        return share * (normalised == null ? 1 : weights.scale[m]);
    }

    /** What is added to channel m. */
    float constant(MessageWeights weights, int m) {
        return constantShare * (normalised == null ? weights.bias[m] : weights.offset[m]);
    }

    /** [channels], the gradient of what {@link #constant} multiplies. */
    double[] constants(WeightGradients.Message gradients) {
        return normalised == null ? gradients.bias : gradients.offset;
    }

    /**
     * The adjoint of one tile's normalised messages with their scale.
     *
     * @param adjoint of the scaled messages, a tile at the beginning of its array; overwritten
     * @param hiddenAdjoint tile of N rows, added to
     */
    void normalisedAdjoint(
            MessageWeights weights,
            WeightGradients.Message gradients,
            Slice adjoint,
            Slice hidden,
            Slice hiddenAdjoint) {
        normalised.make(weights, hidden);
        normalised.scaleAdjoint(weights, gradients, adjoint);
        normalised.adjoint(weights, gradients, adjoint, hidden, hiddenAdjoint);
    }

    /**
     * The same without the scale, after {@link #collect} of the same tile: where the scale's
     * gradient is taken from the sums.
     */
    void collectedAdjoint(
            MessageWeights weights,
            WeightGradients.Message gradients,
            Slice adjoint,
            Slice hidden,
            Slice hiddenAdjoint) {
        normalised.adjoint(weights, gradients, adjoint, hidden, hiddenAdjoint);
    }
}
