package org.vsml.cpu;

import org.vsml.core.Examples;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.cpu.Network.Turn;

/** A stream whose learned variables stay in the form that the kernels use. */
final class CpuStream implements LearnerStream {

    private final Network network;
    private final NetworkState state;

    /** Scratch memory of a prediction, which must not change {@link #state}. */
    private final NetworkState trial;

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
        observe();
        trial.copyMessages(state);
        trial.setInput(input, 0);
        trial.showPreviousError();
        // By index, for an iterator would be garbage.
        for (int i = 0; i < network.forwardPass.size(); i++) {
            Turn turn = network.forwardPass.get(i);
            trial.run(turn, state.states[turn.layer()]);
        }
        trial.predict(memory == null ? null : memory.memory());
        write(trial.logits, logits);
    }

    private void observe() {
        if (memory != null) {
            memory.observe(network.dense(), state.states[0], 0);
        }
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
        observe();
        state.setInput(input, 0);
        state.showPreviousError();
        for (int i = 0; i < network.forwardPass.size(); i++) {
            Turn turn = network.forwardPass.get(i);
            state.run(turn, state.states[turn.layer()]);
        }
        state.predict(memory == null ? null : memory.memory());
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
