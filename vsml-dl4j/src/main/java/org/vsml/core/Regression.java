package org.vsml.core;

import java.util.Arrays;
import org.vsml.math.Vectors;

/** Least squares of all ridges of a {@link LinearDiscriminant}, mixed. Not thread-safe. */
final class Regression {

    private final LeastSquares[] ofRidge;

    /** Of each ridge all temperatures. */
    private final Mixture mixture;

    /** Scratch memory. */
    private final double[] score;

    /**
     * @param weight of the mixture's members
     */
    Regression(double[] weight, int ridges, int classes) {
        ofRidge = new LeastSquares[ridges];
        Arrays.setAll(ofRidge, j -> new LeastSquares(classes));
        mixture = new Mixture(weight, classes);
        score = new double[classes];
    }

    double[] weights() {
        return mixture.weights();
    }

    /**
     * What least squares of one ridge say of an example.
     *
     * @param x x̂ [inputs]
     * @param mean μ [classes][inputs]
     * @param projected S⁻¹μ [classes][inputs]
     * @param count n [classes]
     * @param priorCount k − n
     */
    void predict(
            int ridge,
            double[] x,
            double[][] mean,
            double[][] projected,
            double[] count,
            double priorCount) {
        for (int b = 0; b < score.length; b++) {
            score[b] = Vectors.dot(projected[b], x, x.length);
        }
        ofRidge[ridge].solve(score, mean, projected, count, priorCount);
        double rest = 1 - Vectors.sum(score);
        double seen = Vectors.sum(count);
        double largest = Double.NEGATIVE_INFINITY;
        for (int b = 0; b < score.length; b++) {
            score[b] += (count[b] + 1) / (seen + score.length) * rest;
            largest = Math.max(largest, score[b]);
        }
        int temperatures = LeastSquares.TEMPERATURES.size();
        for (int k = 0; k < temperatures; k++) {
            mixture.say(ridge * temperatures + k, score, largest, LeastSquares.TEMPERATURES.get(k));
        }
    }

    /** Probabilities, overwriting {@code mixed} [classes]. */
    void mix(double[] mixed) {
        mixture.mix(mixed);
    }

    /** Shows the label of the example that was predicted last. */
    void learn(int label) {
        mixture.learn(label);
        for (LeastSquares of : ofRidge) {
            of.changed();
        }
    }
}
