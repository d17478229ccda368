package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Coordinates;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;

/**
 * The gradient with respect to the meta variables of one sub-RNN. What every tile adds to is kept
 * in float for each lane; now and then the lanes are added up into doubles, so that long episodes
 * lose no precision.
 */
final class WeightGradients {

    /** One direction of messages. */
    static final class Message {
        final Matrix weights;
        final double[] weightSums;
        final double[] bias;
        final double[] scale;
        final double[] offset;

        private Message(int size, int channels, int width) {
            weights = accumulators(size, channels, width);
            weightSums = new double[size * channels];
            bias = new double[channels];
            scale = new double[channels];
            offset = new double[channels];
        }
    }

    private final int width;
    private final Matrix forward;
    private final Matrix forwardOfInput;

    /** [N, 4N] accumulators. */
    final Matrix hidden;

    /** [3, 4N] accumulators: coordinates of inputs; null without coordinates. */
    final Matrix coordinates;

    /** [5, 4N]; the first three rows are added up from {@link #coordinates}. */
    final double[] coordinateSums;

    final double[] forwardSums;
    final double[] hiddenSums;
    final double[] backward;
    final double[] bias;
    final Message up;
    final Message down;

    /**
     * @param width floats of an accumulator, {@link TileKernels#accumulatorWidth}
     */
    WeightGradients(SubRnn rnn, int width) {
        this.width = width;
        int size = rnn.stateSize();
        int gates = rnn.gateSize();
        forward = accumulators(rnn.forwardMessageSize(), gates, width);
        forwardOfInput = forward.first(1);
        hidden = accumulators(size, gates, width);
        coordinates = rnn.coordinates() ? accumulators(Coordinates.OF_INPUT, gates, width) : null;
        coordinateSums = new double[rnn.coordinates() ? Coordinates.COUNT * gates : 0];
        forwardSums = new double[rnn.forwardMessageSize() * gates];
        hiddenSums = new double[size * gates];
        backward = new double[rnn.backwardMessageSize() * gates];
        bias = new double[gates];
        up = new Message(size, rnn.forwardMessageSize(), width);
        down = new Message(size, rnn.backwardMessageSize(), width);
    }

    private static Matrix accumulators(int inner, int rows, int width) {
        return new Matrix(new float[inner * rows * width], inner, rows);
    }

    /** Accumulators for forward messages of so many channels. */
    Matrix forward(int channels) {
        return channels == forward.inner() ? forward : forwardOfInput;
    }

    /** Adds the lanes up. */
    void flush() {
        if (coordinates != null) {
            flush(coordinates, coordinateSums);
        }
        flush(forward, forwardSums);
        flush(hidden, hiddenSums);
        flush(up.weights, up.weightSums);
        flush(down.weights, down.weightSums);
    }

    private void flush(Matrix matrix, double[] sums) {
        float[] accumulators = matrix.values();
        for (int i = 0; i < accumulators.length / width; i++) {
            double sum = 0;
            for (int l = i * width; l < (i + 1) * width; l++) {
                sum += accumulators[l];
            }
            sums[i] += sum;
        }
        Arrays.fill(accumulators, 0);
    }

    /** Adds everything to this sub-RNN's arrays in a flat gradient. */
    void addTo(double[] gradient, ArrayLayout layout, String prefix) {
        flush();
        add(gradient, layout, prefix + SubRnnArrays.FORWARD_INPUT, forwardSums);
        add(gradient, layout, prefix + SubRnnArrays.BACKWARD_INPUT, backward);
        add(gradient, layout, prefix + SubRnnArrays.RECURRENT, hiddenSums);
        add(gradient, layout, prefix + SubRnnArrays.BIAS, bias);
        if (layout.contains(prefix + SubRnnArrays.COORDINATES)) {
            add(gradient, layout, prefix + SubRnnArrays.COORDINATES, coordinateSums);
        }
        addMessage(gradient, layout, prefix + SubRnnArrays.FORWARD, up);
        addMessage(gradient, layout, prefix + SubRnnArrays.BACKWARD, down);
    }

    private static void addMessage(
            double[] gradient, ArrayLayout layout, String prefix, Message message) {
        add(gradient, layout, prefix + SubRnnArrays.WEIGHTS, message.weightSums);
        add(gradient, layout, prefix + SubRnnArrays.OFFSET, message.bias);
        if (layout.contains(prefix + SubRnnArrays.NORM_SCALE)) {
            add(gradient, layout, prefix + SubRnnArrays.NORM_SCALE, message.scale);
            add(gradient, layout, prefix + SubRnnArrays.NORM_OFFSET, message.offset);
        }
    }

    private static void add(double[] gradient, ArrayLayout layout, String name, double[] values) {
        int offset = layout.offset(name);
        for (int i = 0; i < values.length; i++) {
            gradient[offset + i] += values[i];
        }
    }
}
