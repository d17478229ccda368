package org.vsml.meta;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.Aggregation;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Coordinates;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;
import org.vsml.core.Vsml;
import org.vsml.episode.DataSets;
import org.vsml.episode.Seeds;

/**
 * Puts hidden layers below a meta-trained single layer. Meta-training of a deep network from random
 * meta variables begins on a plateau, since neither is the output layer able to learn from features
 * nor do features say anything; here the output layer keeps the rule it has, and each hidden layer
 * starts as random features, each channel of its messages of about unit variance around zero.
 *
 * <ul>
 *   <li>A convolution starts without memory: its kernel is a random function of the coordinates of
 *       the kernel entry.
 *   <li>A fully connected layer starts with nothing but memory: its weights are the cells that are
 *       random at the beginning of an episode, which it keeps.
 * </ul>
 */
public final class Deepening {

    /** Path for {@link Seeds#derive}, apart from those of meta-training. */
    private static final long PATH = 100;

    /** Gates in the order i, g, f, o. */
    private static final int CANDIDATE = 1;

    private static final int FORGET = 2;
    private static final int OUTPUT = 3;

    /** Pre-activations with which a cell takes in what is new and forgets what was. */
    private static final double OPEN = 1;

    private static final double SHUT = -3;

    /** How strongly the output gate depends on the messages, for inputs of unit variance. */
    private static final double GAIN = 1.5;

    /** Standard deviation of {@link #mix}. */
    private static final double OTHERS = 0.5;

    /** Pre-activations with which a cell takes in nothing and forgets nothing. */
    private static final double KEEPING_INPUT = -6;

    private static final double KEEPING_FORGET = 8;

    /** Mean square of tanh of a cell that is normal with standard deviation 1. */
    private static final double CELL_SQUARE = 0.394;

    /** Standard deviation of a feature. */
    private static final double DEVIATION = 0.7;

    private final Vsml deep;
    private final int inputs;
    private final SubRnn rnn;
    private final RandomGenerator random;

    private Deepening(Vsml deep, int inputs, RandomGenerator random) {
        this.deep = deep;
        this.inputs = inputs;
        rnn = deep.subRnn();
        this.random = random;
    }

    /**
     * Where the meta-training of a deep network starts from.
     *
     * @param shallow a single layer that fits the learner of the configuration
     * @param config of a VSML; the features of a fully connected first layer are scaled for the
     *     inputs of an episode of its first phase
     * @param seed of the run
     */
    public static LearningAlgorithm start(
            LearningAlgorithm shallow, MetaTrainingConfig config, DataSets dataSets, long seed) {
        require(
                config.learner() instanceof Vsml,
                "deepening needs a configuration of a VSML, got %s",
                config.learner());
        int inputs =
                config.phases()
                        .get(0)
                        .episodes()
                        .source(dataSets)
                        .sample(seed)
                        .examples()
                        .task()
                        .inputs();
        return of(
                shallow,
                (Vsml) config.learner(),
                inputs,
                Seeds.generator(Seeds.derive(seed, PATH)));
    }

    /**
     * Initial meta variables of the deep network.
     *
     * @param shallow a single layer, of the same sizes, with or without coordinates, whose constant
     *     inputs may rest
     * @param deep hidden layers and an output layer, each with meta variables of its own, with
     *     coordinates and without layer normalisation
     * @param inputs about how many a task has: the features of a fully connected first layer are
     *     scaled for it
     * @throws IllegalArgumentException if they do not fit; the message says why
     */
    public static LearningAlgorithm of(
            LearningAlgorithm shallow, Vsml deep, int inputs, RandomGenerator random) {
        require(
                shallow.config() instanceof Vsml below
                        && below.architecture().hidden().isEmpty()
                        && below.subRnn()
                                .withCoordinates(true)
                                .withLayerNorm(false)
                                .equals(deep.subRnn())
                        && below.dynamics()
                                .withLayerwiseRnns(true)
                                .withConstantInputs(deep.dynamics().constantInputs())
                                .equals(deep.dynamics()),
                "%s must be a single layer with the sub-RNN and dynamics of %s (and coordinates and"
                        + " layerwiseRnns there), got %s",
                shallow.provenance().name(),
                deep,
                shallow.config());
        NamedArrays result = new Deepening(deep, inputs, random).deepen(shallow.metaVariables());
        Provenance made = shallow.provenance();
        return new LearningAlgorithm(
                deep,
                result,
                made.toBuilder().name(made.name() + "-deepened").metaVariables(result).build());
    }

    private NamedArrays deepen(NamedArrays shallow) {
        NamedArrays result = deep.initialMetaVariables(random);
        List<HiddenLayer> hidden = deep.architecture().hidden();
        for (int k = 0; k < hidden.size(); k++) {
            if (hidden.get(k) instanceof HiddenLayer.Convolution convolution) {
                begin(result, k, convolution);
            } else {
                beginDense(result, k);
            }
        }
        double[] mix = mix();
        for (boolean backward : new boolean[] {false, true}) {
            String from =
                    backward && deep.dynamics().separateBackwardRnn()
                            ? "backward_sub_rnn.0."
                            : "sub_rnn.0.";
            copy(shallow, from, result, deep.metaVariablePrefix(hidden.size(), backward), mix);
        }
        return result;
    }

    /**
     * [N', N]: how much of each channel every unit of the output layer reads of what it read of the
     * input. The first channel as before and a little of the others, each unit other amounts, the
     * same for what it learns and for what it predicts with.
     */
    private double[] mix() {
        double[] mix = new double[rnn.forwardMessageSize() * rnn.stateSize()];
        Arrays.setAll(mix, i -> i < rnn.stateSize() ? 1 : OTHERS * random.nextGaussian());
        return mix;
    }

    private void copy(
            NamedArrays shallow, String from, NamedArrays result, String to, double[] mix) {
        for (ArrayLayout.Entry entry : result.layout().entries()) {
            if (!entry.name().startsWith(to)) {
                continue;
            }
            String array = entry.name().substring(to.length());
            double[] values = new double[entry.size()];
            if (shallow.layout().contains(from + array)) {
                values = shallow.array(from + array);
            }
            if (array.equals(SubRnnArrays.FORWARD_INPUT)) {
                // An input had nothing in the other channels, so that nothing was learned of them.
                int gates = rnn.gateSize();
                for (int i = gates; i < values.length; i++) {
                    int unit = i % rnn.stateSize();
                    values[i] = values[i % gates] * mix[i / gates * rnn.stateSize() + unit];
                }
            }
            result.set(entry.name(), values);
        }
    }

    /** Random weights that stay what they are. */
    private void beginDense(NamedArrays meta, int layer) {
        int size = rnn.stateSize();
        int gates = rnn.gateSize();
        int up = rnn.forwardMessageSize();
        int channels = layer == 0 ? 1 : up;
        for (boolean backward : new boolean[] {false, true}) {
            if (backward && !deep.dynamics().separateBackwardRnn()) {
                continue;
            }
            setGates(meta, deep.metaVariablePrefix(layer, backward), KEEPING_INPUT, KEEPING_FORGET);
        }

        String prefix = deep.metaVariablePrefix(layer, false);
        double[] gain = openOutputGates(meta, prefix, channels);

        double[] weights = meta.array(prefix + SubRnnArrays.FORWARD_WEIGHTS);
        double terms = layer == 0 ? inputs : units(layer - 1);
        double share = deep.dynamics().aggregation() == Aggregation.MEAN ? 1 / terms : 1;
        for (int m = 0; m < up; m++) {
            double variance = 0;
            for (int n = 0; n < deep.dynamics().randomChannels(size); n++) {
                for (int i = 0; i < channels; i++) {
                    double slope = weights[n * up + m] * gain[i * gates + OUTPUT * size + n] / 4;
                    variance += slope * slope * CELL_SQUARE * share * share * terms;
                }
            }
            for (int n = 0; n < size; n++) {
                weights[n * up + m] *= DEVIATION / Math.sqrt(variance);
            }
        }
        meta.set(prefix + SubRnnArrays.FORWARD_WEIGHTS, weights);
    }

    /** Pre-activations of input and forget gates where no message arrives. */
    private void setGates(NamedArrays meta, String prefix, double input, double forget) {
        int size = rnn.stateSize();
        double[] bias = new double[rnn.gateSize()];
        Arrays.fill(bias, 0, size, input - rnn.inputGateShift());
        Arrays.fill(bias, FORGET * size, (FORGET + 1) * size, forget - rnn.forgetGateShift());
        meta.set(prefix + SubRnnArrays.BIAS, bias);
    }

    /** Lets output gates depend at random on the messages; returns w_f. */
    private double[] openOutputGates(NamedArrays meta, String prefix, int channels) {
        int size = rnn.stateSize();
        double[] gain = meta.array(prefix + SubRnnArrays.FORWARD_INPUT);
        for (int m = 0; m < channels; m++) {
            for (int n = 0; n < size; n++) {
                gain[m * rnn.gateSize() + OUTPUT * size + n] =
                        random.nextGaussian() * GAIN / Math.sqrt(channels);
            }
        }
        meta.set(prefix + SubRnnArrays.FORWARD_INPUT, gain);
        return gain;
    }

    private double units(int layer) {
        HiddenLayer below = deep.architecture().hidden().get(layer);
        require(
                below instanceof HiddenLayer.Dense,
                "a fully connected layer above a convolution cannot be begun, got %s",
                deep.architecture());
        return ((HiddenLayer.Dense) below).units();
    }

    /** A random convolution. */
    private void begin(NamedArrays meta, int layer, HiddenLayer.Convolution shape) {
        int size = rnn.stateSize();
        int gates = rnn.gateSize();
        String prefix = deep.metaVariablePrefix(layer, false);
        int channels = layer == 0 ? 1 : rnn.forwardMessageSize();

        setGates(meta, prefix, OPEN, SHUT);
        double[] gain = openOutputGates(meta, prefix, channels);

        double[] ofCoordinates = new double[Coordinates.COUNT * gates];
        for (int i = 0; i < Coordinates.COUNT; i++) {
            for (int n = 0; n < size; n++) {
                ofCoordinates[i * gates + CANDIDATE * size + n] = random.nextGaussian();
            }
        }
        meta.set(prefix + SubRnnArrays.COORDINATES, ofCoordinates);
        scale(meta, prefix, layer, shape, channels, ofCoordinates, gain);
    }

    /** Gives the features their variance, and takes away what they are for inputs of zero. */
    private void scale(
            NamedArrays meta,
            String prefix,
            int layer,
            HiddenLayer.Convolution shape,
            int channels,
            double[] ofCoordinates,
            double[] gain) {
        int size = rnn.stateSize();
        int gates = rnn.gateSize();
        int up = rnn.forwardMessageSize();
        int below = inputChannels(layer);
        int entries = shape.kernel() * shape.kernel() * below;
        double share = deep.dynamics().aggregation() == Aggregation.MEAN ? 1.0 / entries : 1;
        double[] weights = meta.array(prefix + SubRnnArrays.FORWARD_WEIGHTS);
        double[] variance = new double[up];
        double[] sum = new double[up];
        double[] offset = new double[up];
        for (int b = 0; b < shape.channels(); b++) {
            for (int a = 0; a < entries; a++) {
                double[] cell = cell(ofCoordinates, coordinates(layer, shape, below, a, b));
                for (int m = 0; m < up; m++) {
                    for (int input = 0; input < channels; input++) {
                        double slope = 0;
                        for (int n = 0; n < size; n++) {
                            slope +=
                                    weights[n * up + m]
                                            * cell[n]
                                            * gain[input * gates + OUTPUT * size + n]
                                            / 4;
                        }
                        sum[m] += slope;
                        variance[m] += slope * slope * share * share / shape.channels();
                    }
                    for (int n = 0; n < size; n++) {
                        offset[m] += weights[n * up + m] * cell[n] / 2 * share / shape.channels();
                    }
                }
            }
        }
        double[] constants = new double[up];
        for (int m = 0; m < up; m++) {
            // Brighter inputs give larger features, as the output layer is used to.
            double factor = Math.copySign(DEVIATION / Math.sqrt(variance[m]), sum[m]);
            for (int n = 0; n < size; n++) {
                weights[n * up + m] *= factor;
            }
            constants[m] = -factor * offset[m] / (share * entries);
        }
        meta.set(prefix + SubRnnArrays.FORWARD_WEIGHTS, weights);
        meta.set(prefix + SubRnnArrays.FORWARD_OFFSET, constants);
    }

    private int inputChannels(int layer) {
        return layer == 0
                ? 1
                : ((HiddenLayer.Convolution) deep.architecture().hidden().get(layer - 1))
                        .channels();
    }

    /** tanh of the cell after a tick from zero, without what messages add to the candidate. */
    private double[] cell(double[] ofCoordinates, double[] coordinates) {
        int size = rnn.stateSize();
        double[] cell = new double[size];
        for (int n = 0; n < size; n++) {
            double candidate = 0;
            for (int i = 0; i < Coordinates.COUNT; i++) {
                candidate +=
                        coordinates[i] * ofCoordinates[i * rnn.gateSize() + CANDIDATE * size + n];
            }
            cell[n] = Math.tanh(Math.tanh(candidate) / (1 + Math.exp(-OPEN)));
        }
        return cell;
    }

    private double[] coordinates(
            int layer, HiddenLayer.Convolution shape, int below, int a, int b) {
        int side = shape.kernel();
        return new double[] {
            coordinate(a / below / side, side),
            coordinate(a / below % side, side),
            coordinate(a % below, below),
            coordinate(b, shape.channels()),
            coordinate(layer, deep.architecture().depth())
        };
    }

    private static double coordinate(int index, int count) {
        return count == 1 ? 0 : 2.0 * index / (count - 1) - 1;
    }
}
