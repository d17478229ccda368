package org.vsml.core;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireWithin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A VSML layer and a memory of recruited sub-RNNs beside it: an alternative sparse shared weight
 * matrix (paper, appendix C) that grows with what has been seen.
 *
 * <p>Inputs are conditioned: the layer reads x̂ ({@link Conditioning}); units keep x as it came,
 * and distances are in today's scales, so that early examples, whose x̂ was made of little, stay
 * comparable.
 *
 * <p>The layer alone gives logits y_b = mean_a φ(h_ab, x_a): whatever is learned, no interaction of
 * inputs. Each labelled example therefore recruits a unit s, which keeps the example (x_s, y_s) and
 * has one sub-RNN (s, b) for each class, with meta variables of its own, that starts from zeros. In
 * an example x only the k nearest units S take part:
 *
 * <pre>
 *   metric      u_ab = Σ_n metric_n · c_abn   (cells of the layer before the example)
 *               ω_a = e + (1 − e) · (mean_b u_ab² + δ) / (mean_ab u_ab² + δ),  e = sigmoid(metric_share), δ = 0.001
 *   distance    d_s = Σ_a ω_a min(inputBound², (x_a − x_sa)² / scale_a²),  ν = running mean of the smallest, with step max(1/100, 1/t)
 *   attention   a_s = softmax over S of −γ·d_s/ν,  similarity k_s = exp(−d_s/(2ν))
 *   predict     sub-RNN (s, b) ticks with forward message (k_s, a_s, 0)
 *               z_b = log Σ_s a_s · (1[b = y_s] + ε) · exp(evidence · h_sb)
 *   readings    r_0b = t/(t + 1) · (y_b − mean_b y_b),  r_1b = z_b − mean_b z_b,  r_2b of the discriminant
 *               sub-RNN (j, b) ticks with forward message (tanh(r_jb/3), max_s k_s, ln(1 + t)/7, 1[j = 1], 1[j = 2])
 *               logit_b = β·tanh(Σ_j r_jb·(weight_j + a_j1·c_1 + a_j2·c_2 + trust · h_jb) / β),  c = (1, 2·max_s k_s − 1)
 *   learn       layer, readings and S tick with backward message (error_b, label_b); the new unit too,
 *               with forward message (1, 1, 1)
 *               a_ji ← a_ji − sigmoid(rate_i)·c_i·Σ_b error_b·r_jb / (1 + mean_b Σ_j r_jb²)
 * </pre>
 *
 * <p>With a discriminant that has least squares, what is predicted at last is a pool of opinions:
 * {@link OpinionPool}.
 *
 * <p>t counts labelled examples before this one; in the step of ν this one too. So before anything
 * is learned all classes are equally likely. An input that has never changed does not count in the
 * mean over a. With evidence = trust = 0 and weights 1 this is the layer alone plus the log of a
 * soft vote of nearest neighbours. The cost of an example does not grow with the units but for the
 * search, and what is not touched is not forgotten. Nothing depends on the order of inputs, classes
 * or units.
 *
 * @param layer a single dense layer of LSTMs with means of messages and a reverse pass
 * @param conditioning how inputs are conditioned
 * @param memory its size and constants
 *     <p>The weights a, which start from 0, go down the gradient of the stream's own cross-entropy
 *     (normalised least mean squares; β apart): which reading is worth how much, near to what is
 *     known or far from it, differs from data to data more than meta variables can say beforehand.
 * @param discriminant an unlearned expert that is read too; null for none
 * @param adaptiveWeights whether the weights a are there; absent in files of old, false
 */
public record VsmlWithMemory(
        Vsml layer,
        Conditioning conditioning,
        Memory memory,
        Discriminant discriminant,
        Boolean adaptiveWeights)
        implements LearnerConfig {

    /** δ of the metric. */
    public static final double METRIC_FLOOR = 1e-3;

    /** Added to ν. */
    public static final double DISTANCE_FLOOR = 1e-6;

    /** Smallest step of the running mean ν. */
    public static final double SMALLEST_STEP = 0.01;

    /** Channels of forward messages to units: similarity, attention, whether it is new. */
    public static final int UNIT_CHANNELS = 3;

    /** Channels of forward messages to readings: reading, novelty, time, and which it is. */
    public static final int READING_CHANNELS = 5;

    private static final String LOG_SHARPNESS = "memory.log_sharpness";

    /** e^20 is half a thousand million: attention is on the nearest unit alone long before. */
    private static final double MAX_LOG_SHARPNESS = 20;

    /** Weight that meta-training of the discriminant starts from. */
    private static final double DISCRIMINANT_WEIGHT = 0.6;

    /** Channels of backward messages: error, label. */
    public static final int BACKWARD_CHANNELS = 2;

    /** What a reading's adaptive weights belong to: c_1 and c_2. */
    public static final int CONTEXTS = 2;

    /** Meta-training of the adaptive weights starts from sigmoid(−2.2), a rate of 0.1. */
    private static final double INITIAL_RATE = -2.2;

    private static final String RATE = "reading.rate";

    public VsmlWithMemory {
        adaptiveWeights = adaptiveWeights != null && adaptiveWeights;
        require(layer != null, "layer must not be null");
        require(conditioning != null, "conditioning must not be null");
        require(memory != null, "memory must not be null");
        SubRnn rnn = layer.subRnn();
        Dynamics dynamics = layer.dynamics();
        require(
                layer.architecture().hidden().isEmpty(),
                "a memory stands beside a single dense layer, got hidden layers %s",
                layer.architecture().hidden());
        require(
                rnn.cell() == CellType.LSTM && !rnn.layerNorm() && !rnn.coordinates(),
                "a memory needs LSTMs without layer normalisation and coordinates, got %s",
                rnn);
        require(
                dynamics.backwardPass()
                        && dynamics.separateBackwardRnn()
                        && dynamics.aggregation() == Aggregation.MEAN,
                "a memory needs a reverse pass with meta variables of its own and means of"
                        + " messages, got %s",
                dynamics);
    }

    /** Without adaptive weights. */
    public VsmlWithMemory(
            Vsml layer, Conditioning conditioning, Memory memory, Discriminant discriminant) {
        this(layer, conditioning, memory, discriminant, false);
    }

    /** This model with or without adaptive weights. */
    public VsmlWithMemory withAdaptiveWeights(boolean adaptive) {
        return new VsmlWithMemory(layer, conditioning, memory, discriminant, adaptive);
    }

    /** This model with another discriminant, or, null, without one. */
    public VsmlWithMemory withDiscriminant(Discriminant other) {
        return new VsmlWithMemory(layer, conditioning, memory, other, adaptiveWeights);
    }

    /** What is read: the layer, the memory and, if there is one, the discriminant. */
    public int readings() {
        return discriminant == null ? 2 : 3;
    }

    /** Whether what it says itself is pooled with what its unlearned experts say. */
    public boolean pools() {
        return discriminant != null && discriminant.regression();
    }

    @Override
    public Learner learner(Engine engine) {
        return engine.learner(this);
    }

    /**
     * The arrays of the layer ({@link Vsml#metaVariableLayout}), then {@code memory.predict.} w_f
     * [3, 4N], w_h [N, 4N], bias [4N]; {@code memory.learn.} w_f [3, 4N], w_b [2, 4N], w_h, bias;
     * {@code memory.evidence} [N]; {@code memory.metric} [N]; {@code memory.metric_share} [1];
     * {@code memory.log_sharpness} [1], ln γ; {@code reading.predict.} w_f [5, 4N], w_h, bias;
     * {@code reading.learn.} w_f [5, 4N], w_b [2, 4N], w_h, bias; {@code reading.trust} [N]; {@code
     * reading.weight} [readings]; with adaptive weights {@code reading.rate} [2].
     */
    @Override
    public ArrayLayout metaVariableLayout() {
        int n = layer.subRnn().stateSize();
        List<ArrayLayout> parts = new ArrayList<>();
        parts.add(layer.metaVariableLayout());
        parts.add(group("memory.predict.", UNIT_CHANNELS, false));
        parts.add(group("memory.learn.", UNIT_CHANNELS, true));
        parts.add(
                new ArrayLayout(
                        List.of(
                                ArrayLayout.Entry.of("memory.evidence", n),
                                ArrayLayout.Entry.of("memory.metric", n),
                                ArrayLayout.Entry.of("memory.metric_share", 1),
                                ArrayLayout.Entry.of(LOG_SHARPNESS, 1))));
        parts.add(group("reading.predict.", READING_CHANNELS, false));
        parts.add(group("reading.learn.", READING_CHANNELS, true));
        parts.add(
                new ArrayLayout(
                        List.of(
                                ArrayLayout.Entry.of("reading.trust", n),
                                ArrayLayout.Entry.of("reading.weight", readings()))));
        if (adaptiveWeights) {
            parts.add(new ArrayLayout(List.of(ArrayLayout.Entry.of(RATE, CONTEXTS))));
        }
        return ArrayLayout.concatenate(parts);
    }

    /** Also that γ, whose logarithm is kept, is within float. */
    @Override
    public void requireMetaVariables(NamedArrays metaVariables, String owner) {
        LearnerConfig.super.requireMetaVariables(metaVariables, owner);
        requireWithin(
                metaVariables.array(LOG_SHARPNESS)[0],
                -MAX_LOG_SHARPNESS,
                MAX_LOG_SHARPNESS,
                LOG_SHARPNESS + " of " + owner);
    }

    private ArrayLayout group(String prefix, int channels, boolean learns) {
        int n = layer.subRnn().stateSize();
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        entries.add(ArrayLayout.Entry.of(SubRnnArrays.FORWARD_INPUT, channels, 4 * n));
        if (learns) {
            entries.add(
                    ArrayLayout.Entry.of(SubRnnArrays.BACKWARD_INPUT, BACKWARD_CHANNELS, 4 * n));
        }
        entries.add(ArrayLayout.Entry.of(SubRnnArrays.RECURRENT, n, 4 * n));
        entries.add(ArrayLayout.Entry.of(SubRnnArrays.BIAS, 4 * n));
        return new ArrayLayout(entries).prefixed(prefix);
    }

    /** The memory around a layer with random meta variables. */
    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        return around(layer.initialMetaVariables(random));
    }

    /**
     * Those of a model with a memory as they are, those of a layer with a memory around it, those
     * of a model without adaptive weights with rates to begin with.
     */
    @Override
    public NamedArrays adopt(LearningAlgorithm other) {
        ArrayLayout layout = other.metaVariables().layout();
        if (layout.equals(layer.metaVariableLayout())) {
            return around(other.metaVariables());
        }
        if (adaptiveWeights && layout.equals(withAdaptiveWeights(false).metaVariableLayout())) {
            return NamedArrays.concatenate(List.of(other.metaVariables(), rates()));
        }
        return LearnerConfig.super.adopt(other);
    }

    private static NamedArrays rates() {
        NamedArrays rates =
                NamedArrays.zeros(new ArrayLayout(List.of(ArrayLayout.Entry.of(RATE, CONTEXTS))));
        rates.set(RATE, INITIAL_RATE, INITIAL_RATE);
        return rates;
    }

    /**
     * Meta variables to begin with around those of a layer: its own sub-RNNs are also those of
     * units and readings, which contribute nothing at first but the neighbours' votes.
     *
     * @param ofLayer V_M of the layer; stays as it is
     */
    public NamedArrays around(NamedArrays ofLayer) {
        ofLayer.requireLayout(layer.metaVariableLayout(), "meta variables", "the layer");
        NamedArrays result = NamedArrays.zeros(metaVariableLayout());
        for (ArrayLayout.Entry entry : ofLayer.layout().entries()) {
            result.set(entry.name(), ofLayer.array(entry.name()));
        }
        String predict = layer.metaVariablePrefix(0, false);
        String learn = layer.metaVariablePrefix(0, true);
        int gates = 4 * layer.subRnn().stateSize();
        for (String group : List.of("memory.", "reading.")) {
            for (String array : List.of(SubRnnArrays.RECURRENT, SubRnnArrays.BIAS)) {
                result.set(group + "predict." + array, ofLayer.array(predict + array));
                result.set(group + "learn." + array, ofLayer.array(learn + array));
            }
            // Error and label.
            System.arraycopy(
                    ofLayer.values(),
                    ofLayer.layout().offset(learn + SubRnnArrays.BACKWARD_INPUT),
                    result.values(),
                    result.layout().offset(group + "learn.w_b"),
                    BACKWARD_CHANNELS * gates);
        }
        // What the layer reads as its input: the attention, a new unit, a reading.
        copyInputRow(ofLayer, predict, result, "memory.predict.w_f", 1);
        copyInputRow(ofLayer, learn, result, "memory.learn.w_f", 1);
        copyInputRow(ofLayer, learn, result, "memory.learn.w_f", 2);
        copyInputRow(ofLayer, predict, result, "reading.predict.w_f", 0);
        copyInputRow(ofLayer, learn, result, "reading.learn.w_f", 0);
        double[] metric = new double[layer.subRnn().stateSize()];
        double[] output = ofLayer.array(predict + SubRnnArrays.FORWARD_WEIGHTS);
        int channels = layer.subRnn().forwardMessageSize();
        for (int n = 0; n < metric.length; n++) {
            metric[n] = output[n * channels + layer.dynamics().outputChannel()] / 2;
        }
        result.set("memory.metric", metric);
        result.set("memory.metric_share", 1);
        result.set(LOG_SHARPNESS, Math.log(memory.sharpness()));
        double[] weights = {1, 1, DISCRIMINANT_WEIGHT};
        result.set("reading.weight", Arrays.copyOf(weights, readings()));
        if (adaptiveWeights) {
            result.set(RATE, INITIAL_RATE, INITIAL_RATE);
        }
        return result;
    }

    private void copyInputRow(
            NamedArrays from, String prefix, NamedArrays to, String array, int row) {
        int gates = 4 * layer.subRnn().stateSize();
        System.arraycopy(
                from.values(),
                from.layout().offset(prefix + SubRnnArrays.FORWARD_INPUT),
                to.values(),
                to.layout().offset(array) + row * gates,
                gates);
    }

    /**
     * The arrays of the layer, those of {@link Conditioning#layout} and {@link
     * Discriminant#layout}, if it pools {@code opinion.weight} [4], then {@code memory.examples}
     * [1], how many with a label have been run; {@code memory.nearest} [1], ν, −1 before the first;
     * {@code reading.hidden} and {@code reading.cell} [readings, classes, N], with adaptive weights
     * {@code reading.adapted} [readings, 2]; and of the M recruited units, the oldest first, {@code
     * memory.label} [M], {@code memory.input} [M, inputs], measured from {@code
     * conditioning.origin}, {@code memory.hidden} and {@code memory.cell} [M, classes, N]. At first
     * M = 0.
     */
    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        return learnedVariableLayout(task, parallel, 0);
    }

    /** The arrays of V_L with {@code units} recruited. */
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel, int units) {
        require(
                parallel == 1,
                "a memory takes one example after the other: parallel must be 1, got %d",
                parallel);
        return ArrayLayout.concatenate(
                List.of(
                        layer.learnedVariableLayout(task, 1),
                        statisticsLayout(task),
                        poolLayout(),
                        memoryLayout(task, units)));
    }

    /** The arrays of V_L that are of the pool; none without one. */
    public ArrayLayout poolLayout() {
        return pools() ? OpinionPool.layout() : new ArrayLayout(List.of());
    }

    /**
     * Bound of what one input adds to a distance, before its weight ω: {@code inputBound}²;
     * infinite for images whose pixels share their scale, for those are bounded as they come.
     */
    public double squaredInputBound(TaskShape task) {
        return conditioning.perChannel(task.input())
                ? Double.POSITIVE_INFINITY
                : memory.inputBound() * memory.inputBound();
    }

    /** The arrays of V_L that do not depend on V_M: of conditioning and discriminant. */
    public ArrayLayout statisticsLayout(TaskShape task) {
        ArrayLayout ofInputs = conditioning.layout(task.input());
        return discriminant == null
                ? ofInputs
                : ArrayLayout.concatenate(List.of(ofInputs, discriminant.layout(task)));
    }

    /** The arrays of V_L that are of units and readings. */
    public ArrayLayout memoryLayout(TaskShape task, int units) {
        int n = layer.subRnn().stateSize();
        int classes = task.classes();
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        entries.add(ArrayLayout.Entry.of("memory.examples", 1));
        entries.add(ArrayLayout.Entry.of("memory.nearest", 1));
        entries.add(ArrayLayout.Entry.of("reading.hidden", readings(), classes, n));
        entries.add(ArrayLayout.Entry.of("reading.cell", readings(), classes, n));
        if (adaptiveWeights) {
            entries.add(ArrayLayout.Entry.of("reading.adapted", readings(), CONTEXTS));
        }
        entries.addAll(
                List.of(
                        ArrayLayout.Entry.of("memory.label", units),
                        ArrayLayout.Entry.of("memory.input", units, task.inputs()),
                        ArrayLayout.Entry.of("memory.hidden", units, classes, n),
                        ArrayLayout.Entry.of("memory.cell", units, classes, n)));
        return new ArrayLayout(entries);
    }

    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        learnedVariableLayout(task, parallel);
        NamedArrays own = NamedArrays.zeros(memoryLayout(task, 0));
        own.set("memory.nearest", -1);
        return NamedArrays.concatenate(
                List.of(
                        layer.initialLearnedVariables(task, 1, random),
                        NamedArrays.zeros(conditioning.layout(task.input())),
                        discriminant == null
                                ? NamedArrays.zeros(new ArrayLayout(List.of()))
                                : discriminant.start(task, random),
                        pools() ? OpinionPool.start() : NamedArrays.zeros(poolLayout()),
                        own));
    }

    /** Also learned variables with units that were recruited, at most the memory's capacity. */
    @Override
    public void requireLearnedVariables(
            NamedArrays learned, TaskShape task, int parallel, String where) {
        int units =
                learned.layout().contains("memory.label")
                        ? learned.layout().entry("memory.label").size()
                        : 0;
        require(
                units <= memory.capacity(),
                "learned variables of %s have %d recruited units, the capacity is %d",
                where,
                units,
                memory.capacity());
        learned.requireLayout(
                learnedVariableLayout(task, parallel, units), "learned variables", where);
        conditioning.requireStatistics(learned, where);
        for (double label : learned.array("memory.label")) {
            require(
                    label >= 0 && label < task.classes() && label == Math.rint(label),
                    "memory.label of %s must be classes in [0, %d), got %s",
                    where,
                    task.classes(),
                    label);
        }
    }

    /** The layer's part of learned variables, or of their gradient. */
    public NamedArrays ofLayer(NamedArrays learned, TaskShape task) {
        return learned.range(0, layer.learnedVariableLayout(task, 1).entries().size());
    }

    /** The part of units and readings of learned variables, or of their gradient. */
    public NamedArrays ofMemory(NamedArrays learned, TaskShape task) {
        int end = learned.layout().entries().size();
        return learned.range(end - memoryLayout(task, 0).entries().size(), end);
    }
}
