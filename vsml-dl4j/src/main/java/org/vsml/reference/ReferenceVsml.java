package org.vsml.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vsml.core.Aggregation;
import org.vsml.core.ConditionedEpisode;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Dynamics;
import org.vsml.core.Examples;
import org.vsml.core.LayerShape;
import org.vsml.core.NamedArrays;
import org.vsml.core.OpinionPool;
import org.vsml.core.RolloutOptions;
import org.vsml.core.RunningDiscriminant;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/**
 * The model written down as plainly as possible, one sub-RNN at a time, in double: the oracle that
 * engines are tested against. Slow on purpose.
 *
 * <p>A dense layer is the special case of one position whose patch is the whole input.
 */
public final class ReferenceVsml {

    /**
     * What a run gave.
     *
     * @param logits [T, P, classes]
     * @param learnedVariables V_L after the last example
     */
    public record Result(double[] logits, NamedArrays learnedVariables) {}

    private final Vsml model;
    private final SubRnn rnn;
    private final Dynamics dynamics;
    private final NamedArrays meta;
    private final TaskShape task;
    private final List<ReferenceLayer> layers = new ArrayList<>();

    /** What stands beside the layer, or null. */
    private ReferenceMemory memory;

    /** Where what it says is pooled with what experts say, or null. */
    private OpinionPool pool;

    /** What it reads of each example: relative to the first, and 1 / scale². */
    private double[][] relative;

    private double[][] scales;

    private ReferenceVsml(Vsml model, NamedArrays meta, TaskShape task) {
        this.model = model;
        this.meta = meta;
        this.task = task;
        rnn = model.subRnn();
        dynamics = model.dynamics();
        for (LayerShape shape : model.architecture().resolve(task)) {
            layers.add(new ReferenceLayer(shape));
        }
    }

    /** Runs the model over a stream. */
    public static Result run(
            Vsml model, NamedArrays metaVariables, NamedArrays start, Examples examples) {
        return new ReferenceVsml(model, metaVariables, examples.task()).run(start, examples);
    }

    /** Runs a model with a memory over a stream. */
    public static Result run(
            VsmlWithMemory model, NamedArrays metaVariables, NamedArrays start, Examples examples) {
        TaskShape task = examples.task();
        RunningDiscriminant discriminant =
                model.discriminant() == null
                        ? null
                        : RunningDiscriminant.of(model.discriminant(), task, start);
        ReferenceVsml layer = new ReferenceVsml(model.layer(), metaVariables, task);
        layer.memory =
                new ReferenceMemory(
                        model, metaVariables, task, model.ofMemory(start, task), discriminant);
        layer.pool = OpinionPool.of(model, task, start, false);
        layer.relative = new double[examples.labels().length][task.inputs()];
        layer.scales = new double[examples.labels().length][task.inputs()];
        ConditionedEpisode conditioned =
                ConditionedEpisode.of(
                        model.conditioning(),
                        start,
                        examples,
                        RolloutOptions.FORWARD,
                        (example, statistics) -> {
                            for (int a = 0; a < task.inputs(); a++) {
                                double x = examples.inputs()[example * task.inputs() + a];
                                layer.relative[example][a] = statistics.relative(x, a);
                                layer.scales[example][a] = statistics.inverseSquaredScale(a);
                            }
                        });
        Result result = layer.run(model.ofLayer(start, task), conditioned.standardised());
        NamedArrays statistics = NamedArrays.zeros(model.statisticsLayout(task));
        conditioned.end().write(statistics);
        if (discriminant != null) {
            discriminant.write(statistics);
        }
        NamedArrays pooled = NamedArrays.zeros(model.poolLayout());
        if (layer.pool != null) {
            layer.pool.write(pooled);
        }
        return new Result(
                result.logits(),
                NamedArrays.concatenate(
                        List.of(
                                result.learnedVariables(),
                                statistics,
                                pooled,
                                layer.memory.learnedVariables())));
    }

    private Result run(NamedArrays start, Examples examples) {
        int parallel = examples.parallel();
        int classes = task.classes();
        List<ReferenceState> states = new ArrayList<>();
        for (int p = 0; p < parallel; p++) {
            states.add(new ReferenceState(model, task, layers, start, p, parallel));
        }
        double[] logits = new double[examples.length() * parallel * classes];
        for (int t = 0; t < examples.length(); t++) {
            observe(states, examples, t);
            averageStates(states);
            for (int p = 0; p < parallel; p++) {
                int example = t * parallel + p;
                double[] y = step(states.get(p), examples, example);
                if (pool != null) {
                    y = y.clone();
                    pool.predict(memory.experts(), y);
                    pool.learn(examples.labels()[example]);
                }
                System.arraycopy(y, 0, logits, example * classes, classes);
            }
        }
        NamedArrays end = NamedArrays.zeros(start.layout());
        for (int p = 0; p < parallel; p++) {
            states.get(p).writeTo(end);
        }
        return new Result(logits, end);
    }

    /**
     * Which inputs take part in step t: those that have changed, in any of the parallel examples.
     */
    private void observe(List<ReferenceState> states, Examples examples, int t) {
        boolean any = false;
        for (int i = 0; i < task.inputs(); i++) {
            boolean awake = false;
            for (int p = 0; p < states.size(); p++) {
                ReferenceState state = states.get(p);
                double x = examples.inputs()[(t * states.size() + p) * task.inputs() + i];
                if (state.begun[0] == 0) {
                    state.firstInput[i] = x;
                }
                awake |= state.awake[i] == 1 || x != state.firstInput[i];
            }
            for (ReferenceState state : states) {
                state.awake[i] = awake ? 1 : 0;
            }
            any |= awake;
        }
        for (ReferenceState state : states) {
            state.begun[0] = 1;
            for (int i = 0; i < task.inputs(); i++) {
                state.present[i] = !model.inputsRest() || !any || state.awake[i] == 1;
            }
        }
    }

    private void averageStates(List<ReferenceState> states) {
        for (int k = 0; k < layers.size(); k++) {
            for (int n = 0; n < dynamics.averagedChannels(rnn.stateSize()); n++) {
                for (int j = 0; j < layers.get(k).b; j++) {
                    for (int i = 0; i < layers.get(k).a; i++) {
                        if (states.get(0).rests(k, i)) {
                            continue;
                        }
                        double h = 0;
                        double c = 0;
                        for (ReferenceState state : states) {
                            h += state.hidden.get(k)[n][j][i] / states.size();
                            c += state.cell.get(k)[n][j][i] / states.size();
                        }
                        for (ReferenceState state : states) {
                            state.hidden.get(k)[n][j][i] = h;
                            state.cell.get(k)[n][j][i] = c;
                        }
                    }
                }
            }
        }
    }

    /**
     * One example: the forward pass, the prediction, the error, and the reverse pass if there is
     * one.
     */
    private double[] step(ReferenceState state, Examples examples, int example) {
        int last = layers.size() - 1;
        for (int i = 0; i < task.inputs(); i++) {
            state.forwardMessage.get(0)[i] = new double[rnn.forwardMessageSize()];
            state.forwardMessage.get(0)[i][0] = examples.inputs()[example * task.inputs() + i];
        }
        if (memory != null) {
            int from = example * task.inputs();
            memory.observe(
                    state.cell.get(0),
                    state.present,
                    relative[example],
                    scales[example],
                    Arrays.copyOfRange(examples.inputs(), from, from + task.inputs()));
        }
        boolean reverse = dynamics.backwardPass();
        state.backwardMessage.set(
                last,
                reverse
                        ? new double[task.classes()][rnn.backwardMessageSize()]
                        : topMessage(state.error, state.label));
        double[][] output = null;
        for (int k = 0; k <= last; k++) {
            double[][] up = new double[layers.get(k).shape.outputs()][rnn.forwardMessageSize()];
            double[][] down = new double[layers.get(k).shape.inputs()][rnn.backwardMessageSize()];
            runLayer(state, k, false, up, down);
            if (k < last) {
                state.forwardMessage.set(k + 1, up);
            }
            if (k > 0) {
                state.backwardMessage.set(k - 1, down);
            }
            output = up;
        }
        double[] logits = new double[task.classes()];
        for (int b = 0; b < logits.length; b++) {
            logits[b] = output[b][dynamics.outputChannel()];
        }
        if (memory != null) {
            logits = memory.predict(logits);
        }
        for (int b = 0; b < logits.length; b++) {
            double y = logits[b];
            double bound = dynamics.tanhBound();
            logits[b] = Double.isFinite(bound) ? bound * Math.tanh(y / bound) : y;
        }
        state.error = new double[task.classes()];
        state.label = new double[task.classes()];
        int label = examples.labels()[example];
        if (label != Examples.UNLABELLED) {
            state.label[label] = 1;
            double[] probabilities = CrossEntropy.softmax(logits, 0, logits.length);
            for (int b = 0; b < logits.length; b++) {
                state.error[b] = probabilities[b] - state.label[b];
            }
        }
        if (memory != null) {
            memory.learn(label, state.error);
        }
        if (reverse) {
            state.backwardMessage.set(last, topMessage(state.error, state.label));
            for (int k = last; k >= 0; k--) {
                double[][] up = new double[layers.get(k).shape.outputs()][rnn.forwardMessageSize()];
                double[][] down =
                        new double[layers.get(k).shape.inputs()][rnn.backwardMessageSize()];
                runLayer(state, k, true, up, down);
                if (k < last) {
                    state.forwardMessage.set(k + 1, up);
                }
                if (k > 0) {
                    state.backwardMessage.set(k - 1, down);
                }
            }
        }
        return logits;
    }

    private double[][] topMessage(double[] error, double[] label) {
        double[][] message = new double[task.classes()][rnn.backwardMessageSize()];
        for (int b = 0; b < task.classes(); b++) {
            message[b][0] = error[b];
            message[b][1] = dynamics.feedLabel() ? label[b] : 0;
        }
        return message;
    }

    /**
     * Runs every sub-RNN of a layer at every position, adds its messages up, and averages its
     * states over positions.
     */
    private void runLayer(
            ReferenceState state, int k, boolean reverse, double[][] up, double[][] down) {
        ReferenceLayer layer = layers.get(k);
        ReferenceSubRnn subRnn =
                new ReferenceSubRnn(model, meta, model.metaVariablePrefix(k, reverse));
        boolean mean = dynamics.aggregation() == Aggregation.MEAN;
        double sending = layer.forwardCount();
        for (int i = 0; i < layer.a; i++) {
            sending -= state.rests(k, i) ? 1 : 0;
        }
        double upShare = mean ? 1 / sending : 1;
        double downShare = mean ? 1 / layer.backwardCount() : 1;
        double[] padding = new double[rnn.forwardMessageSize()];
        for (int tick = 0; tick < dynamics.microTicks(); tick++) {
            boolean sends = tick == dynamics.microTicks() - 1;
            for (int j = 0; j < layer.b; j++) {
                for (int i = 0; i < layer.a; i++) {
                    if (state.rests(k, i)) {
                        continue;
                    }
                    double[] where = ReferenceLayer.coordinates(layers, k, task.input(), j, i);
                    double[] hiddenSum = new double[rnn.stateSize()];
                    double[] cellSum = new double[rnn.stateSize()];
                    for (int position = 0; position < layer.positions; position++) {
                        double[] h = ReferenceState.channels(state.hidden.get(k), j, i);
                        double[] c = ReferenceState.channels(state.cell.get(k), j, i);
                        int input = layer.input(position, i);
                        double[] m_f = input < 0 ? padding : state.forwardMessage.get(k)[input];
                        double[] m_b = state.backwardMessage.get(k)[layer.output(position, j)];
                        subRnn.tick(m_f, m_b, where, h, c);
                        ReferenceSubRnn.add(hiddenSum, h, 1);
                        ReferenceSubRnn.add(cellSum, c, 1);
                        if (sends) {
                            ReferenceSubRnn.add(
                                    up[layer.output(position, j)],
                                    subRnn.forwardMessage(h),
                                    upShare);
                        }
                        if (sends && input >= 0) {
                            ReferenceSubRnn.add(down[input], subRnn.backwardMessage(h), downShare);
                        }
                    }
                    for (int n = 0; n < rnn.stateSize(); n++) {
                        state.hidden.get(k)[n][j][i] = hiddenSum[n] / layer.positions;
                        state.cell.get(k)[n][j][i] = cellSum[n] / layer.positions;
                    }
                }
            }
        }
    }
}
