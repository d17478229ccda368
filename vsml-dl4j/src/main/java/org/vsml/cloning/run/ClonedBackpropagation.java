package org.vsml.cloning.run;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.CellType;
import org.vsml.core.Engine;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LayerShape;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * A VSML network whose sub-RNNs have learned to be backpropagation (paper, sections 3.2, 4.1, B.1
 * and C.1). Each sub-RNN keeps a weight w and a bias b in its cell, {@code c = (w/scale, b/scale,
 * 0, …)}, and always starts from {@code h = 0} and makes two micro ticks:
 *
 * <ul>
 *   <li>forward, layers 1…K, with x in channel 0 of the forward message and no error: its forward
 *       message is {@code y ≈ tanh(x)·w + b}, summed over the inputs of a unit; the state is frozen
 *   <li>backward, layers K…1, with x again (fed back explicitly) and the error e in channel 0 of
 *       the backward message: its backward message is {@code e' ≈ e·w·(1 − tanh²x)}, summed over
 *       outputs, and its cell holds {@code w + Δw} and {@code b + Δb}; of the state these two
 *       channels are retained, averaged over the parallel examples and clipped, the rest is zeroed
 * </ul>
 *
 * <p>Nothing but these ticks happens: no learning rate, no loss gradient beyond the error of the
 * softmax that every VSML network is fed, {@code softmax(logits) − one-hot label}. An example
 * without a label has no backward pass.
 *
 * @param subRnn sizes; no layer normalisation. All message channels but 0 are zeroed, so that V_M
 *     has the layout of any {@link Vsml} model of these sizes
 * @param architecture dense hidden layers
 * @param scale weights and biases are stored divided by it, since h, through which the micro ticks
 *     exchange messages, is bounded (paper: 4)
 * @param clip weights and biases are clipped to ±clip when they are retained (paper: 4)
 */
public record ClonedBackpropagation(
        SubRnn subRnn, Architecture architecture, double scale, double clip)
        implements LearnerConfig {

    /** Micro ticks of each pass: after one alone no unit of h depends on w yet. */
    public static final int MICRO_TICKS = 2;

    /** Channel of the cell that holds the weight. */
    public static final int WEIGHT = 0;

    /** Channel of the cell that holds the bias. */
    public static final int BIAS = 1;

    /** N = 64, N' = N'' = 8, without hidden layers. */
    public static final ClonedBackpropagation PAPER =
            new ClonedBackpropagation(
                    new SubRnn(64, 8, 8, false, 0, 5), Architecture.dense(), 4, 4);

    public ClonedBackpropagation {
        require(subRnn != null && architecture != null, "subRnn and architecture must not be null");
        require(!subRnn.layerNorm(), "cloned sub-RNNs have no layer normalisation");
        require(
                subRnn.cell() == CellType.LSTM && !subRnn.coordinates(),
                "cloned sub-RNNs are LSTMs without coordinates, got %s",
                subRnn);
        require(
                subRnn.stateSize() > BIAS + 1,
                "stateSize must be above %d (weight and bias), got %d",
                BIAS + 1,
                subRnn.stateSize());
        require(
                architecture.hidden().stream().allMatch(h -> h instanceof HiddenLayer.Dense),
                "cloned backpropagation has dense layers only, got %s",
                architecture.hidden());
        require(scale > 0 && Double.isFinite(scale), "scale must be positive, got %s", scale);
        require(clip > 0, "clip must be positive (infinity for none), got %s", clip);
    }

    @Override
    public ClonedBackpropagation withArchitecture(Architecture other) {
        return new ClonedBackpropagation(subRnn, other, scale, clip);
    }

    /**
     * The same algorithm for another network.
     *
     * @throws IllegalArgumentException if it is not cloned backpropagation
     */
    public static LearningAlgorithm withArchitecture(
            LearningAlgorithm algorithm, Architecture architecture) {
        require(
                algorithm.config() instanceof ClonedBackpropagation,
                "expected cloned backpropagation, got %s",
                algorithm.config());
        ClonedBackpropagation config = (ClonedBackpropagation) algorithm.config();
        return new LearningAlgorithm(
                config.withArchitecture(architecture),
                algorithm.metaVariables(),
                algorithm.provenance());
    }

    /** The arrays of V_M, see {@link Vsml#metaVariableLayout()}. */
    @Override
    public ArrayLayout metaVariableLayout() {
        return sameSizes().metaVariableLayout();
    }

    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        return sameSizes().initialMetaVariables(random);
    }

    /**
     * The arrays of V_L: for each layer k {@code cell.k} [2, B, A], of each sub-RNN's cell the two
     * channels that are retained between examples, w/scale and b/scale. Parallel examples share
     * them.
     */
    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        require(parallel >= 1, "parallel must be >= 1, got %d", parallel);
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        List<LayerShape> shapes = architecture.resolve(task);
        for (int k = 0; k < shapes.size(); k++) {
            entries.add(
                    ArrayLayout.Entry.of(
                            cellName(k),
                            2,
                            shapes.get(k).stateOutputs(),
                            shapes.get(k).stateInputs()));
        }
        return new ArrayLayout(entries);
    }

    /** Normal weights with standard deviation 1/√A, zero biases. */
    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        NamedArrays result = NamedArrays.zeros(learnedVariableLayout(task, parallel));
        for (ArrayLayout.Entry entry : result.layout().entries()) {
            int offset = result.layout().offset(entry.name());
            double deviation = 1 / Math.sqrt(entry.shape().get(2)) / scale;
            for (int i = 0; i < entry.size() / 2; i++) {
                result.values()[offset + i] = random.nextGaussian() * deviation;
            }
        }
        return result;
    }

    static String cellName(int layer) {
        return "cell." + layer;
    }

    /** A model whose V_M has the same arrays. */
    private Vsml sameSizes() {
        return new Vsml(subRnn, architecture, Vsml.PAPER.dynamics());
    }

    /** Runs forward in plain Java; no engine is needed, and {@code engine} may be null. */
    @Override
    public Learner learner(Engine engine) {
        return new ClonedLearner(this);
    }
}
