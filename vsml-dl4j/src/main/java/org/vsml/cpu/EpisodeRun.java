package org.vsml.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.cpu.Network.Turn;

/**
 * One episode: forward, and back with the exact gradient. What the gradient needs is kept for every
 * step while that fits the memory budget; otherwise the episode is cut into segments, learned
 * variables are kept at their borders, and each segment is run again before its gradient is
 * computed. Memory then grows with the square root of the length.
 */
final class EpisodeRun implements Run {

    /** Tiles whose contributions to the gradient are added up in float before they go to double. */
    private static final long FLUSH_SUB_RNNS = 1 << 18;

    private final Network network;
    private final int accumulatorWidth;
    private final Examples examples;
    private final RolloutOptions options;
    private final int parallel;
    private final int segment;
    private final NetworkState[] networks;
    private final float[] logits;

    /** What stands beside the layer, or null. */
    private final MemoryView memory;

    /** Learned variables before each segment. */
    private final List<NetworkState[]> borders = new ArrayList<>();

    /** The steps of the segment that is recorded now; each has one entry a turn and example. */
    private final List<TurnRecord[]> steps = new ArrayList<>();

    private final StateArrays arrays;

    /** What a turn read. */
    private record TurnRecord(float[] state, float[] forward, float[] backward) {
        TurnRecord {
            forward = forward.clone();
            backward = backward.clone();
        }
    }

    EpisodeRun(
            Network network,
            int accumulatorWidth,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            StateArrays arrays,
            MemoryView memory) {
        this.network = network;
        this.arrays = arrays;
        this.memory = memory;
        this.accumulatorWidth = accumulatorWidth;
        this.examples = examples;
        this.options = options;
        parallel = examples.parallel();
        logits = new float[examples.labels().length * examples.task().classes()];
        networks = newStates();
        for (int p = 0; p < parallel; p++) {
            networks[p].read(start, p, parallel);
        }
        segment = options.record() ? segmentLength(options.memoryBudget()) : Integer.MAX_VALUE;
    }

    private NetworkState[] newStates() {
        NetworkState[] result = new NetworkState[parallel];
        Arrays.setAll(result, p -> new NetworkState(network));
        return result;
    }

    /** The whole episode if its records fit, else about its square root. */
    private int segmentLength(long budget) {
        long turns = network.reversePass.isEmpty() ? 1 : 2;
        long step = 0;
        for (int k = 0; k < network.depth(); k++) {
            long floats =
                    networks[0].states[k].length
                            + (long) networks[0].forward[k].length
                            + networks[0].backward[k].length;
            step += floats * Float.BYTES * turns * parallel;
        }
        int length = examples.length();
        if (step * length <= budget) {
            return Math.max(1, length);
        }
        long root = Math.max(1, (long) Math.ceil(Math.sqrt((double) length / turns)));
        // A border costs a step's states once, so that segments may be longer if memory allows.
        long longest = Math.max(root, budget / step - (length + root - 1) / root);
        return (int) Math.min(length, Math.max(root, longest));
    }

    @Override
    public float[] logits() {
        return logits;
    }

    @Override
    public ArrayLayout learnedLayout() {
        return network.learnedLayout(parallel);
    }

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(network.learnedLayout(parallel));
        for (int p = 0; p < parallel; p++) {
            networks[p].write(result, p, parallel);
        }
        return result;
    }

    /** Runs the whole episode; records its last segment. */
    @Override
    public void forward() {
        int length = examples.length();
        for (int t = 0; t < length; t++) {
            if (options.record() && t % segment == 0) {
                borders.add(copyOf(networks));
            }
            boolean recorded = options.record() && t / segment == (length - 1) / segment;
            step(networks, t, recorded, false);
        }
    }

    private NetworkState[] copyOf(NetworkState[] from) {
        NetworkState[] copy = newStates();
        for (int p = 0; p < parallel; p++) {
            for (int k = 0; k < network.depth(); k++) {
                int size = network.layers[k].stateSize();
                System.arraycopy(from[p].states[k], 0, copy[p].states[k], 0, size);
            }
            copy[p].copyMessages(from[p]);
        }
        return copy;
    }

    /**
     * All parallel examples of step t.
     *
     * @param again whether the step was made before: then its logits are known
     */
    private void step(NetworkState[] current, int t, boolean recorded, boolean again) {
        average(p -> current[p].states);
        TurnRecord[] records =
                recorded
                        ? new TurnRecord
                                [parallel
                                        * (network.forwardPass.size() + network.reversePass.size())]
                        : null;
        int classes = examples.task().classes();
        int used = 0;
        for (int p = 0; p < parallel; p++) {
            NetworkState each = current[p];
            int example = t * parallel + p;
            each.setInput(examples.inputs(), example * examples.task().inputs());
            each.showPreviousError();
            boolean recalls = memory != null && !again;
            if (recalls) {
                memory.observe(network.dense(), each.states[0], t);
            }
            for (Turn turn : network.forwardPass) {
                run(each, turn, records, used++);
            }
            if (again) {
                System.arraycopy(logits, example * classes, each.logits, 0, classes);
            } else {
                each.predict(memory == null ? null : memory.memory());
                System.arraycopy(each.logits, 0, logits, example * classes, classes);
            }
            each.observe(examples.labels()[example]);
            if (recalls) {
                memory.memory().learn(examples.labels()[example], each.error);
            }
            if (!network.reversePass.isEmpty()) {
                each.writeTopMessage();
                for (Turn turn : network.reversePass) {
                    run(each, turn, records, used++);
                }
            }
        }
        if (recorded) {
            steps.add(records);
        }
    }

    /**
     * Batched learning algorithms share part of the state between parallel examples.
     *
     * @param statesOf the states, or their adjoints, of each parallel example, by layer
     */
    private void average(IntFunction<float[][]> statesOf) {
        if (parallel == 1) {
            return;
        }
        int size = network.model.subRnn().stateSize();
        int channels = network.model.dynamics().averagedChannels(size);
        for (int k = 0; k < network.depth(); k++) {
            float[][] states = new float[parallel][];
            for (int p = 0; p < parallel; p++) {
                states[p] = statesOf.apply(p)[k];
            }
            network.layers[k].average(states, channels);
        }
    }

    private void run(NetworkState current, Turn turn, TurnRecord[] records, int index) {
        int k = turn.layer();
        float[] from = current.states[k];
        if (records != null) {
            records[index] = new TurnRecord(from, current.forward[k], current.backward[k]);
            current.states[k] = arrays.take(network.layers[k].stateSize());
        }
        current.run(turn, from);
    }

    @Override
    public NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient) {
        NetworkAdjoint[] adjoints = new NetworkAdjoint[parallel];
        for (int p = 0; p < parallel; p++) {
            adjoints[p] = new NetworkAdjoint(network);
            if (learnedGradient != null) {
                adjoints[p].read(learnedGradient, p, parallel);
            }
        }
        Map<String, WeightGradients> gradients = network.newGradients(accumulatorWidth);
        long subRnns = 0;
        for (var shape : network.shapes) {
            subRnns += shape.subRnns();
        }
        long flushEvery = Math.max(1, FLUSH_SUB_RNNS / (subRnns * parallel));
        int length = examples.length();
        for (int s = borders.size() - 1; s >= 0; s--) {
            int first = s * segment;
            int last = (int) Math.min(length, (long) first + segment);
            if (last < length) {
                for (int t = first; t < last; t++) {
                    step(borders.get(s), t, true, true);
                }
            }
            for (int t = last - 1; t >= first; t--) {
                stepAdjoint(
                        adjoints,
                        t,
                        steps.remove(steps.size() - 1),
                        gradients,
                        logitGradient,
                        inputGradient);
                if (t % flushEvery == 0) {
                    gradients.values().forEach(WeightGradients::flush);
                }
                if (options.truncation() > 0 && t % options.truncation() == 0) {
                    for (NetworkAdjoint adjoint : adjoints) {
                        adjoint.clear();
                    }
                    if (memory != null) {
                        memory.memory().adjoint().clear();
                    }
                }
            }
            borders.remove(s);
        }
        gradients.forEach(
                (prefix, gradient) ->
                        gradient.addTo(metaGradient, network.model.metaVariableLayout(), prefix));
        NamedArrays start = NamedArrays.zeros(network.learnedLayout(parallel));
        for (int p = 0; p < parallel && options.truncation() == 0; p++) {
            adjoints[p].write(start, p, parallel);
        }
        return start;
    }

    private void stepAdjoint(
            NetworkAdjoint[] adjoints,
            int t,
            TurnRecord[] records,
            Map<String, WeightGradients> gradients,
            double[] logitGradient,
            double[] inputGradient) {
        int classes = examples.task().classes();
        int index = records.length;
        for (int p = parallel - 1; p >= 0; p--) {
            NetworkAdjoint adjoint = adjoints[p];
            int example = t * parallel + p;
            for (int i = network.reversePass.size() - 1; i >= 0; i--) {
                pullBack(adjoint, network.reversePass.get(i), records[--index], gradients);
            }
            if (!network.reversePass.isEmpty()) {
                adjoint.readTopMessage();
            }
            adjoint.pullBackPrediction(
                    logits,
                    example * classes,
                    examples.labels()[example] != Examples.UNLABELLED,
                    logitGradient,
                    memory == null ? null : memory.memory());
            for (int i = network.depth() - 1; i >= 0; i--) {
                pullBack(adjoint, network.forwardPass.get(i), records[--index], gradients);
            }
            if (memory != null) {
                memory.observeAdjoint(network.dense(), records[index].state, adjoint.states[0], t);
            }
            if (network.reversePass.isEmpty()) {
                adjoint.readTopMessage();
            }
            adjoint.clearTopMessage();
            adjoint.takeInput(inputGradient, example);
        }
        average(p -> adjoints[p].states);
    }

    private void pullBack(
            NetworkAdjoint adjoint,
            Turn turn,
            TurnRecord kept,
            Map<String, WeightGradients> gradients) {
        Layer.Messages messages = new Layer.Messages(kept.forward, kept.backward, null, null);
        boolean toInput = turn.layer() > 0 || options.inputGradient();
        WeightGradients ofWeights = gradients.get(network.prefix(turn));
        adjoint.pullBack(turn, kept.state, messages, ofWeights, toInput);
        arrays.giveBack(kept.state);
    }

    @Override
    public void close() {
        borders.clear();
        for (TurnRecord[] records : steps) {
            for (TurnRecord record : records) {
                arrays.giveBack(record.state);
            }
        }
        steps.clear();
    }
}
