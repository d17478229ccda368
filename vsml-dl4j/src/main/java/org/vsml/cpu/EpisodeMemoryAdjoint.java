package org.vsml.cpu;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.cpu.RecruitedUnits.Unit;

/**
 * The adjoint of an {@link EpisodeMemory}, from the last example that it recorded to the first. For
 * each: {@link #learn} and {@link #predict} before the adjoint of the layer's forward pass, {@link
 * #observe} after it. Belongs to one thread.
 */
final class EpisodeMemoryAdjoint {

    /** A sum that many examples add to is kept in float for as many before it goes to double. */
    private static final int FLUSH_EXAMPLES = 64;

    private static final int ERROR = 0;

    private final EpisodeMemory forward;
    private final VsmlWithMemory model;
    private final TaskShape task;
    private final int classes;
    private final int size;
    private final int readings;
    private final SubRnnGroup group;
    private final RecruitedUnits units;
    private final List<MemoryStep> steps;

    private final GroupWeights.Gradient ofUnitPredict;
    private final GroupWeights.Gradient ofUnitLearn;
    private final GroupWeights.Gradient ofReadingPredict;
    private final GroupWeights.Gradient ofReadingLearn;
    private final double[] ofEvidence;
    private final double[] ofMetric;
    private final double[] ofTrust;
    private final double[] ofReadingWeight;
    private double ofShare;
    private double ofLogSharpness;

    // Adjoints of what is carried from example to example, but for the units, which have theirs.
    private final float[] ofReadingState;
    private final AdaptiveWeights.Adjoint ofAdaptive;
    private double ofNearest;
    private int pulled;

    /**
     * @param learnedGradient of the memory's final learned variables, or null
     */
    EpisodeMemoryAdjoint(EpisodeMemory forward, NamedArrays learnedGradient) {
        this.forward = forward;
        model = forward.model;
        task = forward.task;
        classes = forward.classes;
        size = forward.size;
        readings = forward.readings;
        group = forward.group;
        units = forward.units;
        steps = forward.steps;
        int width = forward.accumulatorWidth;
        ofUnitPredict = forward.unitPredict.new Gradient(width);
        ofUnitLearn = forward.unitLearn.new Gradient(width);
        ofReadingPredict = forward.readingPredict.new Gradient(width);
        ofReadingLearn = forward.readingLearn.new Gradient(width);
        ofEvidence = new double[size];
        ofMetric = new double[size];
        ofTrust = new double[size];
        ofReadingWeight = new double[model.readings()];
        ofReadingState = new float[forward.readingState.length];
        ofAdaptive = forward.adaptive.new Adjoint(learnedGradient);
        if (learnedGradient != null) {
            forward.copyReadings(learnedGradient, ofReadingState, true);
            ofNearest = learnedGradient.array("memory.nearest")[0];
            units.readAdjoints(learnedGradient);
        }
    }

    private void flush() {
        ofUnitPredict.flush();
        ofUnitLearn.flush();
        ofReadingPredict.flush();
        ofReadingLearn.flush();
    }

    /** Forgets the adjoints of what is carried from example to example. */
    void clear() {
        Arrays.fill(ofReadingState, 0);
        ofAdaptive.clear();
        ofNearest = 0;
        // Every unit that an earlier example knows or recruits, those that were replaced since too.
        for (Unit unit : forward.startingUnits) {
            clear(unit);
        }
        for (MemoryStep step : steps) {
            if (step.recruited != null) {
                clear(step.recruited);
            }
        }
    }

    private static void clear(Unit unit) {
        unit.stateAdjoint = null;
        unit.inputAdjoint = null;
    }

    private MemoryStep last() {
        return steps.get(steps.size() - 1);
    }

    /**
     * The way back of {@link EpisodeMemory#learn} for the last example that is left.
     *
     * @param ofError [classes], added to
     */
    void learn(float[] ofError) {
        MemoryStep step = last();
        int channels = forward.readingLearn.channels;
        float[] ofMessages = new float[step.readingLearnMessages.length];
        group.backward(
                forward.readingLearn,
                ofReadingLearn,
                step.readingLearnMessages,
                step.readingBetween,
                ofReadingState,
                ofMessages,
                forward.readingTiles());
        step.ofReadingMessage = new double[readings];
        for (int l = 0; l < readings; l++) {
            int m = group.messageOffset(l, channels);
            step.ofReadingMessage[l] = ofMessages[m];
            step.ofNovelty += ofMessages[m + group.width];
            ofError[l % classes] +=
                    ofMessages[m + (VsmlWithMemory.READING_CHANNELS + ERROR) * group.width];
        }
        step.ofReadings = new double[readings];
        ofAdaptive.learn(step, ofError);
        step.ofSimilarity = new double[step.found];
        step.ofAttention = new double[step.found];
        step.ofInput = new float[task.inputs()];
        if (step.unitLearnMessages != null) {
            learnUnits(step, ofError);
        }
    }

    private void learnUnits(MemoryStep step, float[] ofError) {
        int known = step.found * classes;
        int subRnns = known + (step.recruited == null ? 0 : classes);
        int tiles = group.tiles(subRnns);
        float[] adjoint = new float[group.stateLength(tiles)];
        gather(step, adjoint);
        Unit recruited = step.recruited;
        if (recruited != null) {
            forward.move(recruited.stateAdjoint(), step.found, adjoint, true);
            if (recruited.inputAdjoint != null) {
                step.ofInput = recruited.inputAdjoint;
            }
        }
        float[] ofMessages = new float[step.unitLearnMessages.length];
        group.backward(
                forward.unitLearn,
                ofUnitLearn,
                step.unitLearnMessages,
                step.unitBetween,
                adjoint,
                ofMessages,
                tiles);
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, forward.unitLearn.channels);
            if (l < known) {
                step.ofSimilarity[l / classes] += ofMessages[m];
                step.ofAttention[l / classes] += ofMessages[m + group.width];
            }
            ofError[l % classes] +=
                    ofMessages[m + (VsmlWithMemory.UNIT_CHANNELS + ERROR) * group.width];
        }
        for (int i = 0; i < step.found; i++) {
            forward.move(step.neighbours[i].stateAdjoint(), i, adjoint, false);
        }
    }

    private void gather(MemoryStep step, float[] adjoint) {
        for (int i = 0; i < step.found; i++) {
            forward.move(step.neighbours[i].stateAdjoint(), i, adjoint, true);
        }
    }

    /**
     * The way back of {@link EpisodeMemory#predict}.
     *
     * @param ofLogits [classes], gradient of what predict returned
     * @return gradient of the layer's logits [classes]
     */
    double[] predict(double[] ofLogits) {
        MemoryStep step = last();
        double[] ofReadings = step.ofReadings;
        float[] adjoint = ofReadingState;
        for (int l = 0; l < readings; l++) {
            double of = ofLogits[l % classes];
            ofReadings[l] += of * step.factors[l];
            double ofFactor = of * step.readings[l];
            int j = l / classes;
            ofReadingWeight[j] += ofFactor;
            ofAdaptive.weight(step, j, ofFactor);
            addProjection(
                    ofFactor,
                    forward.trust,
                    step.readingBetween,
                    group.stateOffset(l),
                    ofTrust,
                    adjoint);
        }
        float[] ofMessages = new float[step.readingMessages.length];
        group.backward(
                forward.readingPredict,
                ofReadingPredict,
                step.readingMessages,
                step.readingBefore,
                adjoint,
                ofMessages,
                forward.readingTiles());
        for (int l = 0; l < readings; l++) {
            int m = group.messageOffset(l, forward.readingPredict.channels);
            double squashed = step.readingMessages[m];
            ofReadings[l] +=
                    (ofMessages[m] + step.ofReadingMessage[l]) * (1 - squashed * squashed) / 3;
            step.ofNovelty += ofMessages[m + group.width];
        }
        step.ofOmega = new double[task.inputs()];
        step.ofScales = new double[task.inputs()];
        if (step.found > 0) {
            step.ofSimilarity[0] += step.ofNovelty;
            recall(step, centred(ofReadings, classes));
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
        EpisodeMemory.centre(part, result, 0);
        return result;
    }

    private void recall(MemoryStep step, double[] ofMemory) {
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
                        forward.evidence,
                        step.unitBetween,
                        group.stateOffset(l),
                        ofEvidence,
                        adjoint);
            }
        }
        float[] ofMessages = new float[step.unitMessages.length];
        group.backward(
                forward.unitPredict,
                ofUnitPredict,
                step.unitMessages,
                step.unitBefore,
                adjoint,
                ofMessages,
                tiles);
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, forward.unitPredict.channels);
            step.ofSimilarity[l / classes] += ofMessages[m];
            step.ofAttention[l / classes] += ofMessages[m + group.width];
        }
        for (int i = 0; i < step.found; i++) {
            forward.move(step.neighbours[i].stateAdjoint(), i, adjoint, false);
        }
        distances(step);
    }

    private void distances(MemoryStep step) {
        double nu = step.nearest + VsmlWithMemory.DISTANCE_FLOOR;
        double limit = RecruitedUnits.limit(model, task);
        double expected = 0;
        for (int i = 0; i < step.found; i++) {
            expected += step.attention[i] * step.ofAttention[i];
        }
        double ofNu = ofNearest;
        double[] ofDistances = new double[step.found];
        for (int i = 0; i < step.found; i++) {
            double d = step.distances[i];
            double further = (d - step.distances[0]) / nu;
            double ofExponent = step.attention[i] * (step.ofAttention[i] - expected);
            ofLogSharpness -= ofExponent * forward.sharpness * further;
            double ofSimilarity = step.ofSimilarity[i] * step.similarity[i] / (2 * nu);
            // The exponents' adjoints add up to 0, so that of the smallest distance cancels.
            ofDistances[i] = -ofExponent * forward.sharpness / nu - ofSimilarity;
            ofNu += ofExponent * forward.sharpness * further / nu + ofSimilarity * d / nu;
        }
        ofDistances[0] += step.firstDistance ? ofNu : ofNu * step.step;
        ofNearest = step.firstDistance ? 0 : ofNu * (1 - step.step);
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
     * The way back of {@link EpisodeMemory#observe}, and the end of the example's.
     *
     * @param state of the layer before the example
     * @param ofState its adjoint, added to
     * @param inputs whose gradients are written, if they are wanted
     */
    void observe(
            TiledDense layer, float[] state, float[] ofState, MemoryInputs inputs, int example) {
        MemoryStep step = steps.remove(steps.size() - 1);
        int[] present = step.present;
        double[] squares = forward.squares(step);
        double[] ofSquares = new double[present.length];
        double ofMean = 0;
        double ofOwnShare = 0;
        double scale = step.meanSquare + VsmlWithMemory.METRIC_FLOOR;
        for (int i = 0; i < present.length; i++) {
            double relative = EpisodeMemory.relative(squares[i], step);
            double of = step.ofOmega[present[i]];
            ofOwnShare += of * (1 - relative);
            ofSquares[i] = of * (1 - forward.share) / scale;
            ofMean -= ofSquares[i] * relative;
        }
        ofShare += ofOwnShare * forward.share * (1 - forward.share);
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
        layer.readCellsAdjoint(state, forward.metric, ofReadout, ofState, ofMetric);
        if (inputs.ofRelative != null) {
            int row = example * task.inputs();
            for (int a = 0; a < step.ofInput.length; a++) {
                inputs.ofRelative[row + a] = step.ofInput[a];
                inputs.ofScales[row + a] = step.ofScales[a];
            }
        }
        pulled++;
        if (pulled % FLUSH_EXAMPLES == 0) {
            flush();
        }
    }

    /**
     * Ends the way back.
     *
     * @param metaGradient of V_M, added to
     * @return gradient of the memory's starting learned variables
     */
    NamedArrays end(double[] metaGradient) {
        ArrayLayout layout = model.metaVariableLayout();
        ofUnitPredict.addTo(metaGradient, layout);
        ofUnitLearn.addTo(metaGradient, layout);
        ofReadingPredict.addTo(metaGradient, layout);
        ofReadingLearn.addTo(metaGradient, layout);
        add(metaGradient, layout.offset("memory.evidence"), ofEvidence);
        add(metaGradient, layout.offset("memory.metric"), ofMetric);
        add(metaGradient, layout.offset("memory.metric_share"), ofShare);
        add(metaGradient, layout.offset("memory.log_sharpness"), ofLogSharpness);
        add(metaGradient, layout.offset("reading.trust"), ofTrust);
        add(metaGradient, layout.offset("reading.weight"), ofReadingWeight);
        ofAdaptive.addTo(metaGradient);
        NamedArrays result =
                NamedArrays.zeros(model.memoryLayout(task, forward.startingUnits.length));
        forward.copyReadings(result, ofReadingState, false);
        result.set("memory.nearest", ofNearest);
        ofAdaptive.write(result);
        units.write(forward.startingUnits, result, true);
        return result;
    }

    private static void add(double[] to, int offset, double... values) {
        for (int i = 0; i < values.length; i++) {
            to[offset + i] += values[i];
        }
    }
}
