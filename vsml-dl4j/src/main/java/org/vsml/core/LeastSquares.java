package org.vsml.core;

import java.util.List;
import org.vsml.math.Vectors;

/**
 * The equations of a {@link Discriminant}'s least squares for one ridge. Not thread-safe.
 *
 * <p>Their matrix diag(1/k) + MᵀS⁻¹M is positive definite; it is decomposed (Cholesky) once for
 * each example learned, however often is predicted before the next.
 */
final class LeastSquares {

    /** What scores are divided by before a softmax; each is a member of the mixture. */
    static final List<Double> TEMPERATURES = List.of(0.05, 0.1, 0.2, 0.4);

    /** Keeps a pivot from rounding to nothing: each is at least 1/k in exact arithmetic. */
    private static final double SMALLEST = 1e-12;

    private final int classes;

    /** Below and on the diagonal, L of LLᵀ. */
    private final double[][] factor;

    private boolean current;

    LeastSquares(int classes) {
        this.classes = classes;
        factor = new double[classes][classes];
    }

    /** The discriminant has learned something. */
    void changed() {
        current = false;
    }

    /**
     * Solves for the scores of an example.
     *
     * @param score [classes], MᵀS⁻¹x̂; s after
     * @param mean μ [classes][inputs]
     * @param projected S⁻¹μ [classes][inputs]
     * @param count n [classes]
     * @param priorCount k − n
     */
    void solve(
            double[] score,
            double[][] mean,
            double[][] projected,
            double[] count,
            double priorCount) {
        if (!current) {
            decompose(mean, projected, count, priorCount);
            current = true;
        }
        for (int b = 0; b < classes; b++) {
            double sum = score[b];
            for (int c = 0; c < b; c++) {
                sum -= factor[b][c] * score[c];
            }
            score[b] = sum / factor[b][b];
        }
        for (int b = classes - 1; b >= 0; b--) {
            double sum = score[b];
            for (int c = b + 1; c < classes; c++) {
                sum -= factor[c][b] * score[c];
            }
            score[b] = sum / factor[b][b];
        }
    }

    private void decompose(
            double[][] mean, double[][] projected, double[] count, double priorCount) {
        for (int b = 0; b < classes; b++) {
            double[] row = factor[b];
            for (int c = 0; c <= b; c++) {
                double sum = Vectors.dot(mean[b], projected[c], mean[b].length);
                if (b == c) {
                    // Rounding apart not negative.
                    sum = 1 / (count[b] + priorCount) + Math.max(0, sum);
                }
                for (int i = 0; i < c; i++) {
                    sum -= row[i] * factor[c][i];
                }
                row[c] = b == c ? Math.sqrt(Math.max(sum, SMALLEST)) : sum / factor[c][c];
            }
        }
    }
}
