package org.vsml.cpu;

/**
 * The inner loops of the engine. They work on tiles: {@link #width} sub-RNNs at once, one in each
 * lane, stored as rows of {@code width} floats, one row for each channel. Offsets count floats.
 *
 * <p>Implementations hold no state but their width, allocate nothing, and may be called from any
 * thread. Sizes are never checked: callers guarantee them.
 */
public interface TileKernels {

    /** What the engine reports, such as {@code vector-512} or {@code portable}. */
    String name();

    /** These kernels at the width that suits a layer of so many inputs. */
    TileKernels forInputs(int inputs);

    /** Lanes of a tile: sub-RNNs in it. */
    int width();

    /** Floats of one accumulator of {@link #outer}. */
    int accumulatorWidth();

    /**
     * A matrix product with a tile: out[r] = base[r] + bias[r] + Σ_i weights[i, r] · in[i].
     *
     * @param in tile of {@code weights.inner} rows
     * @param base tile of {@code weights.rows} rows, or null for zeros
     * @param bias [rows], the same for all lanes, or null for zeros
     * @param out tile of {@code weights.rows} rows, overwritten; must not overlap {@code in} or
     *     {@code base}
     */
    void multiply(Matrix weights, Slice in, Slice base, Slice bias, Slice out);

    /** The product alone: out[r] = Σ_i weights[i, r] · in[i]. */
    default void multiply(Matrix weights, Slice in, Slice out) {
        multiply(weights, in, null, null, out);
    }

    /**
     * The same product with two tiles at once, for k = 0, 1: out_k[r] = base[r] + bias_k[r] + Σ_i
     * weights[i, r] · in_k[i].
     *
     * @param in two tiles of {@code weights.inner} rows, a step apart
     * @param base tile of {@code weights.rows} rows, or null for zeros, then without biases
     * @param biases [2, rows]
     * @param out two tiles of {@code weights.rows} rows, a step apart, overwritten
     */
    void multiplyPair(Matrix weights, Slice in, Slice base, Slice biases, Slice out);

    /**
     * The pointwise part of a micro tick: from the pre-activations to the new state. Overwrites
     * gates with activations, and the new cell, its tanh and the new hidden state. What a
     * pre-activation or cell that is NaN becomes is up to the implementation.
     */
    void activate(MicroTick tick);

    /**
     * The adjoint of {@link #activate}. Overwrites gates with the adjoint of the pre-activations.
     * Where |new cell| is not below the bound, it was clipped and passes nothing on.
     *
     * @param tick as {@link #activate} left it; mask and new hidden state are not read
     * @param hiddenAdjoint adjoint of the new hidden state, tile of N rows, zero in padding
     * @param cellAdjoint adjoint of the new cell on entry, of the old cell on return
     */
    void activateAdjoint(MicroTick tick, Slice hiddenAdjoint, Slice cellAdjoint);

    /**
     * Sums of outer products, kept apart for each lane modulo {@link #accumulatorWidth}: sums[i, r]
     * += Σ over {@code tiles} of left[i] · right[r].
     *
     * @param tiles number of tiles on either side, one after the other
     * @param left tiles of {@code sums.inner} rows
     * @param right tiles of {@code sums.rows} rows
     */
    void outer(int tiles, Slice left, Slice right, Matrix sums);

    /**
     * Sums of two tiles and what is the same in all lanes: out[r] = a[r] + b[r] + bias[r].
     *
     * @param rows of {@code a}, {@code b}, {@code out} (overwritten) and {@code bias}
     */
    void sum(int rows, Slice a, Slice b, Slice bias, Slice out);

    /** Adds {@code count} values, a multiple of the width, to each of three sums. */
    void addToThree(int count, Slice first, Slice second, Slice third, Slice values);

    /**
     * Adds the same to two sums: first[i] and second[i] += Σ over {@code tiles} of values[i].
     *
     * @param tiles number of tiles of {@code count} floats, one after the other
     * @param count floats, a multiple of the width
     */
    void addToBoth(int tiles, int count, Slice values, Slice first, Slice second);

    /** sums[i] += values[i] for {@code count} floats, a multiple of the width. */
    void add(int count, Slice sums, Slice values);

    /**
     * A distance of which every input adds a bounded part: Σ over a in [from, to) of weights[a] ·
     * min(limit, scales[a] · (x[a] − y[a])²).
     */
    float distance(
            float[] x, float[] y, float[] scales, float[] weights, float limit, int from, int to);
}
