package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.VsmlWithMemory;

/**
 * Sub-RNNs side by side, each with messages and a state of its own: one micro tick and its adjoint.
 * Scratch memory and sizes, no state; belongs to one thread.
 *
 * <p>Sub-RNN l is lane l mod width of tile l / width. States are tiles of N rows for h and N rows
 * for c, messages tiles of {@link GroupWeights#channels} rows. Lanes that only pad have messages
 * and states of zeros, the constant included, and stay so.
 */
final class SubRnnGroup {

    /** Channels of what a sub-RNN learns from, behind those of the prediction. */
    static final int ERROR = 0;

    private static final int LABEL = 1;

    /** Rows of messages at most: to a reading that learns, the constant included. */
    private static final int MAX_CHANNELS =
            VsmlWithMemory.READING_CHANNELS + VsmlWithMemory.BACKWARD_CHANNELS + 1;

    private final TileKernels kernels;
    private final int size;

    /** Messages and hidden states of two tiles. */
    private final Slice read;

    /** Of two tiles. */
    private final Slice gates;

    private final Slice newHidden;
    private final Slice newCell;
    private final Slice hiddenAdjoint;
    private final MicroTick micro;

    // Moved from tile to tile.
    private final Slice message = Slice.unset();
    private final Slice hidden = Slice.unset();
    private final Slice ofState = Slice.unset();
    private final Slice ofMessage = Slice.unset();

    final int width;

    SubRnnGroup(TileKernels anyWidth, int size, float clip) {
        this.size = size;
        kernels = anyWidth.forInputs(1);
        width = kernels.width();
        read = pair((MAX_CHANNELS + size) * width);
        gates = pair(4 * size * width);
        newHidden = Slice.zeros(size * width);
        newCell = Slice.zeros(size * width);
        hiddenAdjoint = Slice.zeros(size * width);
        micro = MicroTick.unset(size, clip);
        float[] mask = new float[width];
        Arrays.fill(mask, 1);
        micro.mask().at(mask, 0);
        micro.gates().at(gates.array(), 0);
        micro.cellTanh().at(new float[size * width], 0);
    }

    private static Slice pair(int size) {
        return new Slice(new float[2 * size], 0, size);
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
        for (int tile = 0; tile < tiles; tile += 2) {
            int count = Math.min(2, tiles - tile);
            multiply(weights, messages, from, tile, count);
            for (int k = 0; k < count; k++) {
                int state = stateLength(tile + k);
                micro.gates().at(k * gates.step());
                micro.cell().at(from, state + size * width);
                micro.newCell().at(to, state + size * width);
                micro.newHidden().at(to, state);
                kernels.activate(micro);
            }
        }
    }

    /** Pre-activations of one tile or two. */
    private void multiply(
            GroupWeights weights, float[] messages, float[] from, int tile, int count) {
        int rows = weights.channels * width;
        for (int k = 0; k < count; k++) {
            int to = k * read.step();
            System.arraycopy(messages, (tile + k) * rows, read.array(), to, rows);
            System.arraycopy(from, stateLength(tile + k), read.array(), to + rows, size * width);
        }
        if (count == 2) {
            kernels.multiplyPair(weights.forward, read, null, null, gates);
        } else {
            kernels.multiply(weights.forward, read, gates);
        }
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
            int state = stateLength(tile);
            multiply(weights, messages, from, tile, 1);
            message.at(messages, tile * weights.channels * width);
            hidden.at(from, state);
            micro.gates().at(0);
            micro.cell().at(from, state + size * width);
            micro.newCell().at(newCell.array(), 0);
            micro.newHidden().at(newHidden.array(), 0);
            kernels.activate(micro);
            System.arraycopy(adjoint, state, hiddenAdjoint.array(), 0, span);
            kernels.activateAdjoint(micro, hiddenAdjoint, ofState.at(adjoint, state + span));
            kernels.outer(1, hidden, gates, gradient.hidden);
            kernels.outer(1, message, gates, gradient.message);
            kernels.multiply(weights.hiddenTransposed, gates, ofState.at(adjoint, state));
            ofMessage.at(messageAdjoint, tile * weights.channels * width);
            kernels.multiply(weights.messageTransposed, gates, ofMessage);
        }
    }

    /** Σ_n weights_n · h_n of sub-RNN l. */
    double project(float[] weights, float[] state, int l) {
        int offset = stateOffset(l);
        double sum = 0;
        for (int n = 0; n < size; n++) {
            sum += weights[n] * state[offset + n * width];
        }
        return sum;
    }

    /**
     * The adjoint of {@link #project}.
     *
     * @param of what was returned
     * @param ofWeights added to
     * @param ofState tiles, added to
     */
    void projectAdjoint(
            double of, float[] weights, float[] state, int l, double[] ofWeights, float[] ofState) {
        int offset = stateOffset(l);
        for (int n = 0; n < size; n++) {
            int h = offset + n * width;
            ofWeights[n] += of * state[h];
            ofState[h] += (float) (of * weights[n]);
        }
    }

    /**
     * Messages of a prediction, with error and label before the constant. Sub-RNN l is of class l
     * mod classes.
     *
     * @param messages tiles, read
     * @param known sub-RNNs that took part in the prediction; those after them are new, and told 1
     *     by every forward channel
     * @param error [classes]
     * @param room overwritten if it has the right length, or null
     * @return tiles of {@code learning.channels} rows
     */
    float[] withBackward(
            float[] messages,
            GroupWeights predicting,
            GroupWeights learning,
            int known,
            int subRnns,
            float[] error,
            int label,
            float[] room) {
        int classes = error.length;
        int forward = predicting.channels - 1;
        float[] result = Floats.zeros(room, tiles(subRnns) * learning.channels * width);
        int b = 0;
        for (int l = 0; l < subRnns; l++) {
            int from = messageOffset(l, predicting.channels);
            int to = messageOffset(l, learning.channels);
            for (int channel = 0; channel < forward; channel++) {
                result[to + channel * width] = l < known ? messages[from + channel * width] : 1;
            }
            result[to + (forward + ERROR) * width] = error[b];
            result[to + (forward + LABEL) * width] = b == label ? 1 : 0;
            result[to + (forward + 2) * width] = 1;
            b = b + 1 == classes ? 0 : b + 1;
        }
        return result;
    }
}
