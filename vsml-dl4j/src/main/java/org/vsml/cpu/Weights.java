package org.vsml.cpu;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.Coordinates;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;

/**
 * The meta variables of one sub-RNN in the forms that the kernels read. Immutable.
 *
 * <p>What makes pre-activations is halved for the gates i, f and o, as {@link MicroTick} wants
 * them; the transposed matrices, which carry adjoints, are not.
 */
final class Weights {

    final int size;
    final Matrix forwardTransposed;
    final Matrix backward;
    final Matrix backwardTransposed;
    final Matrix hidden;
    final Matrix hiddenTransposed;

    /** [4N], with the gate shifts added. */
    final float[] bias;

    /** [5, 4N], what coordinates are multiplied by; null without them. */
    final float[] coordinates;

    /** The rows of {@link #coordinates} for those of inputs; null without them. */
    final Matrix inputCoordinates;

    final MessageWeights up;
    final MessageWeights down;

    private final Matrix forward;
    private final Matrix forwardOfInput;

    /** Reads the arrays of this prefix. */
    Weights(NamedArrays meta, String prefix, SubRnn rnn) {
        size = rnn.stateSize();
        int gates = rnn.gateSize();
        forward = matrix(meta, prefix + SubRnnArrays.FORWARD_INPUT, gates);
        forwardTransposed = forward.transposed();
        backward = matrix(meta, prefix + SubRnnArrays.BACKWARD_INPUT, gates);
        backwardTransposed = backward.transposed();
        hidden = matrix(meta, prefix + SubRnnArrays.RECURRENT, gates);
        hiddenTransposed = hidden.transposed();
        for (Matrix each : List.of(forward, backward, hidden)) {
            halveSigmoids(each.values());
        }
        forwardOfInput = forward.first(1);
        double[] shifted = meta.array(prefix + SubRnnArrays.BIAS);
        for (int n = 0; n < size; n++) {
            shifted[n] += rnn.inputGateShift();
            shifted[2 * size + n] += rnn.forgetGateShift();
        }
        bias = Floats.of(shifted);
        halveSigmoids(bias);
        coordinates =
                rnn.coordinates() ? Floats.of(meta.array(prefix + SubRnnArrays.COORDINATES)) : null;
        if (coordinates != null) {
            halveSigmoids(coordinates);
        }
        inputCoordinates =
                coordinates == null ? null : new Matrix(coordinates, Coordinates.OF_INPUT, gates);
        up =
                new MessageWeights(
                        meta,
                        prefix + SubRnnArrays.FORWARD,
                        size,
                        rnn.forwardMessageSize(),
                        rnn.layerNorm());
        down =
                new MessageWeights(
                        meta,
                        prefix + SubRnnArrays.BACKWARD,
                        size,
                        rnn.backwardMessageSize(),
                        rnn.layerNorm());
        if (!(finite(forward.values())
                        && finite(backward.values())
                        && finite(hidden.values())
                        && finite(bias))
                || (coordinates != null && !finite(coordinates))) {
            // Kernels may lose a NaN on its way to the messages.
            Arrays.fill(up.bias, Float.NaN);
            Arrays.fill(down.bias, Float.NaN);
        }
    }

    private static Matrix matrix(NamedArrays meta, String name, int rows) {
        float[] values = Floats.of(meta.array(name));
        return new Matrix(values, values.length / rows, rows);
    }

    /** What forward messages of so many channels are multiplied by: an input has only its value. */
    Matrix forward(int channels) {
        return channels == forward.inner() ? forward : forwardOfInput;
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
