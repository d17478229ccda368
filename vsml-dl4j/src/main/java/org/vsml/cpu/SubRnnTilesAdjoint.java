package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.SubRnn;

/**
 * The adjoint of all micro ticks of {@link SubRnnTiles}. For the lanes of a tile: {@link #begin},
 * then for each state that reads their messages {@link #replay}, {@link #hiddenAdjoint} set by the
 * caller, {@link #pullBack}; then {@link #end}. After the last tile {@link #flush}.
 */
final class SubRnnTilesAdjoint {

    /** Micro ticks whose outer products are added up together: amortises the accumulators. */
    private static final int OUTER_TICKS = 8;

    private final SubRnnTiles forward;
    private final TileKernels kernels;
    private final int ticks;

    /** Micro ticks that the scratch memory holds, a multiple of those of two tiles. */
    private final int slots;

    /** Slots whose outer products are not added yet. */
    private int used;

    // Tiles; slots are those of a tick of a tile.
    private final Slice tickGates;
    private final Slice tickHidden;
    private final Slice lastHidden;
    private final float[] tickCell;
    private final float[] tickTanh;
    private final Slice hiddenAdjoint;
    private final Slice cellAdjoint = Slice.unset();
    private final Slice allGates;
    private final Slice allHidden;
    private final Slice forwardGateAdjoint;
    private final Slice messageAdjoint;
    private final MicroTick micro;

    /**
     * @param forward whose micro ticks are pulled back; its {@link SubRnnTiles#begin} is called
     *     here
     * @param ticks micro ticks between two states
     */
    SubRnnTilesAdjoint(SubRnn rnn, int ticks, SubRnnTiles forward) {
        this.forward = forward;
        this.ticks = ticks;
        kernels = forward.kernels;
        slots = Math.max(1, OUTER_TICKS / (2 * ticks)) * 2 * ticks;
        int span = forward.span();
        int gateSpan = forward.gateSpan();
        tickGates = new Slice(new float[slots * gateSpan], 0, ticks * gateSpan);
        tickHidden = new Slice(new float[slots * span], 0, ticks * span);
        allGates = new Slice(tickGates.array());
        allHidden = new Slice(tickHidden.array());
        lastHidden = new Slice(new float[2 * span], 0, span);
        tickCell = new float[2 * (ticks + 1) * span];
        tickTanh = new float[2 * ticks * span];
        hiddenAdjoint = new Slice(new float[2 * span], 0, span);
        forwardGateAdjoint = Slice.zeros(gateSpan);
        messageAdjoint = Slice.zeros(rnn.forwardMessageSize() * forward.width);
        micro = forward.newTick();
    }

    /** Starts a tile, like {@link SubRnnTiles#begin}. */
    void begin(Weights weights, float[] mask) {
        forward.begin(weights, mask);
        Arrays.fill(forwardGateAdjoint.array(), 0);
    }

    /**
     * Computes the micro ticks again, for the adjoint.
     *
     * @param count 1 or 2 tiles
     * @param biases [count, 4N]
     * @param from states before the first tick
     */
    void replay(int count, Slice biases, Slice from) {
        int span = forward.span();
        for (int j = 0; j < count; j++) {
            int state = from.offset() + j * from.step();
            copy(from.array(), state, tickHidden.array(), (used + j * ticks) * span, span);
            copy(from.array(), state + span, tickCell, j * (ticks + 1) * span, span);
        }
        for (int k = 0; k < ticks; k++) {
            int slot = used + k;
            forward.preActivations(
                    count,
                    tickHidden.at(slot * span),
                    biases,
                    tickGates.at(slot * forward.gateSpan()));
            for (int j = 0; j < count; j++) {
                moveTo(k, j);
                micro.mask().at(forward.mask(), 0);
                if (k == ticks - 1) {
                    micro.newHidden().at(lastHidden.array(), j * span);
                } else {
                    micro.newHidden().at(tickHidden.array(), (slot + j * ticks + 1) * span);
                }
                kernels.activate(micro);
            }
        }
    }

    /** Moves gates and cells of {@link #micro} to tick k of tile j. */
    private void moveTo(int k, int j) {
        int span = forward.span();
        int cell = (j * (ticks + 1) + k) * span;
        micro.gates().at(tickGates.array(), (used + k + j * ticks) * forward.gateSpan());
        micro.cell().at(tickCell, cell);
        micro.newCell().at(tickCell, cell + span);
        micro.cellTanh().at(tickTanh, (j * ticks + k) * span);
    }

    /** h of tile j after the last tick. */
    Slice hidden(int j) {
        return lastHidden.at(j * forward.span());
    }

    /** To be set between {@link #replay} and {@link #pullBack}: the adjoint of {@link #hidden}. */
    Slice hiddenAdjoint(int j) {
        return hiddenAdjoint.at(j * forward.span());
    }

    /**
     * From the adjoint of the states after the ticks to that of the states before.
     *
     * @param gradients w_h is added to, now or at {@link #flush}
     * @param count 1 or 2 tiles, those of {@link #replay}
     * @param states adjoint of c on entry, of h and c on return
     * @param biasAdjoints [count] tiles of 4N rows, a step apart, added to
     */
    void pullBack(WeightGradients gradients, int count, Slice states, Slice biasAdjoints) {
        int span = forward.span();
        int gateSpan = forward.gateSpan();
        int first = biasAdjoints.offset();
        for (int k = ticks - 1; k >= 0; k--) {
            for (int j = 0; j < count; j++) {
                moveTo(k, j);
                cellAdjoint.at(states.array(), states.offset() + j * states.step() + span);
                kernels.activateAdjoint(micro, hiddenAdjoint(j), cellAdjoint);
            }
            tickGates.at((used + k) * gateSpan);
            multiplyTransposed(count, k == 0 ? states : hiddenAdjoint.at(0));
        }
        for (int j = 0; j < count; j++) {
            kernels.addToBoth(
                    ticks,
                    gateSpan,
                    allGates.at((used + j * ticks) * gateSpan),
                    forwardGateAdjoint,
                    biasAdjoints.at(first + j * biasAdjoints.step()));
        }
        allGates.at(0);
        biasAdjoints.at(first);
        used += count * ticks;
        if (used + 2 * ticks > slots) {
            flush(gradients);
        }
    }

    private void multiplyTransposed(int count, Slice to) {
        Matrix transposed = forward.weights().hiddenTransposed;
        if (count == 2) {
            kernels.multiplyPair(transposed, tickGates, null, null, to);
        } else {
            kernels.multiply(transposed, tickGates, to);
        }
    }

    /** Adds what is left to the gradient of w_h. */
    void flush(WeightGradients gradients) {
        if (used > 0) {
            kernels.outer(used, allHidden, allGates, gradients.hidden);
            used = 0;
        }
    }

    /** Adds to the gradients of w_f and of what coordinates are multiplied by. */
    void end(WeightGradients gradients) {
        kernels.outer(1, forward.message, forwardGateAdjoint, gradients.forward(forward.channels));
        if (forward.coordinates != null) {
            kernels.outer(1, forward.coordinates, forwardGateAdjoint, gradients.coordinates);
        }
    }

    /** The adjoint of {@link SubRnnTiles#message}, tile of N' rows; after {@link #end}. */
    Slice messageAdjoint() {
        kernels.multiply(forward.weights().forwardTransposed, forwardGateAdjoint, messageAdjoint);
        return messageAdjoint;
    }

    private static void copy(float[] from, int offset, float[] to, int at, int count) {
        System.arraycopy(from, offset, to, at, count);
    }
}
