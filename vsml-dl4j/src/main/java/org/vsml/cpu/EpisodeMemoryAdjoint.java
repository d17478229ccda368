package org.vsml.cpu;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * The adjoint of an {@link EpisodeMemory}, from the last example that it recorded to the first. For
 * each: {@link #learn} and {@link #predict} before the adjoint of the layer's forward pass, {@link
 * #observe} after it. Belongs to one thread.
 */
final class EpisodeMemoryAdjoint {

    /** A sum that many examples add to is kept in float for as many before it goes to double. */
    private static final int FLUSH_EXAMPLES = 64;

    private final EpisodeMemory forward;
    private final VsmlWithMemory model;
    private final TaskShape task;
    private final int classes;
    private final int size;
    private final int readings;
    private final SubRnnGroup group;
    private final List<MemoryStep> steps;

    private final GroupWeights.Gradient ofReadingPredict;
    private final GroupWeights.Gradient ofReadingLearn;
    private final double[] ofMetric;
    private final double[] ofTrust;
    private final double[] ofReadingWeight;
    private double ofShare;

    // Adjoints of what is carried from example to example.
    private final float[] ofReadingState;
    private final AdaptiveWeights.Adjoint ofAdaptive;
    private final UnitRecallAdjoint ofRecall;
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
        steps = forward.steps;
        int width = forward.accumulatorWidth;
        ofReadingPredict = forward.readingPredict.new Gradient(width);
        ofReadingLearn = forward.readingLearn.new Gradient(width);
        ofMetric = new double[size];
        ofTrust = new double[size];
        ofReadingWeight = new double[model.readings()];
        ofReadingState = new float[forward.readingState.length];
        ofAdaptive = forward.adaptive.new Adjoint(learnedGradient);
        ofRecall = new UnitRecallAdjoint(forward.recall, model, task, width, learnedGradient);
        if (learnedGradient != null) {
            forward.copyReadings(learnedGradient, ofReadingState, true);
        }
    }

    private void flush() {
        ofRecall.flush();
        ofReadingPredict.flush();
        ofReadingLearn.flush();
    }

    /** Forgets the adjoints of what is carried from example to example. */
    void clear() {
        Arrays.fill(ofReadingState, 0);
        ofAdaptive.clear();
        ofRecall.clear(steps);
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
        int error = VsmlWithMemory.READING_CHANNELS + SubRnnGroup.ERROR;
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
            ofError[l % classes] += ofMessages[m + error * group.width];
        }
        step.ofReadings = new double[readings];
        ofAdaptive.learn(step, ofError);
        step.ofSimilarity = new double[step.found];
        step.ofAttention = new double[step.found];
        step.ofInput = new float[task.inputs()];
        ofRecall.learn(step, ofError);
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
            group.projectAdjoint(ofFactor, forward.trust, step.readingBetween, l, ofTrust, adjoint);
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
            ofRecall.logits(step, centred(ofReadings, classes));
        }
        double[] ofLayer = centred(ofReadings, 0);
        for (int b = 0; b < classes; b++) {
            ofLayer[b] *= step.begun;
        }
        return ofLayer;
    }

    private double[] centred(double[] values, int offset) {
        double[] part = Arrays.copyOfRange(values, offset, offset + classes);
        double[] result = new double[classes];
        EpisodeMemory.centre(part, result, 0);
        return result;
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
        double[] squares = forward.squares(step, null);
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
        ofRecall.addTo(metaGradient, layout);
        ofReadingPredict.addTo(metaGradient, layout);
        ofReadingLearn.addTo(metaGradient, layout);
        add(metaGradient, layout.offset("memory.metric"), ofMetric);
        add(metaGradient, layout.offset("memory.metric_share"), ofShare);
        add(metaGradient, layout.offset("reading.trust"), ofTrust);
        add(metaGradient, layout.offset("reading.weight"), ofReadingWeight);
        ofAdaptive.addTo(metaGradient);
        NamedArrays result =
                NamedArrays.zeros(model.memoryLayout(task, forward.recall.startingUnits.length));
        forward.copyReadings(result, ofReadingState, false);
        ofAdaptive.write(result);
        ofRecall.write(result);
        return result;
    }

    static void add(double[] to, int offset, double... values) {
        for (int i = 0; i < values.length; i++) {
            to[offset + i] += values[i];
        }
    }
}
