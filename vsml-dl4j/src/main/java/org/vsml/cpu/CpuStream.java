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

    /** What stands beside the layer, or null. */
    private final EpisodeMemory memory;

    /** The inputs that take part; null without a memory. */
    private final int[] present;

    CpuStream(Network network, NamedArrays start) {
        this(network, start, null, null);
    }

    /**
     * @param memory of the whole stream
     * @param present indices among all inputs of those that take part
     */
    CpuStream(Network network, NamedArrays start, EpisodeMemory memory, int[] present) {
        this.network = network;
        this.memory = memory;
        this.present = present;
        lane = new Lane(network);
        trial = new Lane(network);
        lane.read(start, 0, 1);
    }

    @Override
    public double[] predict(double[] input) {
        return predict(input, input);
    }

    /**
     * @param all the inputs, also those that rest
     */
    double[] predict(double[] input, double[] all) {
        requireInput(input, network.task);
        observe(all);
        trial.copyMessages(lane);
        trial.setInput(input, 0);
        trial.showPreviousError();
        for (Turn turn : network.forwardPass) {
            run(trial, turn, lane.states[turn.layer()]);
        }
        trial.predict(memory);
        return logits(trial);
    }

    private void observe(double[] all) {
        if (memory != null) {
            memory.observe(network.dense(), lane.states[0], all, 0, present);
        }
    }

    @Override
    public double[] learn(double[] input, int label) {
        return learn(input, input, label);
    }

    /**
     * @param all the inputs, also those that rest
     */
    double[] learn(double[] input, double[] all, int label) {
        requireInput(input, network.task);
        requireLabel(label, network.task);
        observe(all);
        lane.setInput(input, 0);
        lane.showPreviousError();
        for (Turn turn : network.forwardPass) {
            run(lane, turn, lane.states[turn.layer()]);
        }
        lane.predict(memory);
        lane.observe(label);
        if (memory != null) {
            memory.learn(label, lane.error);
        }
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
