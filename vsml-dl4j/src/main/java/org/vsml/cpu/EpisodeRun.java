package org.vsml.cpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.cpu.Network.Turn;

/**
 * One episode: forward, and back with the exact gradient. What the way back needs is kept for every
 * step while that fits the memory budget; otherwise the episode is cut into segments, learned
 * variables are kept at their borders, and each segment is run again before the way back through
 * it. Memory then grows with the square root of the length.
 */
final class EpisodeRun implements Run {

    /** Tiles whose contributions to the gradient are added up in float before they go to double. */
    private static final long FLUSH_SUB_RNNS = 1 << 18;

    private final Network network;
    private final int accumulatorLanes;
    private final Examples examples;
    private final RolloutOptions options;
    private final int parallel;
    private final int segment;
    private final Lane[] lanes;
    private final float[] logits;

    /** What stands beside the layer, or null. */
    private final MemoryView memory;

    /** Learned variables before each segment. */
    private final List<Lane[]> borders = new ArrayList<>();

    /** The steps of the segment that is recorded now; each has one entry for each turn and lane. */
    private final List<TurnRecord[]> steps = new ArrayList<>();

    private final List<Deque<float[]>> spares = new ArrayList<>();

    /** What a turn read. */
    private static final class TurnRecord {
        float[] state;
        final float[] forward;
        final float[] backward;

        TurnRecord(float[] forward, float[] backward) {
            this.forward = forward.clone();
            this.backward = backward.clone();
        }
    }

    EpisodeRun(
            Network network,
            int accumulatorLanes,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            MemoryView memory) {
        this.network = network;
        this.memory = memory;
        this.accumulatorLanes = accumulatorLanes;
        this.examples = examples;
        this.options = options;
        parallel = examples.parallel();
        logits = new float[examples.labels().length * examples.task().classes()];
        lanes = newLanes();
        for (int p = 0; p < parallel; p++) {
            lanes[p].read(start, p, parallel);
        }
        for (int k = 0; k < network.depth(); k++) {
            spares.add(new ArrayDeque<>());
        }
        segment = options.record() ? segmentLength(options.memoryBudget()) : Integer.MAX_VALUE;
    }

    private Lane[] newLanes() {
        Lane[] result = new Lane[parallel];
        Arrays.setAll(result, p -> new Lane(network));
        return result;
    }

    /** The whole episode if its records fit, else about its square root. */
    private int segmentLength(long budget) {
        long turns = network.reversePass.isEmpty() ? 1 : 2;
        long step = 0;
        for (int k = 0; k < network.depth(); k++) {
            long floats =
                    network.layers[k].stateSize()
                            + (long) lanes[0].forward[k].length
                            + lanes[0].backward[k].length;
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
            lanes[p].write(result, p, parallel);
        }
        return result;
    }

    /** Runs the whole episode; records its last segment. */
    @Override
    public void forward() {
        int length = examples.length();
        for (int t = 0; t < length; t++) {
            if (options.record() && t % segment == 0) {
                borders.add(copyOf(lanes));
            }
            boolean recorded = options.record() && t / segment == (length - 1) / segment;
            step(lanes, t, recorded, false);
        }
    }

    private Lane[] copyOf(Lane[] from) {
        Lane[] copy = newLanes();
        for (int p = 0; p < parallel; p++) {
            for (int k = 0; k < network.depth(); k++) {
                float[] state = from[p].states[k];
                System.arraycopy(state, 0, copy[p].states[k], 0, state.length);
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
    private void step(Lane[] current, int t, boolean recorded, boolean again) {
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
            Lane lane = current[p];
            int example = t * parallel + p;
            lane.setInput(examples.inputs(), example * examples.task().inputs());
            lane.showPreviousError();
            boolean recalls = memory != null && !again;
            if (recalls) {
                memory.observe(network.dense(), lane.states[0], t);
            }
            for (Turn turn : network.forwardPass) {
                run(lane, turn, records, used++);
            }
            if (again) {
                System.arraycopy(logits, example * classes, lane.logits, 0, classes);
            } else {
                lane.predict(memory == null ? null : memory.memory());
                System.arraycopy(lane.logits, 0, logits, example * classes, classes);
            }
            lane.observe(examples.labels()[example]);
            if (recalls) {
                memory.memory().learn(examples.labels()[example], lane.error);
            }
            if (!network.reversePass.isEmpty()) {
                lane.writeTopMessage();
                for (Turn turn : network.reversePass) {
                    run(lane, turn, records, used++);
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

    private void run(Lane lane, Turn turn, TurnRecord[] records, int index) {
        int k = turn.layer();
        float[] from = lane.states[k];
        float[] to = from;
        if (records != null) {
            TurnRecord kept = new TurnRecord(lane.forward[k], lane.backward[k]);
            kept.state = from;
            records[index] = kept;
            float[] spare = spares.get(k).poll();
            to = spare == null ? new float[from.length] : spare;
            lane.states[k] = to;
        }
        network.layers[k].forward(
                network.weights(turn),
                from,
                to,
                lane.forward[k],
                network.forwardChannels(k),
                lane.backward[k],
                network.upIsRead(turn) ? lane.forward[k + 1] : null,
                network.downIsRead(turn) ? lane.backward[k - 1] : null);
    }

    /** Adjoints of what a lane holds between two steps, and of its messages within one. */
    private final class Adjoint {
        final float[][] states;
        final float[][] forward;
        final float[][] backward;
        final float[] error;
        final float[] label;

        Adjoint() {
            Lane shape = lanes[0];
            states = like(shape.states);
            forward = like(shape.forward);
            backward = like(shape.backward);
            error = new float[shape.error.length];
            label = new float[shape.label.length];
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

        /** Takes the adjoint of the last backward message apart. */
        void readTopMessage() {
            float[] top = backward[backward.length - 1];
            int channels = network.model.subRnn().backwardMessageSize();
            for (int b = 0; b < error.length; b++) {
                error[b] += top[b * channels];
                if (network.model.dynamics().feedLabel()) {
                    label[b] += top[b * channels + 1];
                }
            }
        }
    }

    private static float[][] like(float[][] arrays) {
        return Arrays.stream(arrays).map(a -> new float[a.length]).toArray(float[][]::new);
    }

    @Override
    public NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient) {
        Adjoint[] adjoints = new Adjoint[parallel];
        Arrays.setAll(adjoints, p -> new Adjoint());
        if (learnedGradient != null) {
            readFinal(adjoints, learnedGradient);
        }
        Map<String, WeightGradients> gradients = network.newGradients(accumulatorLanes);
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
                    for (Adjoint adjoint : adjoints) {
                        adjoint.clear();
                    }
                    if (memory != null) {
                        memory.memory().clearAdjoints();
                    }
                }
            }
            borders.remove(s);
        }
        gradients.forEach(
                (prefix, gradient) ->
                        gradient.addTo(metaGradient, network.model.metaVariableLayout(), prefix));
        return writeStart(adjoints);
    }

    private void stepAdjoint(
            Adjoint[] adjoints,
            int t,
            TurnRecord[] records,
            Map<String, WeightGradients> gradients,
            double[] logitGradient,
            double[] inputGradient) {
        int turns = network.forwardPass.size() + network.reversePass.size();
        int top = network.depth() - 1;
        for (int p = parallel - 1; p >= 0; p--) {
            Adjoint adjoint = adjoints[p];
            int example = t * parallel + p;
            int index = (p + 1) * turns;
            for (int i = network.reversePass.size() - 1; i >= 0; i--) {
                turnAdjoint(adjoint, network.reversePass.get(i), records[--index], gradients);
            }
            if (!network.reversePass.isEmpty()) {
                adjoint.readTopMessage();
                Arrays.fill(adjoint.backward[top], 0);
            }
            if (memory != null) {
                memory.memory().learnAdjoint(adjoint.error);
            }
            predictionAdjoint(adjoint, example, logitGradient);
            for (int i = top; i >= 0; i--) {
                turnAdjoint(adjoint, network.forwardPass.get(i), records[--index], gradients);
            }
            if (memory != null) {
                memory.observeAdjoint(
                        network.dense(), records[index].state, adjoint.states[0], t);
            }
            if (network.reversePass.isEmpty()) {
                adjoint.readTopMessage();
            }
            Arrays.fill(adjoint.backward[top], 0);
            if (inputGradient != null) {
                float[] x = adjoint.forward[0];
                for (int i = 0; i < x.length; i++) {
                    inputGradient[example * x.length + i] = x[i];
                }
            }
            Arrays.fill(adjoint.forward[0], 0);
        }
        average(p -> adjoints[p].states);
    }

    /** From the error that the step left behind, and the loss, to the last forward message. */
    private void predictionAdjoint(Adjoint adjoint, int example, double[] logitGradient) {
        int classes = adjoint.error.length;
        int row = example * classes;
        double[] gradient = Arrays.copyOfRange(logitGradient, row, row + classes);
        if (examples.labels()[example] != Examples.UNLABELLED) {
            addSoftmaxAdjoint(adjoint.error, row, gradient);
        }
        Arrays.fill(adjoint.error, 0);
        Arrays.fill(adjoint.label, 0);
        float[] output = adjoint.forward[adjoint.forward.length - 1];
        Arrays.fill(output, 0);
        int channels = network.model.subRnn().forwardMessageSize();
        int channel = network.model.dynamics().outputChannel();
        double bound = network.model.dynamics().tanhBound();
        for (int b = 0; b < classes; b++) {
            double ratio = Double.isFinite(bound) ? logits[row + b] / bound : 0;
            gradient[b] *= 1 - ratio * ratio;
        }
        if (memory != null) {
            gradient = memory.memory().predictAdjoint(gradient);
        }
        for (int b = 0; b < classes; b++) {
            output[b * channels + channel] = (float) gradient[b];
        }
    }

    private void addSoftmaxAdjoint(float[] error, int row, double[] gradient) {
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

    private void turnAdjoint(
            Adjoint adjoint, Turn turn, TurnRecord kept, Map<String, WeightGradients> gradients) {
        int k = turn.layer();
        boolean up = network.upIsRead(turn);
        boolean down = network.downIsRead(turn);
        boolean input = k > 0 || options.inputGradient();
        float[] downAdjoint = null;
        if (down) {
            downAdjoint = adjoint.backward[k - 1];
        }
        network.layers[k].backward(
                network.weights(turn),
                gradients.get(network.prefix(turn)),
                kept.state,
                adjoint.states[k],
                kept.forward,
                network.forwardChannels(k),
                kept.backward,
                up ? adjoint.forward[k + 1] : null,
                downAdjoint,
                input ? adjoint.forward[k] : null,
                adjoint.backward[k]);
        // What a turn wrote has been answered for; older values are others' business.
        if (up) {
            Arrays.fill(adjoint.forward[k + 1], 0);
        }
        if (down) {
            Arrays.fill(downAdjoint, 0);
        }
        spares.get(k).push(kept.state);
    }

    private void readFinal(Adjoint[] adjoints, NamedArrays gradient) {
        for (int p = 0; p < parallel; p++) {
            Lane lane = new Lane(network);
            lane.read(gradient, p, parallel);
            for (int k = 0; k < network.depth(); k++) {
                copy(lane.states[k], adjoints[p].states[k]);
                if (k + 1 < network.depth()) {
                    copy(lane.backward[k], adjoints[p].backward[k]);
                }
            }
            copy(lane.error, adjoints[p].error);
            copy(lane.label, adjoints[p].label);
        }
    }

    private NamedArrays writeStart(Adjoint[] adjoints) {
        NamedArrays result = NamedArrays.zeros(network.learnedLayout(parallel));
        if (options.truncation() > 0) {
            return result;
        }
        for (int p = 0; p < parallel; p++) {
            Lane lane = new Lane(network);
            for (int k = 0; k < network.depth(); k++) {
                copy(adjoints[p].states[k], lane.states[k]);
                copy(adjoints[p].backward[k], lane.backward[k]);
            }
            copy(adjoints[p].error, lane.error);
            copy(adjoints[p].label, lane.label);
            lane.write(result, p, parallel);
        }
        return result;
    }

    private static void copy(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    @Override
    public void close() {
        borders.clear();
        steps.clear();
        spares.clear();
    }
}
