package org.vsml.cpu;

/**
 * The sub-RNNs of one layer at work: its sizes and scratch memory, no state. Belongs to one run,
 * hence to one thread.
 *
 * <p>Messages are row-major, [units, channels]. States are opaque arrays of {@link #stateSize}
 * floats.
 */
interface LayerRun {

    /** Floats of h and c together, padding included. */
    int stateSize();

    /**
     * All micro ticks of one example (equation 7 and its forward and backward messages).
     *
     * @param from state before; not changed unless it is {@code to}
     * @param to state after, overwritten
     * @param forward incoming forward messages [inputs, forwardChannels]; channels beyond those are
     *     zero
     * @param backward incoming backward messages [outputs, N'']
     * @param up outgoing forward messages [outputs, N'], overwritten; null if nobody reads them
     * @param down outgoing backward messages [inputs, N''], overwritten; null if nobody reads them
     */
    void forward(
            Weights weights,
            float[] from,
            float[] to,
            float[] forward,
            int forwardChannels,
            float[] backward,
            float[] up,
            float[] down);

    /**
     * The adjoint of {@link #forward}; what happened in between is computed again.
     *
     * @param gradients added to
     * @param from state before
     * @param adjoint of the state after on entry, of the state before on return
     * @param upAdjoint [outputs, N'], null for zeros
     * @param downAdjoint [inputs, N''], null for zeros
     * @param forwardAdjoint [inputs, forwardChannels], added to; null if not wanted
     * @param backwardAdjoint [outputs, N''], added to; null if not wanted
     */
    void backward(
            Weights weights,
            WeightGradients gradients,
            float[] from,
            float[] adjoint,
            float[] forward,
            int forwardChannels,
            float[] backward,
            float[] upAdjoint,
            float[] downAdjoint,
            float[] forwardAdjoint,
            float[] backwardAdjoint);

    /**
     * Copies between a state and the learned variables: [N, B, A], A fastest.
     *
     * @param hidden place of h in {@code values}
     * @param cell place of c in {@code values}
     */
    void read(double[] values, int hidden, int cell, float[] state);

    /** The way back of {@link #read}. */
    void write(float[] state, double[] values, int hidden, int cell);

    /**
     * Replaces the first channels of h and c by their average over several states (batched learning
     * algorithms, appendix C). It is its own adjoint.
     */
    void average(float[][] states, int channels);
}
