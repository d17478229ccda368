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
    private final Lane lane;

    /** Where a prediction leaves what it must not change. */
    private final Lane trial;

    CpuStream(Network network, NamedArrays start) {
        this.network = network;
        lane = new Lane(network);
        trial = new Lane(network);
        lane.read(start, 0, 1);
    }

    @Override
    public double[] predict(double[] input) {
        requireInput(input, network.task);
        trial.copyMessages(lane);
        trial.setInput(input, 0);
        trial.showPreviousError();
        for (Turn turn : network.forwardPass) {
            run(trial, turn, lane.states[turn.layer()]);
        }
        trial.predict();
        return logits(trial);
    }

    @Override
    public double[] learn(double[] input, int label) {
        requireInput(input, network.task);
        requireLabel(label, network.task);
        lane.setInput(input, 0);
        lane.showPreviousError();
        for (Turn turn : network.forwardPass) {
            run(lane, turn, lane.states[turn.layer()]);
        }
        lane.predict();
        lane.observe(label);
        if (!network.reversePass.isEmpty()) {
            lane.writeTopMessage();
            for (Turn turn : network.reversePass) {
                run(lane, turn, lane.states[turn.layer()]);
            }
        }
        return logits(lane);
    }

    private void run(Lane to, Turn turn, float[] from) {
        int k = turn.layer();
        network.layers[k].forward(
                network.weights(turn),
                from,
                to.states[k],
                to.forward[k],
                network.forwardChannels(k),
                to.backward[k],
                network.upIsRead(turn) ? to.forward[k + 1] : null,
                network.downIsRead(turn) ? to.backward[k - 1] : null);
    }

    private static double[] logits(Lane of) {
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
        lane.write(result, 0, 1);
        return result;
    }
}
