package org.vsml.math;

import java.util.Arrays;

/**
 * Softmax of scores, and the class they choose. A score that is NaN is never chosen: a learner that
 * diverged is never right.
 */
public final class Softmax {

    /** What {@link #argMax} gives where every score is NaN. */
    public static final int NONE = -1;

    private Softmax() {}

    /**
     * Index of the largest score of a row, counted from {@code offset}: the first of equals, never
     * one that is NaN, {@link #NONE} if all are.
     */
    public static int argMax(double[] scores, int offset, int count) {
        int best = NONE;
        for (int i = 0; i < count; i++) {
            double score = scores[offset + i];
            if (!Double.isNaN(score) && (best == NONE || score > scores[offset + best])) {
                best = i;
            }
        }
        return best;
    }

    /** log Σ exp over a row; NaN if any score is. */
    public static double logSumExp(double[] scores, int offset, int count) {
        int best = argMax(scores, offset, count);
        if (best == NONE) {
            return Double.NaN;
        }
        double max = scores[offset + best];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(scores[offset + i] - max);
        }
        return max + Math.log(sum);
    }

    /** Softmax of a row. */
    public static double[] of(double[] scores, int offset, int count) {
        double[] result = Arrays.copyOfRange(scores, offset, offset + count);
        inPlace(result);
        return result;
    }

    /** Replaces scores by their softmax. */
    public static void inPlace(double[] scores) {
        double logSum = logSumExp(scores, 0, scores.length);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - logSum);
        }
    }

    /** Softmax in double of scores in float, rounded at the end. */
    public static void of(float[] scores, float[] probabilities) {
        float max = scores[0];
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - max);
        }
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] = (float) (Math.exp(scores[i] - max) / sum);
        }
    }

    /** Replaces scores by their softmax, with the sum in float. */
    public static void inPlace(float[] scores) {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        float sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) Math.exp(scores[i] - max);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
    }
}
