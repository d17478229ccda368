package org.vsml.core;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A VSML model: which sub-RNN, arranged how, run how. Holds no values; meta variables V_M and
 * learned variables V_L are {@link NamedArrays} in the layouts given here.
 *
 * @param subRnn the sub-RNN shared by all positions
 * @param architecture hidden layers below the dense output layer
 * @param dynamics how the sub-RNNs are run
 */
public record Vsml(SubRnn subRnn, Architecture architecture, Dynamics dynamics)
        implements LearnerConfig {

    /** The single-layer model of paper section 4.2. */
    public static final Vsml PAPER = new Vsml(SubRnn.PAPER, Architecture.dense(), Dynamics.PAPER);

    public Vsml {
        require(subRnn != null, "subRnn must not be null");
        require(architecture != null, "architecture must not be null");
        require(dynamics != null, "dynamics must not be null");
        require(
                dynamics.outputChannel() < subRnn.forwardMessageSize(),
                "outputChannel must be below forwardMessageSize %d, got %d",
                subRnn.forwardMessageSize(),
                dynamics.outputChannel());
        require(
                subRnn.cell().keepsCell() || Double.isInfinite(dynamics.stateClip()),
                "stateClip clips the cells of an LSTM and must be infinite for %s, got %s",
                subRnn.cell(),
                dynamics.stateClip());
        require(
                !subRnn.coordinates() || dynamics.constantInputs() == ConstantInputs.TAKE_PART,
                "constantInputs: REST needs coordinates: false, got true");
    }

    /** This model with other dynamics. */
    public Vsml withDynamics(Dynamics other) {
        return new Vsml(subRnn, architecture, other);
    }

    /** Whether inputs that have never changed rest: dense first layers only. */
    public boolean inputsRest() {
        return dynamics.constantInputs() == ConstantInputs.REST
                && (architecture.hidden().isEmpty() || !architecture.hidden().get(0).readsImages());
    }

    @Override
    public Vsml withArchitecture(Architecture other) {
        return new Vsml(subRnn, other, dynamics);
    }

    @Override
    public Learner learner(Engine engine) {
        return engine.learner(this);
    }

    /**
     * The arrays of V_M. For each sub-RNN i (one, or one a layer): {@code sub_rnn.i.} + w_f [N',
     * 4N], w_b [N'', 4N], w_h [N, 4N], bias [4N], fwd_w [N, N'], fwd_b [N'], bwd_w [N, N''], bwd_b
     * [N''] and, with layer normalisation, fwd_ln_scale and fwd_ln_offset [N'], bwd_ln_scale and
     * bwd_ln_offset [N'']; with coordinates w_c [5, 4N]. Where the sub-RNN is no LSTM, 4N is {@link
     * SubRnn#gateSize()}. A separate reverse pass has the same again under {@code
     * backward_sub_rnn.i.}.
     */
    @Override
    public ArrayLayout metaVariableLayout() {
        List<ArrayLayout> parts = new ArrayList<>();
        for (int i = 0; i < subRnnCount(); i++) {
            parts.add(subRnnLayout().prefixed(prefix(false, i)));
        }
        if (dynamics.separateBackwardRnn()) {
            for (int i = 0; i < subRnnCount(); i++) {
                parts.add(subRnnLayout().prefixed(prefix(true, i)));
            }
        }
        return ArrayLayout.concatenate(parts);
    }

    /**
     * Prefix of the names of the arrays that layer {@code layer} (from 0) uses.
     *
     * @param backward whether in the reverse pass
     */
    public String metaVariablePrefix(int layer, boolean backward) {
        return prefix(
                backward && dynamics.separateBackwardRnn(), dynamics.layerwiseRnns() ? layer : 0);
    }

    /**
     * Random meta variables: weights truncated normal (at two standard deviations) with standard
     * deviation 1/sqrt(fan-in), biases and offsets 0, scales 1. The fan-in of w_f, w_b and w_h is
     * N' + N'' + N, for they act as one matrix. w_c starts at 0: nothing is made of coordinates
     * before it is learned, for they tell classes apart that a learner must treat alike.
     */
    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        NamedArrays result = NamedArrays.zeros(metaVariableLayout());
        int fanIn = subRnn.stateSize() + subRnn.forwardMessageSize() + subRnn.backwardMessageSize();
        for (ArrayLayout.Entry entry : result.layout().entries()) {
            String array = entry.name().substring(entry.name().lastIndexOf('.') + 1);
            double[] values = new double[entry.size()];
            switch (array) {
                case SubRnnArrays.FORWARD_INPUT,
                        SubRnnArrays.BACKWARD_INPUT,
                        SubRnnArrays.RECURRENT ->
                        truncatedNormal(values, 1 / Math.sqrt(fanIn), random);
                case SubRnnArrays.FORWARD_WEIGHTS, SubRnnArrays.BACKWARD_WEIGHTS ->
                        truncatedNormal(values, 1 / Math.sqrt(subRnn.stateSize()), random);
                case SubRnnArrays.FORWARD_NORM_SCALE, SubRnnArrays.BACKWARD_NORM_SCALE ->
                        Arrays.fill(values, 1);
                default -> {
                    // biases, offsets and what coordinates are multiplied by start at 0
                }
            }
            result.set(entry.name(), values);
        }
        return result;
    }

    /**
     * Meta variables whose LSTMs remember over different lengths of time: for unit n of every
     * sub-RNN the bias of the forget gate is raised, and that of the input gate lowered, by {@code
     * shifts[n mod length]}. A cell then fills and fades about e^shift times as slowly (Tallec &
     * Ollivier 2018, "Can recurrent neural networks warp time?"). With the shifts ±5 of the paper
     * alone, all cells fade within some 150 ticks, so that what was learned is soon forgotten.
     *
     * @param metaVariables V_M; stays as it is
     * @param shifts at least one, finite
     */
    public NamedArrays withTimeScales(NamedArrays metaVariables, List<Double> shifts) {
        require(
                subRnn.cell().keepsCell(),
                "time scales are those of the cells of an LSTM, got %s",
                subRnn.cell());
        require(
                !shifts.isEmpty() && shifts.stream().allMatch(Double::isFinite),
                "time scales must be at least one finite number, got %s",
                shifts);
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "this model");
        NamedArrays result = metaVariables.copy();
        for (ArrayLayout.Entry entry : result.layout().entries()) {
            if (entry.name().endsWith(".bias")) {
                double[] bias = result.array(entry.name());
                for (int n = 0; n < subRnn.stateSize(); n++) {
                    double shift = shifts.get(n % shifts.size());
                    bias[n] -= shift;
                    bias[2 * subRnn.stateSize() + n] += shift;
                }
                result.set(entry.name(), bias);
            }
        }
        return result;
    }

    /**
     * The arrays of V_L for a task, for {@code parallel} = P examples a step. For each layer k:
     * {@code hidden.k} and, for an LSTM, {@code cell.k} [P, N, B, A]; for each layer but the last
     * {@code backward_message.k} [P, outputs, N''], the message that layer k + 1 sent down and
     * layer k has yet to read; and, unless there is a reverse pass, {@code error} and {@code label}
     * [P, classes], what the last layer has yet to read. Where {@link #inputsRest} also {@code
     * begun} [P], 1 after the first example, {@code first_input} [P, inputs], that example, and
     * {@code awake} [P, inputs], 1 where an example has differed from it.
     */
    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        require(parallel >= 1, "parallel must be >= 1, got %d", parallel);
        List<LayerShape> layers = architecture.resolve(task);
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        for (int k = 0; k < layers.size(); k++) {
            LayerShape layer = layers.get(k);
            Integer[] shape = {
                parallel, subRnn.stateSize(), layer.stateOutputs(), layer.stateInputs()
            };
            entries.add(ArrayLayout.Entry.of("hidden." + k, shape));
            if (subRnn.cell().keepsCell()) {
                entries.add(ArrayLayout.Entry.of("cell." + k, shape));
            }
            if (k + 1 < layers.size()) {
                entries.add(
                        ArrayLayout.Entry.of(
                                "backward_message." + k,
                                parallel,
                                layer.outputs(),
                                subRnn.backwardMessageSize()));
            }
        }
        if (!dynamics.backwardPass()) {
            entries.add(ArrayLayout.Entry.of("error", parallel, task.classes()));
            entries.add(ArrayLayout.Entry.of("label", parallel, task.classes()));
        }
        if (inputsRest()) {
            entries.add(ArrayLayout.Entry.of("begun", parallel));
            entries.add(ArrayLayout.Entry.of("first_input", parallel, task.inputs()));
            entries.add(ArrayLayout.Entry.of("awake", parallel, task.inputs()));
        }
        return new ArrayLayout(entries);
    }

    /**
     * Fresh learned variables: hidden states, messages and errors 0; of each cell (of each hidden
     * state where there are no cells) the first {@link Dynamics#randomChannels} channels standard
     * normal, the rest 0. Parallel examples start alike.
     */
    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        NamedArrays result = NamedArrays.zeros(learnedVariableLayout(task, parallel));
        List<LayerShape> layers = architecture.resolve(task);
        String state = subRnn.cell().keepsCell() ? "cell." : "hidden.";
        for (int k = 0; k < layers.size(); k++) {
            int offset = result.layout().offset(state + k);
            int size = subRnn.stateSize() * layers.get(k).subRnns();
            int drawn = dynamics.randomChannels(subRnn.stateSize()) * layers.get(k).subRnns();
            double[] values = result.values();
            for (int i = 0; i < drawn; i++) {
                values[offset + i] = random.nextGaussian();
            }
            for (int p = 1; p < parallel; p++) {
                System.arraycopy(values, offset, values, offset + p * size, drawn);
            }
        }
        return result;
    }

    @JsonIgnore
    private int subRnnCount() {
        return dynamics.layerwiseRnns() ? architecture.depth() : 1;
    }

    private static String prefix(boolean backward, int index) {
        return (backward ? "backward_sub_rnn." : "sub_rnn.") + index + ".";
    }

    private ArrayLayout subRnnLayout() {
        int n = subRnn.stateSize();
        int gates = subRnn.gateSize();
        int forward = subRnn.forwardMessageSize();
        int backward = subRnn.backwardMessageSize();
        List<ArrayLayout.Entry> entries =
                new ArrayList<>(
                        List.of(
                                ArrayLayout.Entry.of(SubRnnArrays.FORWARD_INPUT, forward, gates),
                                ArrayLayout.Entry.of(SubRnnArrays.BACKWARD_INPUT, backward, gates),
                                ArrayLayout.Entry.of(SubRnnArrays.RECURRENT, n, gates),
                                ArrayLayout.Entry.of(SubRnnArrays.BIAS, gates),
                                ArrayLayout.Entry.of(SubRnnArrays.FORWARD_WEIGHTS, n, forward),
                                ArrayLayout.Entry.of(SubRnnArrays.FORWARD_OFFSET, forward),
                                ArrayLayout.Entry.of(SubRnnArrays.BACKWARD_WEIGHTS, n, backward),
                                ArrayLayout.Entry.of(SubRnnArrays.BACKWARD_OFFSET, backward)));
        if (subRnn.coordinates()) {
            entries.add(ArrayLayout.Entry.of(SubRnnArrays.COORDINATES, Coordinates.COUNT, gates));
        }
        if (subRnn.layerNorm()) {
            entries.add(ArrayLayout.Entry.of(SubRnnArrays.FORWARD_NORM_SCALE, forward));
            entries.add(ArrayLayout.Entry.of(SubRnnArrays.FORWARD_NORM_OFFSET, forward));
            entries.add(ArrayLayout.Entry.of(SubRnnArrays.BACKWARD_NORM_SCALE, backward));
            entries.add(ArrayLayout.Entry.of(SubRnnArrays.BACKWARD_NORM_OFFSET, backward));
        }
        return new ArrayLayout(entries);
    }

    private static void truncatedNormal(double[] values, double deviation, RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            double draw;
            do {
                draw = random.nextGaussian();
            } while (Math.abs(draw) > 2);
            values[i] = draw * deviation;
        }
    }
}
