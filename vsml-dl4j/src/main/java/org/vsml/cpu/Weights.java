package org.vsml.cpu;

import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;

/** The meta variables of one sub-RNN in the forms that the kernels read. Immutable. */
final class Weights {

    final int size;
    final float[] forward;
    final float[] forwardTransposed;
    final float[] backward;
    final float[] backwardTransposed;
    final float[] hidden;
    final float[] hiddenTransposed;

    /** [4N], with the gate shifts added. */
    final float[] bias;

    /** [5, 4N], what coordinates are multiplied by; null without them. */
    final float[] coordinates;

    final MessageWeights up;
    final MessageWeights down;

    /** Reads the arrays of this prefix. */
    Weights(NamedArrays meta, String prefix, SubRnn rnn) {
        size = rnn.stateSize();
        int gates = rnn.gateSize();
        forward = Floats.of(meta.array(prefix + "w_f"));
        forwardTransposed = Floats.transpose(forward, rnn.forwardMessageSize(), gates);
        backward = Floats.of(meta.array(prefix + "w_b"));
        backwardTransposed = Floats.transpose(backward, rnn.backwardMessageSize(), gates);
        hidden = Floats.of(meta.array(prefix + "w_h"));
        hiddenTransposed = Floats.transpose(hidden, size, gates);
        double[] shifted = meta.array(prefix + "bias");
        for (int n = 0; n < size; n++) {
            shifted[n] += rnn.inputGateShift();
            shifted[2 * size + n] += rnn.forgetGateShift();
        }
        bias = Floats.of(shifted);
        coordinates = rnn.coordinates() ? Floats.of(meta.array(prefix + "w_c")) : null;
        up =
                new MessageWeights(
                        meta, prefix + "fwd_", size, rnn.forwardMessageSize(), rnn.layerNorm());
        down =
                new MessageWeights(
                        meta, prefix + "bwd_", size, rnn.backwardMessageSize(), rnn.layerNorm());
    }
}
