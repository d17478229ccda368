package org.vsml.cpu;

import static org.vsml.core.Checks.require;

import org.vsml.core.Examples;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.cpu.Network.Turn;

/** A stream whose learned variables stay in the form that the kernels use. */
final class CpuStream implements LearnerStream {

    private final Network network;
    private final NetworkState state;

    /** Scratch memory of a prediction, which must not change {@link #state}. */
    private final NetworkState trial;

    CpuStream(Network network, NamedArrays start) {
        this.network = network;
        state = new NetworkState(network);
        trial = new NetworkState(network);
        state.read(start, 0, 1);
    }

    @Override
    public double[] predict(double[] input) {
        requireInput(input, network.task);
        trial.copyMessages(state);
        trial.setInput(input, 0);
        trial.showPreviousError();
        for (Turn turn : network.forwardPass) {
            trial.run(turn, state.states[turn.layer()]);
        }
        trial.predict();
        return logits(trial);
    }

    @Override
    public double[] learn(double[] input, int label) {
        requireInput(input, network.task);
        requireLabel(label, network.task);
        state.setInput(input, 0);
        state.showPreviousError();
        for (Turn turn : network.forwardPass) {
            state.run(turn, state.states[turn.layer()]);
        }
        state.predict();
        state.observe(label);
        if (!network.reversePass.isEmpty()) {
            state.writeTopMessage();
            for (Turn turn : network.reversePass) {
                state.run(turn, state.states[turn.layer()]);
            }
        }
        return logits(state);
    }

    private static double[] logits(NetworkState of) {
        double[] result = new double[of.logits.length];
        for (int b = 0; b < result.length; b++) {
            result[b] = of.logits[b];
        }
        return result;
    }

    static void requireInput(double[] input, TaskShape task) {
        require(
                input.length == task.inputs(),
                "an example of this stream has %d inputs, got %d",
                task.inputs(),
                input.length);
        for (int i = 0; i < input.length; i++) {
            require(Double.isFinite(input[i]), "input %d must be finite, got %s", i, input[i]);
        }
    }

    static void requireLabel(int label, TaskShape task) {
        require(
                label >= Examples.UNLABELLED && label < task.classes(),
                "label must be in [0, %d), got %d",
                task.classes(),
                label);
    }

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(network.learnedLayout(1));
        state.write(result, 0, 1);
        return result;
    }
}
