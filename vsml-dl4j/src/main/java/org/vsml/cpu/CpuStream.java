package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Examples;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.cpu.Network.Turn;

/** A stream whose learned variables stay in the form that the kernels use. */
final class CpuStream implements LearnerStream {

    private final Network network;
    private NetworkState state;

    /** Of a prediction, which must not change {@link #state}. */
    private NetworkState trial;

    /** What was predicted last. */
    private final double[] predicted;

    /**
     * Whether {@link #trial} is what {@link #state} becomes when that example is shown its label:
     * an application predicts, learns the label later, and need not wait for the same once more.
     */
    private boolean foreseen;

    /** What stands beside the layer, or null; its only example is the present one. */
    private final MemoryView memory;

    /**
     * @param memory what stands beside the layer, or null
     */
    CpuStream(Network network, NamedArrays start, MemoryView memory) {
        this.network = network;
        this.memory = memory;
        state = new NetworkState(network);
        trial = new NetworkState(network);
        predicted = new double[network.task.inputs()];
        state.read(start, 0, 1);
    }

    @Override
    public double[] predict(double[] input) {
        double[] logits = new double[network.task.classes()];
        predict(input, logits);
        return logits;
    }

    @Override
    public void predict(double[] input, double[] logits) {
        Examples.requireInput(input, network.task);
        foreseen = false;
        trial.copyMessages(state);
        predict(input, trial);
        System.arraycopy(input, 0, predicted, 0, predicted.length);
        foreseen = true;
        write(trial.logits, logits);
    }

    /**
     * Predicts an example.
     *
     * @param to has the messages of {@link #state}, and becomes the network after the forward pass
     */
    private void predict(double[] input, NetworkState to) {
        if (memory != null) {
            memory.observe(network.dense(), state.states[0], 0);
        }
        to.setInput(input, 0);
        to.showPreviousError();
        // By index, for an iterator would be garbage.
        for (int i = 0; i < network.forwardPass.size(); i++) {
            Turn turn = network.forwardPass.get(i);
            to.run(turn, state.states[turn.layer()]);
        }
        to.predict(memory == null ? null : memory.memory());
    }

    @Override
    public double[] learn(double[] input, int label) {
        double[] logits = new double[network.task.classes()];
        learn(input, label, logits);
        return logits;
    }

    @Override
    public void learn(double[] input, int label, double[] logits) {
        Examples.requireInput(input, network.task);
        Examples.requireLabel(label, network.task);
        if (foreseen
                && Arrays.equals(input, predicted)
                && (memory == null || memory.isPredicted())) {
            NetworkState before = state;
            state = trial;
            trial = before;
        } else {
            predict(input, state);
        }
        foreseen = false;
        state.observe(label);
        if (memory != null) {
            memory.memory().learn(label, state.error);
        }
        if (!network.reversePass.isEmpty()) {
            state.writeTopMessage();
            for (int i = 0; i < network.reversePass.size(); i++) {
                Turn turn = network.reversePass.get(i);
                state.run(turn, state.states[turn.layer()]);
            }
        }
        write(state.logits, logits);
    }

    private static void write(float[] from, double[] to) {
        for (int b = 0; b < from.length; b++) {
            to[b] = from[b];
        }
    }

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(network.learnedLayout(1));
        state.write(result, 0, 1);
        return result;
    }
}
