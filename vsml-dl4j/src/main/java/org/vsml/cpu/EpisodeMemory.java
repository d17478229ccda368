package org.vsml.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RunningDiscriminant;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.math.Vectors;

/**
 * The memory of recruited sub-RNNs beside a layer, and the readings of both ({@link
 * VsmlWithMemory}), over one stream: forward, and back with the exact gradient. Belongs to one
 * thread.
 *
 * <p>An example is {@link #observe}, the layer's forward pass, {@link #predict}, {@link #learn},
 * the layer's reverse pass; nothing is changed before learn. {@link EpisodeMemoryAdjoint} takes
 * what was recorded back.
 */
final class EpisodeMemory {

    final VsmlWithMemory model;
    final TaskShape task;
    final int classes;
    final int size;

    /** Sub-RNNs that read. */
    final int readings;

    private final boolean recorded;
    final SubRnnGroup group;
    final int accumulatorWidth;

    final GroupWeights readingPredict;
    final GroupWeights readingLearn;
    final float[] metric;
    final double share;
    final float[] trust;
    private final double[] readingWeight;

    /** Null if there is none. */
    private final RunningDiscriminant discriminant;

    final UnitRecall recall;
    float[] readingState;

    final AdaptiveWeights adaptive;

    private double examples;
    private boolean predicted;

    // Scratch memory.
    private final double[] standardised;
    private final double[] logits;
    private final double[] ofDiscriminant;
    private final double[] ofReading;
    private double[] squares;

    /** What the discriminant has said of each example; null if it is not kept. */
    private List<double[]> opinions;

    /** The steps that were recorded, for the way back. */
    final List<MemoryStep> steps = new ArrayList<>();

    /** The step between {@link #observe} and {@link #learn}; the only one if none is recorded. */
    private MemoryStep current = new MemoryStep();

    /** Null before {@link #beginBackward}. */
    private EpisodeMemoryAdjoint adjoint;

    /**
     * @param learned the memory's part of V_L; read here only
     * @param discriminant at work on the same stream, or null
     * @param recorded whether the way back will be taken
     */
    EpisodeMemory(
            VsmlWithMemory model,
            NamedArrays meta,
            TaskShape task,
            TileKernels kernels,
            NamedArrays learned,
            RunningDiscriminant discriminant,
            boolean recorded) {
        this.model = model;
        this.discriminant = discriminant;
        this.task = task;
        this.recorded = recorded;
        classes = task.classes();
        size = model.layer().subRnn().stateSize();
        readings = model.readings() * classes;
        group = new SubRnnGroup(kernels, size, (float) model.layer().dynamics().stateClip());
        accumulatorWidth = kernels.accumulatorWidth();
        readingPredict = new GroupWeights(meta, "reading.predict.", model.layer().subRnn());
        readingLearn = new GroupWeights(meta, "reading.learn.", model.layer().subRnn());
        metric = Floats.of(meta.array("memory.metric"));
        share = sigmoid(meta.array("memory.metric_share")[0]);
        trust = Floats.of(meta.array("reading.trust"));
        readingWeight = meta.array("reading.weight");
        adaptive = new AdaptiveWeights(model, meta, learned);
        recall = new UnitRecall(model, meta, task, kernels, group, learned, recorded);
        examples = learned.array("memory.examples")[0];
        standardised = new double[task.inputs()];
        logits = new double[classes];
        ofDiscriminant =
                new double[discriminant == null ? 0 : model.discriminant().readings() * classes];
        ofReading = new double[classes];
        readingState = new float[group.stateLength(readingTiles())];
        copyReadings(learned, readingState, true);
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    int readingTiles() {
        return group.tiles(readings);
    }

    void copyReadings(NamedArrays arrays, float[] state, boolean read) {
        double[] values = arrays.values();
        int hidden = arrays.layout().offset("reading.hidden");
        int cell = arrays.layout().offset("reading.cell");
        for (int l = 0; l < readings; l++) {
            int offset = group.stateOffset(l);
            for (int n = 0; n < size; n++) {
                int h = offset + n * group.width;
                int c = h + size * group.width;
                if (read) {
                    state[h] = (float) values[hidden + l * size + n];
                    state[c] = (float) values[cell + l * size + n];
                } else {
                    values[hidden + l * size + n] = state[h];
                    values[cell + l * size + n] = state[c];
                }
            }
        }
    }

    /** The memory's part of the learned variables. */
    NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(model.memoryLayout(task, recall.units.count()));
        result.set("memory.examples", examples);
        copyReadings(result, readingState, false);
        adaptive.write(result);
        recall.write(result);
        return result;
    }

    /** Keeps what the discriminant says of each example from now on. */
    List<double[]> keepOpinions() {
        opinions = new ArrayList<>();
        return opinions;
    }

    /** What the discriminant said of the last example; to be read before the next. */
    double[] lastOpinions() {
        return ofDiscriminant;
    }

    /** Overwrites the discriminant, if there is one, among learned variables. */
    void writeDiscriminant(NamedArrays learned) {
        if (discriminant != null) {
            discriminant.write(learned);
        }
    }

    ArrayLayout learnedLayout() {
        return model.memoryLayout(task, recall.units.count());
    }

    /**
     * Begins an example with the metric that the layer's cells say.
     *
     * @param layer whose state it is: of the inputs in {@code present} only
     * @param state before the example
     * @param inputs among which the example is
     * @param present indices of the inputs that take part, ascending
     */
    void observe(TiledDense layer, float[] state, MemoryInputs inputs, int example, int[] present) {
        predicted = false;
        if (recorded) {
            current = new MemoryStep();
        }
        MemoryStep step = current;
        step.present = present;
        int count = task.inputs();
        step.input = Floats.room(step.input, count);
        System.arraycopy(inputs.relative, example * count, step.input, 0, count);
        step.scales = Floats.room(step.scales, count);
        System.arraycopy(inputs.scales, example * count, step.scales, 0, count);
        inputs.standardised(example, standardised);
        step.readout = Floats.room(step.readout, classes * present.length);
        layer.readCells(state, metric, step.readout);
        squares = squares(step, squares);
        double total = 0;
        for (double square : squares) {
            total += square;
        }
        step.meanSquare = total / present.length;
        step.omega = Floats.zeros(step.omega, count);
        for (int i = 0; i < present.length; i++) {
            step.omega[present[i]] = (float) (share + (1 - share) * relative(squares[i], step));
        }
    }

    /**
     * mean_b u_ab² of the present inputs.
     *
     * @param room overwritten if it has the right length, or null
     */
    double[] squares(MemoryStep step, double[] room) {
        double[] squares = Floats.zeros(room, step.present.length);
        for (int b = 0; b < classes; b++) {
            int row = b * squares.length;
            for (int i = 0; i < squares.length; i++) {
                double u = step.readout[row + i];
                squares[i] += u * u / classes;
            }
        }
        return squares;
    }

    /**
     * Whether the last {@link #predict} was of such an example, and nothing has been learned since.
     */
    boolean hasPredicted(MemoryInputs inputs, int example, int[] present) {
        int from = example * task.inputs();
        int to = from + task.inputs();
        return predicted
                && Arrays.equals(inputs.relative, from, to, current.input, 0, task.inputs())
                && Arrays.equals(inputs.scales, from, to, current.scales, 0, task.inputs())
                && inputs.isStandardised(example, standardised)
                && Arrays.equals(present, current.present);
    }

    static double relative(double square, MemoryStep step) {
        return (square + VsmlWithMemory.METRIC_FLOOR)
                / (step.meanSquare + VsmlWithMemory.METRIC_FLOOR);
    }

    /**
     * Combines logits of the layer with those of the memory.
     *
     * @param ofLayer [classes], not bounded
     * @return [classes], not bounded; to be read before the next call
     */
    double[] predict(double[] ofLayer) {
        MemoryStep step = current;
        double[] ofMemory = recall.logits(step, examples);
        step.readings = Floats.room(step.readings, readings);
        step.factors = Floats.room(step.factors, readings);
        centre(ofLayer, step.readings, 0);
        step.begun = examples / (examples + 1);
        for (int b = 0; b < classes; b++) {
            step.readings[b] *= step.begun;
        }
        centre(ofMemory, step.readings, classes);
        if (discriminant != null) {
            discriminant.predict(standardised, 0, ofDiscriminant);
            System.arraycopy(ofDiscriminant, 0, ofReading, 0, classes);
            centre(ofReading, step.readings, 2 * classes);
            if (opinions != null) {
                opinions.add(ofDiscriminant.clone());
            }
        }
        double novelty = step.found == 0 ? 0 : step.similarity[0];
        int channels = readingPredict.channels;
        int tiles = readingTiles();
        step.readingMessages = Floats.zeros(step.readingMessages, tiles * channels * group.width);
        double time = Math.log(1 + examples) / 7;
        int which = VsmlWithMemory.READING_CHANNELS - 3;
        for (int l = 0; l < readings; l++) {
            int m = group.messageOffset(l, channels);
            step.readingMessages[m] = (float) Math.tanh(step.readings[l] / 3);
            step.readingMessages[m + group.width] = (float) novelty;
            step.readingMessages[m + 2 * group.width] = (float) time;
            if (l >= classes) {
                step.readingMessages[m + (which + l / classes) * group.width] = 1;
            }
            step.readingMessages[m + VsmlWithMemory.READING_CHANNELS * group.width] = 1;
        }
        step.readingBefore = readingState;
        step.readingBetween = Floats.room(step.readingBetween, readingState.length);
        group.forward(
                readingPredict,
                step.readingMessages,
                step.readingBefore,
                step.readingBetween,
                tiles);
        adaptive.begin(step, novelty);
        Arrays.fill(logits, 0);
        for (int l = 0; l < readings; l++) {
            int j = l / classes;
            step.factors[l] =
                    readingWeight[j]
                            + adaptive.weight(step, j)
                            + group.project(trust, step.readingBetween, l);
            logits[l % classes] += step.readings[l] * step.factors[l];
        }
        predicted = true;
        return logits;
    }

    static void centre(double[] values, double[] to, int offset) {
        double mean = Vectors.sum(values) / values.length;
        for (int b = 0; b < values.length; b++) {
            to[offset + b] = values[b] - mean;
        }
    }

    /**
     * Ends the example: shows readings and units its label, if it has one, and recruits.
     *
     * @param error [classes], softmax − one-hot label; zeros without a label
     */
    void learn(int label, float[] error) {
        MemoryStep step = current;
        predicted = false;
        adaptive.learn(step, error);
        step.readingLearnMessages =
                group.withBackward(
                        step.readingMessages,
                        readingPredict,
                        readingLearn,
                        readings,
                        readings,
                        error,
                        label,
                        step.readingLearnMessages);
        if (recorded) {
            // The step has the one before.
            readingState = new float[readingState.length];
        }
        group.forward(
                readingLearn,
                step.readingLearnMessages,
                step.readingBetween,
                readingState,
                readingTiles());
        recall.learn(step, label, error);
        if (label != Examples.UNLABELLED) {
            examples++;
            if (discriminant != null) {
                discriminant.learn(label);
            }
        }
        if (recorded) {
            steps.add(step);
            current = null;
        }
    }

    /**
     * Begins the adjoint of what was recorded.
     *
     * @param learnedGradient of the memory's final learned variables, or null
     */
    void beginBackward(NamedArrays learnedGradient) {
        adjoint = new EpisodeMemoryAdjoint(this, learnedGradient);
    }

    /** The adjoint, after {@link #beginBackward}. */
    EpisodeMemoryAdjoint adjoint() {
        return adjoint;
    }
}
