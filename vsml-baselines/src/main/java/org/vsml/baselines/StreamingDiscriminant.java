package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.Locale;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

/**
 * Streaming linear discriminant analysis (Hayes and Kanan 2020): running class means and one
 * covariance shared by all classes, with equal class priors. The covariance is (S + λI)/n, S the
 * scatter within classes: shrinkage towards the identity that fades as examples come. Its inverse P
 * = (S + λI)⁻¹ is kept up to date by the formula of Sherman and Morrison, so an example costs
 * inputs² and not inputs³; in double, for rounding adds up. A class that was not seen yet is never
 * predicted.
 *
 * @param shrinkage λ
 */
record StreamingDiscriminant(double shrinkage) implements OnlineAlgorithm {

    StreamingDiscriminant {
        require(
                shrinkage > 0 && Double.isFinite(shrinkage),
                "shrinkage must be positive and finite, got %s",
                shrinkage);
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "discriminant analysis, shrinkage %.0f", shrinkage);
    }

    @Override
    public Session start(TaskShape task, long seed) {
        return new Discriminant(task, shrinkage);
    }

    private static final class Discriminant extends ExampleSession {

        /** P, symmetric, by rows. */
        private final double[][] inverse;

        /** µ_c. */
        private final double[][] means;

        /** P·µ_c. */
        private final double[][] weights;

        private final int[] counts;

        /** P·x of the example just predicted. */
        private final double[] projected;

        Discriminant(TaskShape task, double shrinkage) {
            super(task);
            inverse = new double[inputs][inputs];
            for (int a = 0; a < inputs; a++) {
                inverse[a][a] = 1 / shrinkage;
            }
            means = new double[classes][inputs];
            weights = new double[classes][inputs];
            counts = new int[classes];
            projected = new double[inputs];
        }

        /** µᵀPx − µᵀPµ/2: the log-likelihood without what is the same for all classes. */
        @Override
        void predict(float[] input, double[] scores) {
            java.util.Arrays.fill(projected, 0);
            for (int a = 0; a < inputs; a++) {
                addScaled(projected, input[a], inverse[a]);
            }
            for (int c = 0; c < classes; c++) {
                scores[c] =
                        counts[c] == 0
                                ? Double.NEGATIVE_INFINITY
                                : dot(means[c], projected) - dot(means[c], weights[c]) / 2;
            }
        }

        @Override
        void update(float[] input, int label) {
            double[] mean = means[label];
            double[] deviation = new double[inputs];
            double[] direction = projected.clone();
            for (int a = 0; a < inputs; a++) {
                deviation[a] = input[a] - mean[a];
                direction[a] -= weights[label][a];
            }
            // S grows by w·uuᵀ with u = x − µ and w = n/(n + 1); P by −s·(Pu)(Pu)ᵀ with s = w/(1 +
            // w·uᵀPu).
            double weight = counts[label] / (counts[label] + 1.0);
            double length = dot(deviation, direction);
            double step = weight / (1 + weight * length);
            if (step != 0) {
                for (int a = 0; a < inputs; a++) {
                    addScaled(inverse[a], -step * direction[a], direction);
                }
                for (int c = 0; c < classes; c++) {
                    addScaled(weights[c], -step * dot(direction, means[c]), direction);
                }
            }
            counts[label]++;
            double share = 1.0 / counts[label];
            addScaled(mean, share, deviation);
            addScaled(weights[label], share * (1 - step * length), direction);
        }

        private static void addScaled(double[] to, double factor, double[] values) {
            for (int i = 0; i < to.length; i++) {
                to[i] += factor * values[i];
            }
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }
}
