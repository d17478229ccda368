package org.vsml.cpu;

/**
 * The tiles that the pointwise part of a micro tick reads and writes (equation 7, LSTM). Made once;
 * its slices are moved from tile to tile.
 *
 * @param size N
 * @param clip bound of the new cell, possibly infinite
 * @param mask [width], what hidden states are multiplied by: 1, or 0 for lanes that only pad
 * @param gates tile of 4N rows: pre-activations of i, g, f, o, those of i, f and o halved (sigmoid
 *     z = tanh(z / 2) / 2 + 1/2), then activations, then the adjoint of the pre-activations
 * @param cell the old cell, tile of N rows
 * @param newCell tile of N rows; may be {@code cell} itself
 * @param cellTanh tanh of the new cell, tile of N rows
 * @param newHidden tile of N rows
 */
public record MicroTick(
        int size,
        float clip,
        Slice mask,
        Slice gates,
        Slice cell,
        Slice newCell,
        Slice cellTanh,
        Slice newHidden) {

    /** A tick whose slices are still to be moved. */
    static MicroTick unset(int size, float clip) {
        return new MicroTick(
                size,
                clip,
                Slice.unset(),
                Slice.unset(),
                Slice.unset(),
                Slice.unset(),
                Slice.unset(),
                Slice.unset());
    }
}
