package org.vsml.cpu;

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

    /** What stands beside the layer, or null; its only example is the present one. */
    private final MemoryView memory;

    /**
     * @param memory what stands beside the layer, or null
     */
    CpuStream(Network network, NamedArrays start, MemoryView memory) {
        this.network = network;
        this.memory = memory;
        lane = new Lane(network);
        trial = new Lane(network);
        lane.read(start, 0, 1);
    }

    @Override
    public double[] predict(double[] input) {
        Examples.requireInput(input, network.task);
        observe();
        trial.copyMessages(lane);
        trial.setInput(input, 0);
        trial.showPreviousError();
        for (Turn turn : network.forwardPass) {
            run(trial, turn, lane.states[turn.layer()]);
        }
        trial.predict(memory == null ? null : memory.memory());
        return logits(trial);
    }

    private void observe() {
        if (memory != null) {
            memory.observe(network.dense(), lane.states[0], 0);
        }
    }

    @Override
    public double[] learn(double[] input, int label) {
        Examples.requireInput(input, network.task);
        Examples.requireLabel(label, network.task);
        observe();
        lane.setInput(input, 0);
        lane.showPreviousError();
        for (Turn turn : network.forwardPass) {
            run(lane, turn, lane.states[turn.layer()]);
        }
        lane.predict(memory == null ? null : memory.memory());
        lane.observe(label);
        if (memory != null) {
            memory.memory().learn(label, lane.error);
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

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(network.learnedLayout(1));
        lane.write(result, 0, 1);
        return result;
    }
}
