package org.vsml.cpu;

/**
 * The inner loops of the engine. They work on tiles: {@code width} sub-RNNs at once, stored as rows
 * of {@code width} floats, one row for each channel ("lanes fastest"). Offsets count floats.
 *
 * <p>Implementations hold no state, allocate nothing, and may be called from any thread. Arrays are
 * never checked: callers guarantee the sizes.
 */
public interface TileKernels {

    /** What the engine reports, such as {@code vector-512} or {@code portable}. */
    String name();

    /** Sub-RNNs in a tile of a layer with so many inputs. */
    int width(int inputs);

    /**
     * A matrix product with a tile: out[r] = base[r] + bias[r] + Σ_i weights[i, r] · in[i].
     *
     * @param weights [inner, rows]
     * @param in tile of {@code inner} rows
     * @param base tile of {@code rows} rows, or null for zeros
     * @param bias [rows], the same for all lanes, or null for zeros
     * @param out tile of {@code rows} rows, overwritten; must not overlap {@code in} or {@code
     *     base}
     */
    void multiply(
            float[] weights,
            int inner,
            int rows,
            float[] in,
            int inOffset,
            float[] base,
            int baseOffset,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset,
            int width);

    /**
     * The same product with two tiles at once, for k = 0, 1: out_k[r] = base[r] + bias_k[r] + Σ_i
     * weights[i, r] · in_k[i].
     *
     * @param in two tiles of {@code inner} rows, {@code inStep} floats apart
     * @param base tile of {@code rows} rows, or null for zeros, then without biases
     * @param biases [2, rows]
     * @param out two tiles of {@code rows} rows, {@code outStep} floats apart, overwritten
     */
    default void multiplyPair(
            float[] weights,
            int inner,
            int rows,
            float[] in,
            int inOffset,
            int inStep,
            float[] base,
            int baseOffset,
            float[] biases,
            int biasOffset,
            float[] out,
            int outOffset,
            int outStep,
            int width) {
        for (int k = 0; k < 2; k++) {
            multiply(
                    weights,
                    inner,
                    rows,
                    in,
                    inOffset + k * inStep,
                    base,
                    baseOffset,
                    biases,
                    biasOffset + k * rows,
                    out,
                    outOffset + k * outStep,
                    width);
        }
    }

    /**
     * The pointwise part of a micro tick (equation 7, LSTM): from the pre-activations of i, g, f, o
     * to the new state.
     *
     * @param size N
     * @param gates tile of 4N rows; on entry pre-activations, those of i, f and o halved (sigmoid z
     *     = tanh(z / 2) / 2 + 1/2); activations on return
     * @param cell tile of N rows
     * @param mask [width], what hidden states are multiplied by: 1, or 0 for lanes that only pad
     * @param newCell tile of N rows, overwritten; may be {@code cell} itself
     * @param cellTanh tile of N rows, overwritten with tanh of the new cell
     * @param newHidden tile of N rows, overwritten
     * @param clip bound of the new cell, possibly infinite; what a pre-activation or cell that is
     *     NaN becomes is up to the implementation
     */
    void activate(
            int size,
            float[] gates,
            int gatesOffset,
            float[] cell,
            int cellOffset,
            float[] mask,
            float[] newCell,
            int newCellOffset,
            float[] cellTanh,
            int cellTanhOffset,
            float[] newHidden,
            int newHiddenOffset,
            float clip,
            int width);

    /**
     * The adjoint of {@link #activate}.
     *
     * @param gates tile of 4N rows, activations on entry, the adjoint of the pre-activations on
     *     return
     * @param cell the old cell, tile of N rows
     * @param cellTanh tanh of the new cell, tile of N rows
     * @param newCell the new cell, tile of N rows: where |newCell| is not below {@code clip}, it
     *     was clipped and passes nothing on
     * @param hiddenAdjoint adjoint of the new hidden state, tile of N rows, zero in padding
     * @param cellAdjoint adjoint of the new cell on entry, of the old cell on return
     */
    void activateAdjoint(
            int size,
            float[] gates,
            int gatesOffset,
            float[] cell,
            int cellOffset,
            float[] cellTanh,
            int cellTanhOffset,
            float[] newCell,
            int newCellOffset,
            float clip,
            float[] hiddenAdjoint,
            int hiddenAdjointOffset,
            float[] cellAdjoint,
            int cellAdjointOffset,
            int width);

    /**
     * Sums of outer products, kept apart for each lane modulo {@link #accumulatorLanes}: sums[i, r]
     * += Σ over {@code tiles} of left[i] · right[r].
     *
     * @param left {@code tiles} tiles of {@code inner} rows, one after the other
     * @param right {@code tiles} tiles of {@code rows} rows, one after the other
     * @param sums [inner, rows] accumulators of {@link #accumulatorLanes} floats
     */
    void outer(
            float[] left,
            int leftOffset,
            int inner,
            float[] right,
            int rightOffset,
            int rows,
            int tiles,
            float[] sums,
            int width);

    /** Floats of one accumulator of {@link #outer}. */
    int accumulatorLanes();

    /**
     * Sums of two tiles and what is the same in all lanes: out[r] = a[r] + b[r] + bias[r].
     *
     * @param a tile of {@code rows} rows
     * @param b tile of {@code rows} rows
     * @param bias [rows]
     * @param out tile of {@code rows} rows, overwritten
     */
    void sum(
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset,
            int rows,
            int width);

    /** Adds {@code count} values to each of three sums. */
    void addToThree(
            float[] first,
            int firstOffset,
            float[] second,
            int secondOffset,
            float[] third,
            int thirdOffset,
            float[] values,
            int valuesOffset,
            int count);

    /** sums[i] += values[i] for {@code count} floats. */
    void add(float[] sums, int sumsOffset, float[] values, int valuesOffset, int count);

    /**
     * A distance of which every input adds a bounded part: Σ over a in [from, to) of weights[a] ·
     * min(limit, scales[a] · (x[a] − y[a])²).
     */
    float distance(
            float[] x, float[] y, float[] scales, float[] weights, float limit, int from, int to);
}
