package org.vsml.cpu;

import org.vsml.core.Coordinates;
import org.vsml.core.SubRnn;

/**
 * Micro ticks of independent sub-RNNs (equation 7), a tile of which reads the same forward messages
 * whatever its biases: first {@link #begin} with the messages of the lanes, then {@link #tick} for
 * the states that read them. No aggregation. Belongs to one thread.
 *
 * <p>The state of a tile is 2N rows, h then c. One or two tiles are computed at once, a step of
 * their slice apart, so that every weight is fetched once for two.
 */
final class SubRnnTiles {

    final TileKernels kernels;
    final int size;
    final int gates;
    final int width;

    /** Channels of the forward messages. */
    final int channels;

    final float clip;

    /** To be filled before {@link #begin}: tile of {@link #channels} rows. */
    final Slice message;

    /** The same for the coordinates of inputs, 3 rows; null if they are not fed. */
    final Slice coordinates;

    private final Slice coordinateGates;
    private final Slice forwardGates;
    private final Slice tickGates;
    private final MicroTick micro;
    private Weights weights;
    private float[] mask;

    /**
     * @param channels of the forward messages: 1 or N'
     * @param clip bound of the cells, possibly infinite
     * @param kernels bound to the width of the tiles
     */
    SubRnnTiles(SubRnn rnn, int channels, float clip, TileKernels kernels) {
        this.kernels = kernels;
        this.channels = channels;
        this.clip = clip;
        size = rnn.stateSize();
        gates = rnn.gateSize();
        width = kernels.width();
        message = Slice.zeros(channels * width);
        coordinates = rnn.coordinates() ? Slice.zeros(Coordinates.OF_INPUT * width) : null;
        coordinateGates = rnn.coordinates() ? Slice.zeros(gates * width) : null;
        forwardGates = Slice.zeros(gates * width);
        tickGates = new Slice(new float[2 * gates * width], 0, gates * width);
        micro = newTick();
        micro.cellTanh().at(new float[size * width], 0);
    }

    /** A tick of these sizes whose slices are still to be moved. */
    MicroTick newTick() {
        return MicroTick.unset(size, clip);
    }

    /** Floats of a tile's h, or c. */
    int span() {
        return size * width;
    }

    /** Floats of a tile's gates. */
    int gateSpan() {
        return gates * width;
    }

    /**
     * Computes m_f·w_f, and what coordinates add, for the lanes of a tile.
     *
     * @param laneMask [width], 0 for lanes that only pad, else 1
     */
    void begin(Weights newWeights, float[] laneMask) {
        weights = newWeights;
        mask = laneMask;
        if (coordinates != null) {
            kernels.multiply(weights.inputCoordinates, coordinates, coordinateGates);
        }
        kernels.multiply(weights.forward(channels), message, coordinateGates, null, forwardGates);
    }

    /** What hidden states of padding are multiplied by. */
    float[] mask() {
        return mask;
    }

    /** The weights of {@link #begin}. */
    Weights weights() {
        return weights;
    }

    /**
     * One micro tick.
     *
     * @param count 1 or 2 tiles
     * @param biases [count, 4N]: the bias, and m_b·w_b where backward messages are read
     * @param from states before
     * @param to states after; may be {@code from}
     */
    void tick(int count, Slice biases, Slice from, Slice to) {
        int span = span();
        preActivations(count, from, biases, tickGates.at(0));
        for (int j = 0; j < count; j++) {
            int hidden = to.offset() + j * to.step();
            micro.mask().at(mask, 0);
            micro.gates().at(tickGates.array(), j * tickGates.step());
            micro.cell().at(from.array(), from.offset() + j * from.step() + span);
            micro.newCell().at(to.array(), hidden + span);
            micro.newHidden().at(to.array(), hidden);
            kernels.activate(micro);
        }
    }

    /** z = m_f·w_f + h·w_h + bias of one or two tiles. */
    void preActivations(int count, Slice hidden, Slice biases, Slice to) {
        if (count == 2) {
            kernels.multiplyPair(weights.hidden, hidden, forwardGates, biases, to);
        } else {
            kernels.multiply(weights.hidden, hidden, forwardGates, biases, to);
        }
    }
}
