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
import org.vsml.cpu.RecruitedUnits.Unit;

/**
 * The memory of recruited sub-RNNs beside a layer, and the readings of both ({@link
 * VsmlWithMemory}), over one stream: forward, and back with the exact gradient. Belongs to one
 * thread.
 *
 * <p>An example is {@link #observe}, the layer's forward pass, {@link #predict}, {@link #learn},
 * the layer's reverse pass; nothing is changed before learn. The way back takes the examples that
 * were recorded from the last to the first: {@link #learnAdjoint} and {@link #predictAdjoint}
 * before the adjoint of the layer's forward pass, {@link #observeAdjoint} after it.
 */
final class EpisodeMemory {

    /** A sum that many examples add to is kept in float for as many before it goes to double. */
    private static final int FLUSH_EXAMPLES = 64;

    private static final int ERROR = 0;
    private static final int LABEL = 1;

    private final VsmlWithMemory model;
    private final TaskShape task;
    private final int classes;
    private final int size;
    private final int neighbours;

    /** Sub-RNNs that read. */
    private final int readings;

    private final boolean recorded;
    private final SubRnnGroup group;
    private final int accumulatorWidth;

    private final GroupWeights unitPredict;
    private final GroupWeights unitLearn;
    private final GroupWeights readingPredict;
    private final GroupWeights readingLearn;
    private final float[] evidence;
    private final float[] metric;
    private final double share;
    private final double sharpness;
    private final float[] trust;
    private final double[] readingWeight;

    /** Null if there is none. */
    private final RunningDiscriminant discriminant;

    private final RecruitedUnits units;
    private final Unit[] startingUnits;
    private float[] readingState;
    private double examples;
    private double nearest;

    /** The steps that were recorded, for the way back. */
    private final List<Step> steps = new ArrayList<>();

    /** The step between {@link #observe} and {@link #learn}. */
    private Step current;

    private Gradients gradients;

    /** Everything about an example that the way back reads. */
    private static final class Step {
        float[] input;
        float[] scales;
        double[] standardised;
        int[] present;

        /** u [B][present inputs], then the metric of all inputs. */
        float[] readout;

        double meanSquare;
        float[] omega;

        Unit[] neighbours;
        int found;
        float[] distances;
        double[] attention;
        double[] similarity;
        boolean firstDistance;
        double nearest;
        double step;
        float[] unitMessages;
        float[] unitBefore;
        float[] unitBetween;
        float[] unitLearnMessages;
        double[] votes;
        boolean[] bounded;
        double[] votesSum;
        Unit recruited;

        /** What the layer's reading is multiplied by: 0 before the first labelled example. */
        double begun;

        double[] readings;
        double[] factors;
        float[] readingMessages;
        float[] readingBefore;
        float[] readingBetween;
        float[] readingLearnMessages;

        // Adjoints on the way back.
        double[] ofSimilarity;
        double[] ofAttention;
        double[] ofReadingMessage;
        double ofNovelty;
        double[] ofOmega;
        double[] ofScales;
        float[] ofInput;
    }

    private final class Gradients {
        final GroupWeights.Gradient ofUnitPredict = unitPredict.new Gradient(accumulatorWidth);
        final GroupWeights.Gradient ofUnitLearn = unitLearn.new Gradient(accumulatorWidth);
        final GroupWeights.Gradient ofReadingPredict =
                readingPredict.new Gradient(accumulatorWidth);
        final GroupWeights.Gradient ofReadingLearn = readingLearn.new Gradient(accumulatorWidth);
        final double[] ofEvidence = new double[size];
        final double[] ofMetric = new double[size];
        final double[] ofTrust = new double[size];
        final double[] ofReadingWeight = new double[readings / classes];
        double ofShare;
        double ofLogSharpness;

        // Adjoints of what is carried from example to example, but for the units, which have
        // theirs.
        float[] ofReadingState = new float[readingState.length];
        double ofNearest;
        int pulled;

        void flush() {
            ofUnitPredict.flush();
            ofUnitLearn.flush();
            ofReadingPredict.flush();
            ofReadingLearn.flush();
        }
    }

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
        neighbours = model.memory().neighbours();
        readings = model.readings() * classes;
        group = new SubRnnGroup(kernels, size, (float) model.layer().dynamics().stateClip());
        accumulatorWidth = kernels.accumulatorWidth();
        unitPredict = new GroupWeights(meta, "memory.predict.", model.layer().subRnn());
        unitLearn = new GroupWeights(meta, "memory.learn.", model.layer().subRnn());
        readingPredict = new GroupWeights(meta, "reading.predict.", model.layer().subRnn());
        readingLearn = new GroupWeights(meta, "reading.learn.", model.layer().subRnn());
        evidence = Floats.of(meta.array("memory.evidence"));
        metric = Floats.of(meta.array("memory.metric"));
        share = 1 / (1 + Math.exp(-meta.array("memory.metric_share")[0]));
        sharpness = Math.exp(meta.array("memory.log_sharpness")[0]);
        trust = Floats.of(meta.array("reading.trust"));
        readingWeight = meta.array("reading.weight");
        units = new RecruitedUnits(kernels, model, task, learned);
        startingUnits = recorded ? units.all() : new Unit[0];
        examples = learned.array("memory.examples")[0];
        nearest = learned.array("memory.nearest")[0];
        readingState = new float[group.stateLength(readingTiles())];
        copyReadings(learned, readingState, true);
    }

    private int readingTiles() {
        return group.tiles(readings);
    }

    private void copyReadings(NamedArrays arrays, float[] state, boolean read) {
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
        NamedArrays result = NamedArrays.zeros(model.memoryLayout(task, units.count()));
        result.set("memory.examples", examples);
        result.set("memory.nearest", nearest);
        copyReadings(result, readingState, false);
        units.write(units.all(), result, false);
        return result;
    }

    /** Overwrites the discriminant, if there is one, among learned variables. */
    void writeDiscriminant(NamedArrays learned) {
        if (discriminant != null) {
            discriminant.write(learned);
        }
    }

    ArrayLayout learnedLayout() {
        return model.memoryLayout(task, units.count());
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
        Step step = new Step();
        current = step;
        step.present = present;
        int from = example * task.inputs();
        step.input = Arrays.copyOfRange(inputs.relative, from, from + task.inputs());
        step.scales = Arrays.copyOfRange(inputs.scales, from, from + task.inputs());
        step.standardised = inputs.standardised(example);
        step.readout = new float[classes * present.length];
        layer.readCells(state, metric, step.readout);
        double[] squares = squares(step);
        double total = 0;
        for (double square : squares) {
            total += square;
        }
        step.meanSquare = total / present.length;
        step.omega = new float[task.inputs()];
        for (int i = 0; i < present.length; i++) {
            step.omega[present[i]] = (float) (share + (1 - share) * relative(squares[i], step));
        }
    }

    /** mean_b u_ab² of the present inputs. */
    private double[] squares(Step step) {
        double[] squares = new double[step.present.length];
        for (int b = 0; b < classes; b++) {
            int row = b * squares.length;
            for (int i = 0; i < squares.length; i++) {
                double u = step.readout[row + i];
                squares[i] += u * u / classes;
            }
        }
        return squares;
    }

    private static double relative(double square, Step step) {
        return (square + VsmlWithMemory.METRIC_FLOOR)
                / (step.meanSquare + VsmlWithMemory.METRIC_FLOOR);
    }

    /**
     * Combines logits of the layer with those of the memory.
     *
     * @param ofLayer [classes], not bounded
     * @return [classes], not bounded
     */
    double[] predict(double[] ofLayer) {
        Step step = current;
        double[] ofMemory = recall(step);
        step.readings = new double[readings];
        step.factors = new double[readings];
        centre(ofLayer, step.readings, 0);
        step.begun = examples / (examples + 1);
        for (int b = 0; b < classes; b++) {
            step.readings[b] *= step.begun;
        }
        centre(ofMemory, step.readings, classes);
        if (discriminant != null) {
            centre(discriminant.predict(step.standardised, 0), step.readings, 2 * classes);
        }
        double novelty = step.found == 0 ? 0 : step.similarity[0];
        int channels = readingPredict.channels;
        int tiles = readingTiles();
        step.readingMessages = new float[tiles * channels * group.width];
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
        step.readingBetween = new float[readingState.length];
        group.forward(
                readingPredict,
                step.readingMessages,
                step.readingBefore,
                step.readingBetween,
                tiles);
        double[] logits = new double[classes];
        for (int l = 0; l < readings; l++) {
            step.factors[l] =
                    readingWeight[l / classes]
                            + dot(trust, step.readingBetween, group.stateOffset(l));
            logits[l % classes] += step.readings[l] * step.factors[l];
        }
        return logits;
    }

    /** z: the log of the neighbours' evidence, mixed as probabilities. */
    private double[] recall(Step step) {
        double[] z = new double[classes];
        step.neighbours = new Unit[Math.min(neighbours, units.count())];
        step.distances = new float[step.neighbours.length];
        step.found =
                units.nearest(step.input, step.scales, step.omega, step.neighbours, step.distances);
        step.attention = new double[step.found];
        step.similarity = new double[step.found];
        step.nearest = nearest;
        if (step.found == 0) {
            return z;
        }
        step.firstDistance = nearest < 0;
        step.step = Math.max(VsmlWithMemory.SMALLEST_STEP, 1 / (examples + 1));
        step.nearest =
                step.firstDistance
                        ? step.distances[0]
                        : nearest + (step.distances[0] - nearest) * step.step;
        double nu = step.nearest + VsmlWithMemory.DISTANCE_FLOOR;
        double sum = 0;
        for (int i = 0; i < step.found; i++) {
            double d = step.distances[i];
            step.attention[i] = Math.exp(-sharpness * (d - step.distances[0]) / nu);
            step.similarity[i] = Math.exp(-d / (2 * nu));
            sum += step.attention[i];
        }
        for (int i = 0; i < step.found; i++) {
            step.attention[i] /= sum;
        }
        int subRnns = step.found * classes;
        int tiles = group.tiles(subRnns);
        step.unitMessages = new float[tiles * unitPredict.channels * group.width];
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, unitPredict.channels);
            step.unitMessages[m] = (float) step.similarity[l / classes];
            step.unitMessages[m + group.width] = (float) step.attention[l / classes];
            step.unitMessages[m + VsmlWithMemory.UNIT_CHANNELS * group.width] = 1;
        }
        step.unitBefore = new float[group.stateLength(tiles)];
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].state, i, step.unitBefore, true);
        }
        step.unitBetween = new float[step.unitBefore.length];
        group.forward(unitPredict, step.unitMessages, step.unitBefore, step.unitBetween, tiles);
        step.votes = new double[subRnns];
        step.bounded = new boolean[subRnns];
        double bound = model.memory().evidenceBound();
        for (int l = 0; l < subRnns; l++) {
            double f = dot(evidence, step.unitBetween, group.stateOffset(l));
            step.bounded[l] = !(Math.abs(f) < bound);
            double vote =
                    (step.neighbours[l / classes].label == l % classes ? 1 : 0)
                            + model.memory().smoothing();
            step.votes[l] = vote * Math.exp(Math.max(-bound, Math.min(bound, f)));
            z[l % classes] += step.attention[l / classes] * step.votes[l];
        }
        step.votesSum = z.clone();
        for (int b = 0; b < classes; b++) {
            z[b] = Math.log(z[b]);
        }
        return z;
    }

    private static void centre(double[] values, double[] to, int offset) {
        double mean = Arrays.stream(values).sum() / values.length;
        for (int b = 0; b < values.length; b++) {
            to[offset + b] = values[b] - mean;
        }
    }

    /** Between the state [classes, 2, N] of unit i and its lanes. */
    private void move(float[] unit, int i, float[] tiles, boolean toTiles) {
        for (int b = 0; b < classes; b++) {
            int offset = group.stateOffset(i * classes + b);
            int from = 2 * b * size;
            for (int n = 0; n < 2 * size; n++) {
                if (toTiles) {
                    tiles[offset + n * group.width] = unit[from + n];
                } else {
                    unit[from + n] = tiles[offset + n * group.width];
                }
            }
        }
    }

    private double dot(float[] weights, float[] state, int offset) {
        double sum = 0;
        for (int n = 0; n < size; n++) {
            sum += weights[n] * state[offset + n * group.width];
        }
        return sum;
    }

    /**
     * Ends the example: shows readings and units its label, if it has one, and recruits.
     *
     * @param error [classes], softmax − one-hot label; zeros without a label
     */
    void learn(int label, float[] error) {
        Step step = current;
        current = null;
        nearest = step.nearest;
        step.readingLearnMessages =
                withBackward(
                        step.readingMessages, readingPredict, readingLearn, readings, error, label);
        readingState = new float[readingState.length];
        group.forward(
                readingLearn,
                step.readingLearnMessages,
                step.readingBetween,
                readingState,
                readingTiles());
        boolean recruits = label != Examples.UNLABELLED;
        int known = step.found * classes;
        int subRnns = known + (recruits ? classes : 0);
        if (subRnns > 0) {
            learnUnits(step, label, error, recruits, known, subRnns);
        }
        if (recruits) {
            examples++;
            if (discriminant != null) {
                discriminant.learn(label);
            }
        }
        step.standardised = null;
        if (recorded) {
            steps.add(step);
        }
    }

    private void learnUnits(
            Step step, int label, float[] error, boolean recruits, int known, int subRnns) {
        int tiles = group.tiles(subRnns);
        float[] messages = new float[tiles * unitPredict.channels * group.width];
        float[] between = new float[group.stateLength(tiles)];
        if (known > 0) {
            System.arraycopy(step.unitMessages, 0, messages, 0, step.unitMessages.length);
            System.arraycopy(step.unitBetween, 0, between, 0, step.unitBetween.length);
        }
        for (int l = known; l < subRnns; l++) {
            int m = group.messageOffset(l, unitPredict.channels);
            for (int channel = 0; channel < unitPredict.channels; channel++) {
                messages[m + channel * group.width] = 1;
            }
        }
        step.unitLearnMessages =
                withBackward(messages, unitPredict, unitLearn, subRnns, error, label);
        step.unitBetween = between;
        float[] after = new float[between.length];
        group.forward(unitLearn, step.unitLearnMessages, between, after, tiles);
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].state, i, after, false);
        }
        if (recruits) {
            step.recruited = units.recruit(label, step.input);
            move(step.recruited.state, step.found, after, false);
        }
    }

    /** Messages of the prediction, with error and label before the constant. */
    private float[] withBackward(
            float[] messages,
            GroupWeights predicting,
            GroupWeights learning,
            int subRnns,
            float[] error,
            int label) {
        int forward = predicting.channels - 1;
        float[] result = new float[group.tiles(subRnns) * learning.channels * group.width];
        for (int l = 0; l < subRnns; l++) {
            int from = group.messageOffset(l, predicting.channels);
            int to = group.messageOffset(l, learning.channels);
            for (int channel = 0; channel < forward; channel++) {
                result[to + channel * group.width] = messages[from + channel * group.width];
            }
            result[to + (forward + ERROR) * group.width] = error[l % classes];
            result[to + (forward + LABEL) * group.width] = l % classes == label ? 1 : 0;
            result[to + (forward + 2) * group.width] = 1;
        }
        return result;
    }

    /**
     * Begins the way back.
     *
     * @param learnedGradient of the memory's final learned variables, or null
     */
    void beginBackward(NamedArrays learnedGradient) {
        gradients = new Gradients();
        if (learnedGradient != null) {
            copyReadings(learnedGradient, gradients.ofReadingState, true);
            gradients.ofNearest = learnedGradient.array("memory.nearest")[0];
            units.readAdjoints(learnedGradient);
        }
    }

    /** Forgets the adjoints of what is carried from example to example. */
    void clearAdjoints() {
        Arrays.fill(gradients.ofReadingState, 0);
        gradients.ofNearest = 0;
        // Every unit that an earlier example knows or recruits, those that were replaced since too.
        for (Unit unit : startingUnits) {
            clearAdjoints(unit);
        }
        for (Step step : steps) {
            if (step.recruited != null) {
                clearAdjoints(step.recruited);
            }
        }
    }

    private static void clearAdjoints(Unit unit) {
        unit.stateAdjoint = null;
        unit.inputAdjoint = null;
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }

    /**
     * The way back of {@link #learn} for the last example that is left.
     *
     * @param ofError [classes], added to
     */
    void learnAdjoint(float[] ofError) {
        Step step = last();
        int channels = readingLearn.channels;
        float[] ofMessages = new float[step.readingLearnMessages.length];
        group.backward(
                readingLearn,
                gradients.ofReadingLearn,
                step.readingLearnMessages,
                step.readingBetween,
                gradients.ofReadingState,
                ofMessages,
                readingTiles());
        step.ofReadingMessage = new double[readings];
        for (int l = 0; l < readings; l++) {
            int m = group.messageOffset(l, channels);
            step.ofReadingMessage[l] = ofMessages[m];
            step.ofNovelty += ofMessages[m + group.width];
            ofError[l % classes] +=
                    ofMessages[m + (VsmlWithMemory.READING_CHANNELS + ERROR) * group.width];
        }
        step.ofSimilarity = new double[step.found];
        step.ofAttention = new double[step.found];
        step.ofInput = new float[task.inputs()];
        if (step.unitLearnMessages != null) {
            learnUnitsAdjoint(step, ofError);
        }
    }

    private void learnUnitsAdjoint(Step step, float[] ofError) {
        int known = step.found * classes;
        int subRnns = known + (step.recruited == null ? 0 : classes);
        int tiles = group.tiles(subRnns);
        float[] adjoint = new float[group.stateLength(tiles)];
        gather(step, adjoint);
        Unit recruited = step.recruited;
        if (recruited != null) {
            move(recruited.stateAdjoint(), step.found, adjoint, true);
            if (recruited.inputAdjoint != null) {
                step.ofInput = recruited.inputAdjoint;
            }
        }
        float[] ofMessages = new float[step.unitLearnMessages.length];
        group.backward(
                unitLearn,
                gradients.ofUnitLearn,
                step.unitLearnMessages,
                step.unitBetween,
                adjoint,
                ofMessages,
                tiles);
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, unitLearn.channels);
            if (l < known) {
                step.ofSimilarity[l / classes] += ofMessages[m];
                step.ofAttention[l / classes] += ofMessages[m + group.width];
            }
            ofError[l % classes] +=
                    ofMessages[m + (VsmlWithMemory.UNIT_CHANNELS + ERROR) * group.width];
        }
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].stateAdjoint(), i, adjoint, false);
        }
    }

    private void gather(Step step, float[] adjoint) {
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].stateAdjoint(), i, adjoint, true);
        }
    }

    /**
     * The way back of {@link #predict}.
     *
     * @param ofLogits [classes], gradient of what predict returned
     * @return gradient of the layer's logits [classes]
     */
    double[] predictAdjoint(double[] ofLogits) {
        Step step = last();
        double[] ofReadings = new double[readings];
        float[] adjoint = gradients.ofReadingState;
        for (int l = 0; l < readings; l++) {
            double of = ofLogits[l % classes];
            ofReadings[l] = of * step.factors[l];
            double ofFactor = of * step.readings[l];
            gradients.ofReadingWeight[l / classes] += ofFactor;
            addProjection(
                    ofFactor,
                    trust,
                    step.readingBetween,
                    group.stateOffset(l),
                    gradients.ofTrust,
                    adjoint);
        }
        float[] ofMessages = new float[step.readingMessages.length];
        group.backward(
                readingPredict,
                gradients.ofReadingPredict,
                step.readingMessages,
                step.readingBefore,
                adjoint,
                ofMessages,
                readingTiles());
        for (int l = 0; l < readings; l++) {
            int m = group.messageOffset(l, readingPredict.channels);
            double squashed = step.readingMessages[m];
            ofReadings[l] +=
                    (ofMessages[m] + step.ofReadingMessage[l]) * (1 - squashed * squashed) / 3;
            step.ofNovelty += ofMessages[m + group.width];
        }
        step.ofOmega = new double[task.inputs()];
        step.ofScales = new double[task.inputs()];
        if (step.found > 0) {
            step.ofSimilarity[0] += step.ofNovelty;
            recallAdjoint(step, centred(ofReadings, classes));
        }
        double[] ofLayer = centred(ofReadings, 0);
        for (int b = 0; b < classes; b++) {
            ofLayer[b] *= step.begun;
        }
        return ofLayer;
    }

    /** value = Σ_n weights_n · h_n, the way back. */
    private void addProjection(
            double of, float[] weights, float[] state, int offset, double[] ofWeights, float[] to) {
        for (int n = 0; n < size; n++) {
            int h = offset + n * group.width;
            ofWeights[n] += of * state[h];
            to[h] += (float) (of * weights[n]);
        }
    }

    private double[] centred(double[] values, int offset) {
        double[] part = Arrays.copyOfRange(values, offset, offset + classes);
        double[] result = new double[classes];
        centre(part, result, 0);
        return result;
    }

    private void recallAdjoint(Step step, double[] ofMemory) {
        int subRnns = step.found * classes;
        int tiles = group.tiles(subRnns);
        float[] adjoint = new float[group.stateLength(tiles)];
        gather(step, adjoint);
        for (int l = 0; l < subRnns; l++) {
            int i = l / classes;
            double of = ofMemory[l % classes] / step.votesSum[l % classes];
            step.ofAttention[i] += of * step.votes[l];
            if (!step.bounded[l]) {
                addProjection(
                        of * step.attention[i] * step.votes[l],
                        evidence,
                        step.unitBetween,
                        group.stateOffset(l),
                        gradients.ofEvidence,
                        adjoint);
            }
        }
        float[] ofMessages = new float[step.unitMessages.length];
        group.backward(
                unitPredict,
                gradients.ofUnitPredict,
                step.unitMessages,
                step.unitBefore,
                adjoint,
                ofMessages,
                tiles);
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, unitPredict.channels);
            step.ofSimilarity[l / classes] += ofMessages[m];
            step.ofAttention[l / classes] += ofMessages[m + group.width];
        }
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].stateAdjoint(), i, adjoint, false);
        }
        distancesAdjoint(step);
    }

    private void distancesAdjoint(Step step) {
        double nu = step.nearest + VsmlWithMemory.DISTANCE_FLOOR;
        double limit = RecruitedUnits.limit(model);
        double expected = 0;
        for (int i = 0; i < step.found; i++) {
            expected += step.attention[i] * step.ofAttention[i];
        }
        double ofNu = gradients.ofNearest;
        double[] ofDistances = new double[step.found];
        for (int i = 0; i < step.found; i++) {
            double d = step.distances[i];
            double further = (d - step.distances[0]) / nu;
            double ofExponent = step.attention[i] * (step.ofAttention[i] - expected);
            gradients.ofLogSharpness -= ofExponent * sharpness * further;
            double ofSimilarity = step.ofSimilarity[i] * step.similarity[i] / (2 * nu);
            // The exponents' adjoints add up to 0, so that of the smallest distance cancels.
            ofDistances[i] = -ofExponent * sharpness / nu - ofSimilarity;
            ofNu += ofExponent * sharpness * further / nu + ofSimilarity * d / nu;
        }
        ofDistances[0] += step.firstDistance ? ofNu : ofNu * step.step;
        gradients.ofNearest = step.firstDistance ? 0 : ofNu * (1 - step.step);
        for (int i = 0; i < step.found; i++) {
            float[] y = step.neighbours[i].input;
            float[] ofUnit = step.neighbours[i].inputAdjoint();
            double of = ofDistances[i];
            for (int a = 0; a < y.length; a++) {
                double difference = (double) step.input[a] - y[a];
                double square = difference * difference * step.scales[a];
                if (!(square < limit)) {
                    step.ofOmega[a] += of * limit;
                    continue;
                }
                step.ofOmega[a] += of * square;
                double ofSquare = of * step.omega[a];
                step.ofScales[a] += ofSquare * difference * difference;
                float ofDifference = (float) (2 * ofSquare * difference * step.scales[a]);
                step.ofInput[a] += ofDifference;
                ofUnit[a] -= ofDifference;
            }
        }
    }

    /**
     * The way back of {@link #observe}, and the end of the example's.
     *
     * @param state of the layer before the example
     * @param ofState its adjoint, added to
     * @param inputs whose gradients are written, if they are wanted
     */
    void observeAdjoint(
            TiledDense layer, float[] state, float[] ofState, MemoryInputs inputs, int example) {
        Step step = steps.remove(steps.size() - 1);
        int[] present = step.present;
        double[] squares = squares(step);
        double[] ofSquares = new double[present.length];
        double ofMean = 0;
        double ofShare = 0;
        double scale = step.meanSquare + VsmlWithMemory.METRIC_FLOOR;
        for (int i = 0; i < present.length; i++) {
            double relative = relative(squares[i], step);
            double of = step.ofOmega[present[i]];
            ofShare += of * (1 - relative);
            ofSquares[i] = of * (1 - share) / scale;
            ofMean -= ofSquares[i] * relative;
        }
        gradients.ofShare += ofShare * share * (1 - share);
        float[] ofReadout = new float[step.readout.length];
        for (int b = 0; b < classes; b++) {
            for (int i = 0; i < present.length; i++) {
                int u = b * present.length + i;
                ofReadout[u] =
                        (float)
                                ((ofSquares[i] + ofMean / present.length)
                                        * 2
                                        * step.readout[u]
                                        / classes);
            }
        }
        layer.readCellsAdjoint(state, metric, ofReadout, ofState, gradients.ofMetric);
        if (inputs.ofRelative != null) {
            int row = example * task.inputs();
            for (int a = 0; a < step.ofInput.length; a++) {
                inputs.ofRelative[row + a] = step.ofInput[a];
                inputs.ofScales[row + a] = step.ofScales[a];
            }
        }
        gradients.pulled++;
        if (gradients.pulled % FLUSH_EXAMPLES == 0) {
            gradients.flush();
        }
    }

    /**
     * Ends the way back.
     *
     * @param metaGradient of V_M, added to
     * @return gradient of the memory's starting learned variables
     */
    NamedArrays endBackward(double[] metaGradient) {
        ArrayLayout layout = model.metaVariableLayout();
        gradients.ofUnitPredict.addTo(metaGradient, layout);
        gradients.ofUnitLearn.addTo(metaGradient, layout);
        gradients.ofReadingPredict.addTo(metaGradient, layout);
        gradients.ofReadingLearn.addTo(metaGradient, layout);
        add(metaGradient, layout.offset("memory.evidence"), gradients.ofEvidence);
        add(metaGradient, layout.offset("memory.metric"), gradients.ofMetric);
        add(metaGradient, layout.offset("memory.metric_share"), gradients.ofShare);
        add(metaGradient, layout.offset("memory.log_sharpness"), gradients.ofLogSharpness);
        add(metaGradient, layout.offset("reading.trust"), gradients.ofTrust);
        add(metaGradient, layout.offset("reading.weight"), gradients.ofReadingWeight);
        NamedArrays result = NamedArrays.zeros(model.memoryLayout(task, startingUnits.length));
        copyReadings(result, gradients.ofReadingState, false);
        result.set("memory.nearest", gradients.ofNearest);
        units.write(startingUnits, result, true);
        return result;
    }

    private static void add(double[] to, int offset, double... values) {
        for (int i = 0; i < values.length; i++) {
            to[offset + i] += values[i];
        }
    }
}
