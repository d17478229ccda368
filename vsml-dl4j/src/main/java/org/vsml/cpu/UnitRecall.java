package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.cpu.RecruitedUnits.Unit;

/**
 * What the recruited units nearest to an example say of its class, and what they learn of it.
 * Nothing is changed before {@link #learn}; {@link UnitRecallAdjoint} takes what was recorded back.
 * Belongs to one thread.
 */
final class UnitRecall {

    private final VsmlWithMemory model;
    private final int classes;
    private final int size;
    private final int neighbours;
    final SubRnnGroup group;
    final GroupWeights predict;
    final GroupWeights learn;
    final float[] evidence;
    final double sharpness;
    final RecruitedUnits units;
    final Unit[] startingUnits;
    private double nearest;

    // Scratch memory.
    private final double[] logits;
    private float[] after;

    /**
     * @param learned the memory's part of V_L; read here only
     * @param recorded whether the way back will be taken
     */
    UnitRecall(
            VsmlWithMemory model,
            NamedArrays meta,
            TaskShape task,
            TileKernels kernels,
            SubRnnGroup group,
            NamedArrays learned,
            boolean recorded) {
        this.model = model;
        this.group = group;
        classes = task.classes();
        size = model.layer().subRnn().stateSize();
        neighbours = model.memory().neighbours();
        predict = new GroupWeights(meta, "memory.predict.", model.layer().subRnn());
        learn = new GroupWeights(meta, "memory.learn.", model.layer().subRnn());
        evidence = Floats.of(meta.array("memory.evidence"));
        sharpness = Math.exp(meta.array("memory.log_sharpness")[0]);
        units = new RecruitedUnits(kernels, model, task, learned, recorded);
        startingUnits = recorded ? units.all() : new Unit[0];
        nearest = learned.array("memory.nearest")[0];
        logits = new double[classes];
    }

    /**
     * z: the log of the neighbours' evidence, mixed as probabilities.
     *
     * @param examples that were learned before
     * @return [classes], to be read before the next call; zeros without units
     */
    double[] logits(MemoryStep step, double examples) {
        double[] z = logits;
        Arrays.fill(z, 0);
        search(step, examples);
        if (step.found == 0) {
            return z;
        }
        int subRnns = step.found * classes;
        int tiles = group.tiles(subRnns);
        step.unitMessages = Floats.zeros(step.unitMessages, tiles * predict.channels * group.width);
        for (int l = 0; l < subRnns; l++) {
            int m = group.messageOffset(l, predict.channels);
            step.unitMessages[m] = (float) step.similarity[l / classes];
            step.unitMessages[m + group.width] = (float) step.attention[l / classes];
            step.unitMessages[m + VsmlWithMemory.UNIT_CHANNELS * group.width] = 1;
        }
        step.unitBefore = Floats.zeros(step.unitBefore, group.stateLength(tiles));
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].state, i, step.unitBefore, true);
        }
        step.unitBetween = Floats.zeros(step.unitBetween, lengthWithRecruited(step));
        group.forward(predict, step.unitMessages, step.unitBefore, step.unitBetween, tiles);
        step.votes = Floats.room(step.votes, subRnns);
        if (step.bounded == null || step.bounded.length != subRnns) {
            step.bounded = new boolean[subRnns];
        }
        double bound = model.memory().evidenceBound();
        double smoothing = model.memory().smoothing();
        for (int i = 0; i < step.found; i++) {
            for (int b = 0; b < classes; b++) {
                int l = i * classes + b;
                double f = group.project(evidence, step.unitBetween, l);
                step.bounded[l] = !(Math.abs(f) < bound);
                double vote = (step.neighbours[i].label == b ? 1 : 0) + smoothing;
                step.votes[l] = vote * Math.exp(Math.max(-bound, Math.min(bound, f)));
                z[b] += step.attention[i] * step.votes[l];
            }
        }
        step.votesSum = Floats.room(step.votesSum, classes);
        System.arraycopy(z, 0, step.votesSum, 0, classes);
        for (int b = 0; b < classes; b++) {
            z[b] = Math.log(z[b]);
        }
        return z;
    }

    /** Floats of the states of the neighbours and of a unit that is recruited after them. */
    private int lengthWithRecruited(MemoryStep step) {
        return group.stateLength(group.tiles((step.found + 1) * classes));
    }

    /** The nearest units, and attention to each by its distance. */
    private void search(MemoryStep step, double examples) {
        int wanted = Math.min(neighbours, units.count());
        if (step.neighbours == null || step.neighbours.length != wanted) {
            step.neighbours = new Unit[wanted];
        }
        step.distances = Floats.room(step.distances, wanted);
        step.found =
                units.nearest(step.input, step.scales, step.omega, step.neighbours, step.distances);
        step.attention = Floats.room(step.attention, step.found);
        step.similarity = Floats.room(step.similarity, step.found);
        step.nearest = nearest;
        if (step.found == 0) {
            return;
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
    }

    /**
     * Shows the neighbours the example's label, if it has one, and recruits.
     *
     * @param error [classes], softmax − one-hot label; zeros without a label
     */
    void learn(MemoryStep step, int label, float[] error) {
        nearest = step.nearest;
        step.recruited = null;
        boolean recruits = label != Examples.UNLABELLED;
        int known = step.found * classes;
        int subRnns = known + (recruits ? classes : 0);
        if (subRnns == 0) {
            return;
        }
        int tiles = group.tiles(subRnns);
        if (known == 0) {
            step.unitBetween = Floats.zeros(step.unitBetween, lengthWithRecruited(step));
        }
        step.unitLearnMessages =
                group.withBackward(
                        step.unitMessages,
                        predict,
                        learn,
                        known,
                        subRnns,
                        error,
                        label,
                        step.unitLearnMessages);
        after = Floats.room(after, step.unitBetween.length);
        group.forward(learn, step.unitLearnMessages, step.unitBetween, after, tiles);
        for (int i = 0; i < step.found; i++) {
            move(step.neighbours[i].state, i, after, false);
        }
        if (recruits) {
            step.recruited = units.recruit(label, step.input);
            move(step.recruited.state, step.found, after, false);
        }
    }

    /** Between the state [classes, 2, N] of unit i and its sub-RNNs. */
    void move(float[] unit, int i, float[] tiles, boolean toTiles) {
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

    /**
     * Writes the units and the mean distance of the nearest to the memory's part of the learned
     * variables.
     */
    void write(NamedArrays learned) {
        learned.set("memory.nearest", nearest);
        units.write(units.all(), learned, false);
    }
}
