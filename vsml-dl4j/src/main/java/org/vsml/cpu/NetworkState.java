package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.math.Softmax;

/**
 * The learned variables of a network, and the messages of the step that it is in. A run has one for
 * each of its P parallel examples.
 */
final class NetworkState {

    private final Network network;

    /** State of each layer, at the beginning of its array. */
    final float[][] states;

    /** forward[k]: incoming forward message of layer k; the last one leaves the network. */
    final float[][] forward;

    /** backward[k]: incoming backward message of layer k. */
    final float[][] backward;

    /** Error and label of the previous example, which the last layer reads next. */
    final float[] error;

    final float[] label;

    /** Logits of the latest example. */
    final float[] logits;

    private final float[] probabilities;
    private final double[] unbounded;

    /** Of each turn, made once: forward passes, then reverse passes. */
    private final Layer.Messages[][] messages;

    NetworkState(Network network) {
        this.network = network;
        int depth = network.depth();
        int classes = network.task.classes();
        states = new float[depth][];
        forward = new float[depth + 1][];
        backward = new float[depth][];
        for (int k = 0; k < depth; k++) {
            // As long as those that a run puts in its place.
            states[k] = new float[StateArrays.roundUp(network.layers[k].stateSize())];
            forward[k] = new float[network.shapes.get(k).inputs() * network.forwardChannels(k)];
            backward[k] =
                    new float
                            [network.shapes.get(k).outputs()
                                    * network.model.subRnn().backwardMessageSize()];
        }
        forward[depth] = new float[classes * network.model.subRnn().forwardMessageSize()];
        error = new float[classes];
        label = new float[classes];
        logits = new float[classes];
        probabilities = new float[classes];
        unbounded = new double[classes];
        messages = new Layer.Messages[2][depth];
        for (Network.Turn turn : network.forwardPass) {
            messages[0][turn.layer()] = messages(turn);
        }
        for (Network.Turn turn : network.reversePass) {
            messages[1][turn.layer()] = messages(turn);
        }
    }

    private Layer.Messages messages(Network.Turn turn) {
        int k = turn.layer();
        return new Layer.Messages(
                forward[k],
                backward[k],
                network.upIsRead(turn) ? forward[k + 1] : null,
                network.downIsRead(turn) ? backward[k - 1] : null);
    }

    /** Copies example {@code p} of {@code parallel} of the learned variables here. */
    void read(NamedArrays learned, int p, int parallel) {
        double[] values = learned.values();
        for (int k = 0; k < states.length; k++) {
            network.layers[k].read(
                    values,
                    offset(learned, "hidden." + k, p, parallel),
                    offset(learned, "cell." + k, p, parallel),
                    states[k]);
            if (k + 1 < states.length) {
                copy(values, offset(learned, "backward_message." + k, p, parallel), backward[k]);
            }
        }
        if (!network.model.dynamics().backwardPass()) {
            copy(values, offset(learned, "error", p, parallel), error);
            copy(values, offset(learned, "label", p, parallel), label);
        }
    }

    /** The reverse of {@link #read}. */
    void write(NamedArrays learned, int p, int parallel) {
        double[] values = learned.values();
        for (int k = 0; k < states.length; k++) {
            network.layers[k].write(
                    states[k],
                    values,
                    offset(learned, "hidden." + k, p, parallel),
                    offset(learned, "cell." + k, p, parallel));
            if (k + 1 < states.length) {
                copy(backward[k], values, offset(learned, "backward_message." + k, p, parallel));
            }
        }
        if (!network.model.dynamics().backwardPass()) {
            copy(error, values, offset(learned, "error", p, parallel));
            copy(label, values, offset(learned, "label", p, parallel));
        }
    }

    /** Where example p begins in an array whose first axis is P. */
    static int offset(NamedArrays learned, String name, int p, int parallel) {
        int size = learned.layout().entry(name).size() / parallel;
        return learned.layout().offset(name) + p * size;
    }

    private static void copy(double[] from, int offset, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) from[offset + i];
        }
    }

    private static void copy(float[] from, double[] to, int offset) {
        for (int i = 0; i < from.length; i++) {
            to[offset + i] = from[i];
        }
    }

    /**
     * One layer's turn.
     *
     * @param from the layer's state before; the one after goes to {@link #states}
     */
    void run(Network.Turn turn, float[] from) {
        int k = turn.layer();
        network.layers[k].forward(
                network.weights(turn), from, states[k], messages[turn.reverse() ? 1 : 0][k]);
    }

    /** Copies everything but the states. */
    void copyMessages(NetworkState from) {
        for (int k = 0; k < states.length; k++) {
            System.arraycopy(from.backward[k], 0, backward[k], 0, backward[k].length);
        }
        System.arraycopy(from.error, 0, error, 0, error.length);
        System.arraycopy(from.label, 0, label, 0, label.length);
    }

    void setInput(double[] inputs, int offset) {
        float[] x = forward[0];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) inputs[offset + i];
        }
    }

    /** Sets what the last layer reads in the forward pass: the previous error and label. */
    void showPreviousError() {
        if (network.model.dynamics().backwardPass()) {
            Arrays.fill(backward[backward.length - 1], 0);
        } else {
            writeTopMessage();
        }
    }

    /** Error in channel 0, label in channel 1 of the last backward message. */
    void writeTopMessage() {
        float[] top = backward[backward.length - 1];
        int channels = network.model.subRnn().backwardMessageSize();
        boolean feedLabel = network.model.dynamics().feedLabel();
        Arrays.fill(top, 0);
        for (int b = 0; b < error.length; b++) {
            top[b * channels] = error[b];
            if (feedLabel) {
                top[b * channels + 1] = label[b];
            }
        }
    }

    /**
     * Logits from the output channel of the last forward message, bounded.
     *
     * @param memory what they are combined with before that, or null
     */
    void predict(EpisodeMemory memory) {
        float[] output = forward[forward.length - 1];
        int channels = network.model.subRnn().forwardMessageSize();
        int channel = network.model.dynamics().outputChannel();
        double bound = network.model.dynamics().tanhBound();
        for (int b = 0; b < logits.length; b++) {
            unbounded[b] = output[b * channels + channel];
        }
        double[] combined = memory == null ? unbounded : memory.predict(unbounded);
        for (int b = 0; b < logits.length; b++) {
            double y = combined[b];
            logits[b] = (float) (Double.isFinite(bound) ? bound * Math.tanh(y / bound) : y);
        }
    }

    /** Error and label of the example just predicted; zero if it has none. */
    void observe(int observed) {
        Arrays.fill(error, 0);
        Arrays.fill(label, 0);
        if (observed == Examples.UNLABELLED) {
            return;
        }
        Softmax.of(logits, probabilities);
        for (int b = 0; b < error.length; b++) {
            error[b] = probabilities[b];
        }
        error[observed] -= 1;
        label[observed] = 1;
    }
}
