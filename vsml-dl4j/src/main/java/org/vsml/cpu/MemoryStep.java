package org.vsml.cpu;

import org.vsml.core.VsmlWithMemory;
import org.vsml.cpu.RecruitedUnits.Unit;

/**
 * Everything about an example that the adjoint of an {@link EpisodeMemory} reads. Where there will
 * be no adjoint, one step serves all examples, and its arrays are overwritten.
 */
final class MemoryStep {

    float[] input;
    float[] scales;
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

    /** After the prediction, behind the neighbours the zeros that a recruited unit starts from. */
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

    /** Adaptive weights before the example, what they belong to, 1 + mean_b Σ_j r_jb². */
    double[] adapted;

    final double[] context = new double[VsmlWithMemory.CONTEXTS];
    double power;
    float[] error;
    float[] readingBefore;
    float[] readingBetween;
    float[] readingLearnMessages;

    // Adjoints on the way back.
    double[] ofSimilarity;
    double[] ofAttention;
    double[] ofReadingMessage;
    double ofNovelty;
    double[] ofReadings;
    double[] ofOmega;
    double[] ofScales;
    float[] ofInput;
}
