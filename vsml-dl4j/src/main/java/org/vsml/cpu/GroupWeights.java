package org.vsml.cpu;

import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;

/**
 * The meta variables of a {@link SubRnnGroup}, and their gradient. Everything that a sub-RNN is
 * told is one row of messages: forward channels, backward channels if it learns, and 1, whose
 * weights are the bias with the gate shifts.
 */
final class GroupWeights {

    /** Rows of messages, the constant included. */
    final int channels;

    /** What a tile's messages and, below them, its hidden states are multiplied by. */
    final Matrix forward;

    final Matrix messageTransposed;
    final Matrix hiddenTransposed;

    private final String prefix;
    private final int size;
    private final int gates;

    /**
     * Reads the arrays of a prefix: w_f, w_b if there is one, w_h, bias.
     *
     * @param prefix such as {@code memory.predict.}
     */
    GroupWeights(NamedArrays meta, String prefix, SubRnn rnn) {
        this.prefix = prefix;
        size = rnn.stateSize();
        gates = rnn.gateSize();
        int rows = 1;
        for (String name : messageArrays(meta.layout())) {
            rows += meta.layout().entry(name).shape().get(0);
        }
        channels = rows;
        float[] values = new float[(channels + size) * gates];
        int offset = 0;
        for (String name : messageArrays(meta.layout())) {
            for (double value : meta.array(name)) {
                values[offset++] = (float) value;
            }
        }
        double[] bias = meta.array(prefix + SubRnnArrays.BIAS);
        for (int n = 0; n < size; n++) {
            bias[n] += rnn.inputGateShift();
            bias[2 * size + n] += rnn.forgetGateShift();
        }
        for (double value : bias) {
            values[offset++] = (float) value;
        }
        float[] hidden = Floats.of(meta.array(prefix + SubRnnArrays.RECURRENT));
        System.arraycopy(hidden, 0, values, offset, hidden.length);
        messageTransposed = new Matrix(values, channels, gates).transposed();
        hiddenTransposed = new Matrix(hidden, size, gates).transposed();
        halveSigmoids(values);
        forward = new Matrix(values, channels + size, gates);
    }

    private List<String> messageArrays(ArrayLayout layout) {
        return layout.contains(prefix + SubRnnArrays.BACKWARD_INPUT)
                ? List.of(prefix + SubRnnArrays.FORWARD_INPUT, prefix + SubRnnArrays.BACKWARD_INPUT)
                : List.of(prefix + SubRnnArrays.FORWARD_INPUT);
    }

    /** Halves all but the columns of g, as {@link TileKernels#activate} wants them. */
    private void halveSigmoids(float[] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            if (i / size % 4 != 1) {
                matrix[i] *= 0.5f;
            }
        }
    }

    /** What is added up of the gradient: in float by lane, now and then in double. */
    final class Gradient {

        private final int width;
        final Matrix message;
        final Matrix hidden;
        private final double[] messageSums = new double[channels * gates];
        private final double[] hiddenSums = new double[size * gates];

        /**
         * @param width floats of an accumulator ({@link TileKernels#accumulatorWidth})
         */
        Gradient(int width) {
            this.width = width;
            message = new Matrix(new float[channels * gates * width], channels, gates);
            hidden = new Matrix(new float[size * gates * width], size, gates);
        }

        void flush() {
            Floats.flush(message.values(), width, messageSums);
            Floats.flush(hidden.values(), width, hiddenSums);
        }

        /** Adds everything to the places of the arrays in a flat gradient. */
        void addTo(double[] gradient, ArrayLayout layout) {
            flush();
            int offset = 0;
            for (String name : messageArrays(layout)) {
                int count = layout.entry(name).size();
                add(messageSums, offset, gradient, layout.offset(name), count);
                offset += count;
            }
            add(messageSums, offset, gradient, layout.offset(prefix + SubRnnArrays.BIAS), gates);
            add(
                    hiddenSums,
                    0,
                    gradient,
                    layout.offset(prefix + SubRnnArrays.RECURRENT),
                    hiddenSums.length);
        }

        private static void add(double[] from, int offset, double[] to, int place, int count) {
            for (int i = 0; i < count; i++) {
                to[place + i] += from[offset + i];
            }
        }
    }
}
