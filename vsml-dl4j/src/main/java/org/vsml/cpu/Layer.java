package org.vsml.cpu;

/**
 * The sub-RNNs of one layer: sizes and scratch memory, no state. Belongs to one run, hence to one
 * thread. States are opaque arrays of {@link #stateSize} floats.
 */
interface Layer {

    /**
     * The messages of one layer, or their adjoints; row-major, [units, channels].
     *
     * @param forward incoming forward messages [inputs, channels]; one channel for the inputs of
     *     the network, else N'
     * @param backward incoming backward messages [outputs, N'']
     * @param up outgoing forward messages [outputs, N']; null if nothing reads them
     * @param down outgoing backward messages [inputs, N'']; null if nothing reads them
     */
    record Messages(float[] forward, float[] backward, float[] up, float[] down) {}

    /** Floats of h and c together, padding included. */
    int stateSize();

    /**
     * All micro ticks of one example (equation 7 and its forward and backward messages).
     *
     * @param from state before; not changed unless it is {@code to}
     * @param to state after, overwritten
     * @param messages the outgoing ones are overwritten
     */
    void forward(Weights weights, float[] from, float[] to, Messages messages);

    /**
     * The adjoint of {@link #forward}; what happened in between is computed again.
     *
     * @param gradients added to
     * @param from state before
     * @param adjoint of the state after on entry, of the state before on return
     * @param messages the incoming ones; the outgoing ones are not read
     * @param adjoints of the outgoing messages, null for zeros; those of the incoming ones are
     *     added to, forward ones only if they are not null
     */
    void backward(
            Weights weights,
            WeightGradients gradients,
            float[] from,
            float[] adjoint,
            Messages messages,
            Messages adjoints);

    /**
     * Copies the learned variables, [N, B, A], A fastest, into a state.
     *
     * @param hidden where h begins in {@code values}
     * @param cell where c begins in {@code values}
     */
    void read(double[] values, int hidden, int cell, float[] state);

    /** Copies a state into the learned variables, the reverse of {@link #read}. */
    void write(float[] state, double[] values, int hidden, int cell);

    /**
     * Replaces the first channels of h and c by their average over several states (batched learning
     * algorithms, appendix C). It is its own adjoint.
     */
    void average(float[][] states, int channels);
}
