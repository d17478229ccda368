package org.vsml.cpu;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.NamedArrays;
import org.vsml.cpu.Network.Turn;

/**
 * Adjoints of what a {@link NetworkState} holds between two steps, and of its messages within one.
 */
final class NetworkAdjoint {

    final float[][] states;
    private final Network network;
    private final float[][] forward;
    private final float[][] backward;
    private final float[] error;
    private final float[] label;

    /** Zeros. */
    NetworkAdjoint(Network network) {
        this.network = network;
        NetworkState shape = new NetworkState(network);
        states = shape.states;
        forward = shape.forward;
        backward = shape.backward;
        error = shape.error;
        label = shape.label;
    }

    /** Copies those of parallel example p of the final learned variables here. */
    void read(NamedArrays gradient, int p, int parallel) {
        NetworkState values = new NetworkState(network);
        values.read(gradient, p, parallel);
        for (int k = 0; k < states.length; k++) {
            copy(values.states[k], states[k]);
            if (k + 1 < states.length) {
                copy(values.backward[k], backward[k]);
            }
        }
        copy(values.error, error);
        copy(values.label, label);
    }

    /** Copies these to those of parallel example p of the first learned variables. */
    void write(NamedArrays gradient, int p, int parallel) {
        NetworkState values = new NetworkState(network);
        for (int k = 0; k < states.length; k++) {
            copy(states[k], values.states[k]);
            copy(backward[k], values.backward[k]);
        }
        copy(error, values.error);
        copy(label, values.label);
        values.write(gradient, p, parallel);
    }

    private static void copy(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    void clear() {
        for (float[][] arrays : List.of(states, forward, backward)) {
            for (float[] array : arrays) {
                Arrays.fill(array, 0);
            }
        }
        Arrays.fill(error, 0);
        Arrays.fill(label, 0);
    }

    /** Moves the adjoint of the last backward message to error and label. */
    void readTopMessage() {
        float[] top = backward[backward.length - 1];
        int channels = network.model.subRnn().backwardMessageSize();
        for (int b = 0; b < error.length; b++) {
            error[b] += top[b * channels];
            if (network.model.dynamics().feedLabel()) {
                label[b] += top[b * channels + 1];
            }
        }
        clearTopMessage();
    }

    void clearTopMessage() {
        Arrays.fill(backward[backward.length - 1], 0);
    }

    /** Moves the adjoint of the input to row {@code example} of a gradient, if there is one. */
    void takeInput(double[] inputGradient, int example) {
        float[] input = forward[0];
        for (int i = 0; i < input.length && inputGradient != null; i++) {
            inputGradient[example * input.length + i] = input[i];
        }
        Arrays.fill(input, 0);
    }

    /**
     * The adjoint of one layer's turn.
     *
     * @param from the layer's state before
     * @param messages what the layer read
     * @param gradients added to
     * @param toInput whether the adjoint of the incoming forward message is wanted
     */
    void pullBack(
            Turn turn,
            float[] from,
            Layer.Messages messages,
            WeightGradients gradients,
            boolean toInput) {
        int k = turn.layer();
        float[] up = network.upIsRead(turn) ? forward[k + 1] : null;
        float[] down = network.downIsRead(turn) ? backward[k - 1] : null;
        network.layers[k].backward(
                network.weights(turn),
                gradients,
                from,
                states[k],
                messages,
                new Layer.Messages(toInput ? forward[k] : null, backward[k], up, down));
        // The turn overwrote these messages: nothing depends on their values before it.
        if (up != null) {
            Arrays.fill(up, 0);
        }
        if (down != null) {
            Arrays.fill(down, 0);
        }
    }

    /**
     * From the adjoint of the error that the step left behind, and that of the logits, to that of
     * the last forward message.
     *
     * @param logits of the episode, those of this example from {@code row} on
     * @param labelled whether the example has a label, and so an error
     * @param logitGradient of the episode
     * @param memory what the layer's logits were combined with, or null
     */
    void pullBackPrediction(
            float[] logits,
            int row,
            boolean labelled,
            double[] logitGradient,
            EpisodeMemory memory) {
        int classes = error.length;
        if (memory != null) {
            memory.adjoint().learn(error);
        }
        double[] gradient = Arrays.copyOfRange(logitGradient, row, row + classes);
        if (labelled) {
            addSoftmaxAdjoint(logits, row, gradient);
        }
        Arrays.fill(error, 0);
        Arrays.fill(label, 0);
        float[] output = forward[forward.length - 1];
        Arrays.fill(output, 0);
        int channels = network.model.subRnn().forwardMessageSize();
        int channel = network.model.dynamics().outputChannel();
        double bound = network.model.dynamics().tanhBound();
        for (int b = 0; b < classes; b++) {
            double ratio = Double.isFinite(bound) ? logits[row + b] / bound : 0;
            gradient[b] *= 1 - ratio * ratio;
        }
        if (memory != null) {
            gradient = memory.adjoint().predict(gradient);
        }
        for (int b = 0; b < classes; b++) {
            output[b * channels + channel] = (float) gradient[b];
        }
    }

    private void addSoftmaxAdjoint(float[] logits, int row, double[] gradient) {
        int classes = error.length;
        double max = Double.NEGATIVE_INFINITY;
        for (int b = 0; b < classes; b++) {
            max = Math.max(max, logits[row + b]);
        }
        double[] probabilities = new double[classes];
        double sum = 0;
        for (int b = 0; b < classes; b++) {
            probabilities[b] = Math.exp(logits[row + b] - max);
            sum += probabilities[b];
        }
        double product = 0;
        for (int b = 0; b < classes; b++) {
            probabilities[b] /= sum;
            product += probabilities[b] * error[b];
        }
        for (int b = 0; b < classes; b++) {
            gradient[b] += probabilities[b] * (error[b] - product);
        }
    }
}
