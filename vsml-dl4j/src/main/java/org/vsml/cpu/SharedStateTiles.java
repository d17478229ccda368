package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Coordinates;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;

/**
 * Micro ticks of one kernel state of a convolution at all output positions, which are the lanes.
 * They share h, so h·w_h is a row of numbers, and a micro tick costs little but its activations;
 * afterwards h and c become their averages over the positions. Belongs to one thread.
 */
final class SharedStateTiles {

    final TileKernels kernels;
    final int positions;
    final Tiling tiling;
    final int size;
    final int gates;
    final int ticks;

    /** Floats of a tile of N rows. */
    final int span;

    /** Floats of a tile's gates. */
    final int gateSpan;

    // "All" is for all tiles of positions, "kept" for those of all ticks too.

    /** All: m_f·w_f of one entry of the patch. */
    final Slice forwardGates;

    /** All of every output channel: m_b·w_b. */
    final Slice backwardGates;

    /** All: each position's h after the last tick. */
    final Slice hidden;

    /** [ticks + 1, N]: h before each tick and after the last. */
    final float[] ticksHidden;

    /** The same of c. */
    private final float[] ticksCell;

    private final LayerCoordinates coordinates;
    private final Slice hiddenGates;
    private final float[] keptGates;
    private final float[] oldCells;
    private final float[] keptCells;
    private final float[] keptTanhs;
    private final Slice cellSums;
    private final Slice hiddenSums;
    private final MicroTick micro;

    /**
     * @param positions output positions
     * @param channels output channels
     * @param kernels bound to the width of the tiles
     */
    SharedStateTiles(
            int positions,
            int channels,
            LayerCoordinates coordinates,
            Vsml model,
            TileKernels kernels) {
        this.kernels = kernels;
        this.positions = positions;
        this.coordinates = coordinates;
        tiling = new Tiling(kernels, positions);
        SubRnn rnn = model.subRnn();
        size = rnn.stateSize();
        gates = rnn.gateSize();
        ticks = model.dynamics().microTicks();
        span = size * tiling.width;
        gateSpan = gates * tiling.width;
        forwardGates = Slice.zeros(tiling.tiles * gateSpan);
        backwardGates = Slice.zeros(channels * tiling.tiles * gateSpan);
        hidden = Slice.zeros(tiling.tiles * span);
        ticksHidden = new float[(ticks + 1) * size];
        ticksCell = new float[(ticks + 1) * size];
        hiddenGates = Slice.zeros(gates);
        keptGates = new float[ticks * tiling.tiles * gateSpan];
        oldCells = new float[ticks * span];
        keptCells = new float[ticks * tiling.tiles * span];
        keptTanhs = new float[ticks * tiling.tiles * span];
        cellSums = Slice.zeros(span);
        hiddenSums = Slice.zeros(span);
        micro = MicroTick.unset(size, (float) model.dynamics().stateClip());
    }

    /** The tile of an output channel in an array that has all tiles of every channel. */
    int tileOf(int channel, int tile) {
        return channel * tiling.tiles + tile;
    }

    /**
     * All micro ticks of one kernel state.
     *
     * @param from has h, then c, from {@code state} on
     * @param a entry of the patch
     * @param b output channel
     * @param kept whether activations of every tick are wanted, for the adjoint
     */
    void run(Weights weights, float[] from, int state, int a, int b, boolean kept) {
        System.arraycopy(from, state, ticksHidden, 0, size);
        System.arraycopy(from, state + size, ticksCell, 0, size);
        for (int k = 0; k < ticks; k++) {
            multiplyHidden(weights, a, b, k);
            for (int n = 0; n < size; n++) {
                int row = k * span + n * tiling.width;
                Arrays.fill(oldCells, row, row + tiling.width, ticksCell[k * size + n]);
            }
            Arrays.fill(cellSums.array(), 0);
            Arrays.fill(hiddenSums.array(), 0);
            for (int tile = 0; tile < tiling.tiles; tile++) {
                tick(k, b, tile, kept ? k * tiling.tiles + tile : 0);
                addCells(micro.newCell(), tile);
                kernels.add(span, hiddenSums, hidden.at(tile * span));
            }
            average(cellSums, ticksCell, (k + 1) * size);
            average(hiddenSums, ticksHidden, (k + 1) * size);
        }
    }

    /** Writes h and c after the last tick. */
    void writeState(float[] to, int state) {
        System.arraycopy(ticksHidden, ticks * size, to, state, size);
        System.arraycopy(ticksCell, ticks * size, to, state + size, size);
    }

    /** h·w_h + bias and what coordinates add, the same at all positions. */
    private void multiplyHidden(Weights weights, int a, int b, int k) {
        float[] sums = hiddenGates.array();
        System.arraycopy(weights.bias, 0, sums, 0, gates);
        if (coordinates.areFed()) {
            for (int i = 0; i < Coordinates.COUNT; i++) {
                addRow(coordinates.coordinate(a, b, i), weights.coordinates, i, sums);
            }
        }
        for (int n = 0; n < size; n++) {
            addRow(ticksHidden[k * size + n], weights.hidden.values(), n, sums);
        }
    }

    private void addRow(float factor, float[] matrix, int row, float[] sums) {
        for (int j = 0; j < gates; j++) {
            sums[j] += factor * matrix[row * gates + j];
        }
    }

    private void tick(int k, int b, int tile, int kept) {
        moveTo(k, kept);
        kernels.sum(
                gates,
                forwardGates.at(tile * gateSpan),
                backwardGates.at(tileOf(b, tile) * gateSpan),
                hiddenGates,
                micro.gates());
        micro.mask().at(tiling.mask(tile), 0);
        micro.newHidden().at(hidden.array(), tile * span);
        kernels.activate(micro);
    }

    private void moveTo(int k, int kept) {
        micro.gates().at(keptGates, kept * gateSpan);
        micro.cell().at(oldCells, k * span);
        micro.newCell().at(keptCells, kept * span);
        micro.cellTanh().at(keptTanhs, kept * span);
    }

    /** Tick k of a tile as {@link #run} kept it. */
    MicroTick kept(int k, int tile) {
        moveTo(k, k * tiling.tiles + tile);
        return micro;
    }

    /** Adds the new cells of a tile, but for its padding. */
    private void addCells(Slice cells, int tile) {
        if (tiling.isPadded(tile)) {
            float[] mask = tiling.mask(tile);
            for (int l = 0; l < span; l++) {
                cellSums.array()[l] += cells.array()[cells.offset() + l] * mask[l % tiling.width];
            }
        } else {
            kernels.add(span, cellSums, cells);
        }
    }

    private void average(Slice sums, float[] to, int offset) {
        Floats.sumLanes(sums, size, tiling.width, to, offset);
        for (int n = 0; n < size; n++) {
            to[offset + n] /= positions;
        }
    }
}
