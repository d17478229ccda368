package org.vsml.cpu;

import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.cpu.RecruitedUnits.Unit;

/**
 * The adjoint of a {@link UnitRecall}, from the last example to the first: for each {@link #learn},
 * then {@link #logits}. Belongs to one thread.
 */
final class UnitRecallAdjoint {

    private final UnitRecall forward;
    private final int classes;
    private final SubRnnGroup group;

    /** Bound of what one input adds to a distance, before its weight. */
    private final double limit;

    private final GroupWeights.Gradient ofPredict;
    private final GroupWeights.Gradient ofLearn;
    private final double[] ofEvidence;
    private double ofLogSharpness;

    /** Carried from example to example, as the units' own adjoints are. */
    private double ofNearest;

    /**
     * @param accumulatorWidth {@link TileKernels#accumulatorWidth}
     * @param learnedGradient of the memory's final learned variables, or null
     */
    UnitRecallAdjoint(
            UnitRecall forward,
            VsmlWithMemory model,
            TaskShape task,
            int accumulatorWidth,
            NamedArrays learnedGradient) {
        this.forward = forward;
        classes = task.classes();
        group = forward.group;
        limit = RecruitedUnits.limit(model, task);
        ofPredict = forward.predict.new Gradient(accumulatorWidth);
        ofLearn = forward.learn.new Gradient(accumulatorWidth);
        ofEvidence = new double[forward.evidence.length];
        if (learnedGradient != null) {
            ofNearest = learnedGradient.array("memory.nearest")[0];
            forward.units.readAdjoints(learnedGradient);
        }
    }

    void flush() {
        ofPredict.flush();
        ofLearn.flush();
    }

    /**
     * Forgets the adjoints of what is carried from example to example.
     *
     * @param steps that are left
     */
    void clear(List<MemoryStep> steps) {
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

    /**
     * The way back of {@link UnitRecall#learn}.
     *
     * @param ofError [classes], added to
     */
    void learn(MemoryStep step, float[] ofError) {
        if (step.unitLearnMessages == null) {
            return;
        }
        int known = step.found * classes;
        int subRnns = known + (step.recruited == null ? 0 : classes);
        int tiles = group.tiles(subRnns);
        float[] adjoint = new float[group.stateLength(tiles)];
        moveNeighbours(step, adjoint, true);
        Unit recruited = step.recruited;
        if (recruited != null) {
            forward.move(recruited.stateAdjoint(), step.found, adjoint, true);
            if (recruited.inputAdjoint != null) {
                step.ofInput = recruited.inputAdjoint;
            }
        }
        float[] ofMessages = new float[step.unitLearnMessages.length];
        group.backward(
                forward.learn,
                ofLearn,
                step.unitLearnMessages,
                step.unitBetween,
                adjoint,
                ofMessages,
                tiles);
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, forward.learn.channels);
            if (l < known) {
                addToDistances(step, l, ofMessages, forward.learn.channels);
            }
            ofError[l % classes] +=
                    ofMessages[
                            m + (VsmlWithMemory.UNIT_CHANNELS + SubRnnGroup.ERROR) * group.width];
        }
        moveNeighbours(step, adjoint, false);
    }

    /** Between the adjoints of the neighbours' states and the sub-RNNs that they are. */
    private void moveNeighbours(MemoryStep step, float[] adjoint, boolean toTiles) {
        for (int i = 0; i < step.found; i++) {
            forward.move(step.neighbours[i].stateAdjoint(), i, adjoint, toTiles);
        }
    }

    /** The first two channels of a neighbour's sub-RNN l, when predicting as when learning. */
    private void addToDistances(MemoryStep step, int l, float[] ofMessages, int channels) {
        int m = group.messageOffset(l, channels);
        step.ofSimilarity[l / classes] += ofMessages[m];
        step.ofAttention[l / classes] += ofMessages[m + group.width];
    }

    /**
     * The way back of {@link UnitRecall#logits}, of an example with neighbours.
     *
     * @param ofLogits [classes], gradient of what it returned
     */
    void logits(MemoryStep step, double[] ofLogits) {
        int subRnns = step.found * classes;
        int tiles = group.tiles(subRnns);
        float[] adjoint = new float[group.stateLength(tiles)];
        moveNeighbours(step, adjoint, true);
        for (int l = 0; l < subRnns; l++) {
            int i = l / classes;
            double of = ofLogits[l % classes] / step.votesSum[l % classes];
            step.ofAttention[i] += of * step.votes[l];
            if (!step.bounded[l]) {
                group.projectAdjoint(
                        of * step.attention[i] * step.votes[l],
                        forward.evidence,
                        step.unitBetween,
                        l,
                        ofEvidence,
                        adjoint);
            }
        }
        float[] ofMessages = new float[step.unitMessages.length];
        group.backward(
                forward.predict,
                ofPredict,
                step.unitMessages,
                step.unitBefore,
                adjoint,
                ofMessages,
                tiles);
        for (int l = 0; l < subRnns; l++) {
            addToDistances(step, l, ofMessages, forward.predict.channels);
        }
        moveNeighbours(step, adjoint, false);
        distances(step);
    }

    private void distances(MemoryStep step) {
        double nu = step.nearest + VsmlWithMemory.DISTANCE_FLOOR;
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

    /** Adds the gradients of meta variables to a flat gradient. */
    void addTo(double[] metaGradient, ArrayLayout layout) {
        ofPredict.addTo(metaGradient, layout);
        ofLearn.addTo(metaGradient, layout);
        EpisodeMemoryAdjoint.add(metaGradient, layout.offset("memory.evidence"), ofEvidence);
        EpisodeMemoryAdjoint.add(
                metaGradient, layout.offset("memory.log_sharpness"), ofLogSharpness);
    }

    /** Writes the gradient of the starting units and distance. */
    void write(NamedArrays learnedGradient) {
        learnedGradient.set("memory.nearest", ofNearest);
        forward.units.write(forward.startingUnits, learnedGradient, true);
    }
}
