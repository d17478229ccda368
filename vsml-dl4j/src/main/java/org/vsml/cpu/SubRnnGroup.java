package org.vsml.cpu;

import java.util.Arrays;

/**
 * Sub-RNNs side by side, each with messages and a state of its own: one micro tick and its adjoint.
 * Scratch memory and sizes, no state; belongs to one thread.
 *
 * <p>Sub-RNN l is lane l mod width of tile l / width. States are tiles of N rows for h and N rows
 * for c, messages tiles of {@link GroupWeights#channels} rows. Lanes that only pad have messages and
 * states of zeros, the constant included, and stay so.
 */
final class SubRnnGroup {

    private final TileKernels kernels;
    private final int size;
    private final int gates;
    private final float clip;
    private final float[] mask;
    private final float[] messageGates;
    private final float[] tickGates;
    private final float[] cellTanh;
    private final float[] newHidden;
    private final float[] newCell;
    private final float[] hiddenAdjoint;

    final int width;

    SubRnnGroup(TileKernels kernels, int size, float clip) {
        this.kernels = kernels;
        this.size = size;
        this.clip = clip;
        gates = 4 * size;
        width = kernels.width(1);
        mask = new float[width];
        Arrays.fill(mask, 1);
        messageGates = new float[gates * width];
        tickGates = new float[gates * width];
        cellTanh = new float[size * width];
        newHidden = new float[size * width];
        newCell = new float[size * width];
        hiddenAdjoint = new float[size * width];
    }

    int tiles(int subRnns) {
        return (subRnns + width - 1) / width;
    }

    /** Floats of the states of so many tiles. */
    int stateLength(int tiles) {
        return tiles * 2 * size * width;
    }

    /** Place of h_0 of sub-RNN l; its other values are {@code width} apart, c after h. */
    int stateOffset(int l) {
        return l / width * 2 * size * width + l % width;
    }

    /** Place of channel 0 of the messages to sub-RNN l; the others are {@code width} apart. */
    int messageOffset(int l, int channels) {
        return l / width * channels * width + l % width;
    }

    /**
     * One micro tick (equation 7).
     *
     * @param messages tiles, read
     * @param from states before, read
     * @param to states after, overwritten
     */
    void forward(GroupWeights weights, float[] messages, float[] from, float[] to, int tiles) {
        int span = size * width;
        for (int tile = 0; tile < tiles; tile++) {
            int state = tile * 2 * span;
            multiply(weights, messages, from, tile);
            kernels.activate(
                    size, tickGates, 0, from, state + span, mask, to, state + span, cellTanh, 0, to,
                    state, clip, width);
        }
    }

    private void multiply(GroupWeights weights, float[] messages, float[] from, int tile) {
        kernels.multiply(
                weights.message,
                weights.channels,
                gates,
                messages,
                tile * weights.channels * width,
                null,
                0,
                null,
                0,
                messageGates,
                0,
                width);
        kernels.multiply(
                weights.hidden,
                size,
                gates,
                from,
                tile * 2 * size * width,
                messageGates,
                0,
                null,
                0,
                tickGates,
                0,
                width);
    }

    /**
     * The adjoint of {@link #forward}; what happened in between is computed again.
     *
     * @param gradient added to
     * @param adjoint of the states after on entry, of those before on return
     * @param messageAdjoint tiles, overwritten
     */
    void backward(
            GroupWeights weights,
            GroupWeights.Gradient gradient,
            float[] messages,
            float[] from,
            float[] adjoint,
            float[] messageAdjoint,
            int tiles) {
        int span = size * width;
        for (int tile = 0; tile < tiles; tile++) {
            int state = tile * 2 * span;
            int message = tile * weights.channels * width;
            multiply(weights, messages, from, tile);
            kernels.activate(
                    size, tickGates, 0, from, state + span, mask, newCell, 0, cellTanh, 0,
                    newHidden, 0, clip, width);
            System.arraycopy(adjoint, state, hiddenAdjoint, 0, span);
            kernels.activateAdjoint(
                    size, tickGates, 0, from, state + span, cellTanh, 0, newCell, 0, clip,
                    hiddenAdjoint, 0, adjoint, state + span, width);
            kernels.outer(from, state, size, tickGates, 0, gates, 1, gradient.hidden, width);
            kernels.outer(
                    messages,
                    message,
                    weights.channels,
                    tickGates,
                    0,
                    gates,
                    1,
                    gradient.message,
                    width);
            kernels.multiply(
                    weights.hiddenTransposed,
                    gates,
                    size,
                    tickGates,
                    0,
                    null,
                    0,
                    null,
                    0,
                    adjoint,
                    state,
                    width);
            kernels.multiply(
                    weights.messageTransposed,
                    gates,
                    weights.channels,
                    tickGates,
                    0,
                    null,
                    0,
                    null,
                    0,
                    messageAdjoint,
                    message,
                    width);
        }
    }
}
