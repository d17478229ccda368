package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;

/**
 * The meta variables of one sub-RNN in the forms that the kernels read. Immutable.
 *
 * <p>What makes pre-activations is halved for the gates i, f and o, as {@link TileKernels#activate}
 * wants them; the transposed matrices, which carry adjoints, are not.
 */
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
        halveSigmoids(forward);
        backward = Floats.of(meta.array(prefix + "w_b"));
        backwardTransposed = Floats.transpose(backward, rnn.backwardMessageSize(), gates);
        halveSigmoids(backward);
        hidden = Floats.of(meta.array(prefix + "w_h"));
        hiddenTransposed = Floats.transpose(hidden, size, gates);
        halveSigmoids(hidden);
        double[] shifted = meta.array(prefix + "bias");
        for (int n = 0; n < size; n++) {
            shifted[n] += rnn.inputGateShift();
            shifted[2 * size + n] += rnn.forgetGateShift();
        }
        bias = Floats.of(shifted);
        halveSigmoids(bias);
        coordinates = rnn.coordinates() ? Floats.of(meta.array(prefix + "w_c")) : null;
        if (coordinates != null) {
            halveSigmoids(coordinates);
        }
        up =
                new MessageWeights(
                        meta, prefix + "fwd_", size, rnn.forwardMessageSize(), rnn.layerNorm());
        down =
                new MessageWeights(
                        meta, prefix + "bwd_", size, rnn.backwardMessageSize(), rnn.layerNorm());
        if (!(finite(forward) && finite(backward) && finite(hidden) && finite(bias))
                || (coordinates != null && !finite(coordinates))) {
            // Kernels may lose a NaN on its way to the messages.
            Arrays.fill(up.bias, Float.NaN);
            Arrays.fill(down.bias, Float.NaN);
        }
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Halves all but the columns of g in a matrix of 4N columns: exact in binary. */
    private void halveSigmoids(float[] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            if (i / size % 4 != 1) {
                matrix[i] *= 0.5f;
            }
        }
    }
}
