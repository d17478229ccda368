package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.math.Vectors;
import org.vsml.online.OnlineAlgorithm;

/**
 * Streaming linear discriminant analysis (Hayes and Kanan 2020): running class means and one
 * covariance shared by all classes, with equal class priors. The covariance is (S + λI)/n, S the
 * scatter within classes: shrinkage towards the identity that fades as examples come. P = (S +
 * λI)⁻¹ is kept up to date ({@link SymmetricInverse}), so an example costs inputs² and not inputs³.
 * A class that was not seen yet is never predicted.
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
        return "discriminant analysis, shrinkage " + GradientDescent.plain(shrinkage);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Discriminant(task, shrinkage);
    }

    static final class Discriminant extends ExampleSession {

        private final SymmetricInverse inverse;

        /** µ_c. */
        private final double[][] means;

        /** P·µ_c. */
        private final double[][] weights;

        private final int[] counts;
        private int count;

        private final double[] x;

        /** P·x of the example just predicted. */
        private final double[] projected;

        Discriminant(TaskShape task, double shrinkage) {
            super(task);
            inverse = new SymmetricInverse(inputs, shrinkage);
            means = new double[classes][inputs];
            weights = new double[classes][inputs];
            counts = new int[classes];
            x = new double[inputs];
            projected = new double[inputs];
        }

        /** n·(µᵀPx − µᵀPµ/2): the log-likelihood without what is the same for all classes. */
        @Override
        void predict(float[] input, double[] scores) {
            for (int a = 0; a < inputs; a++) {
                x[a] = input[a];
            }
            inverse.times(x, projected);
            for (int c = 0; c < classes; c++) {
                scores[c] =
                        counts[c] == 0
                                ? Double.NEGATIVE_INFINITY
                                : count
                                        * (dot(means[c], projected)
                                                - dot(means[c], weights[c]) / 2);
            }
        }

        @Override
        void update(float[] input, int label) {
            double[] mean = means[label];
            double[] deviation = new double[inputs];
            double[] direction = projected.clone();
            for (int a = 0; a < inputs; a++) {
                deviation[a] = x[a] - mean[a];
                direction[a] -= weights[label][a];
            }
            // S grows by w·uuᵀ with u = x − µ and w = n/(n + 1); P by −s·(Pu)(Pu)ᵀ with s = w/(1 +
            // w·uᵀPu).
            double weight = counts[label] / (counts[label] + 1.0);
            double length = dot(deviation, direction);
            double step = weight / (1 + weight * length);
            if (step != 0) {
                inverse.subtractSquare(step, direction);
                for (int c = 0; c < classes; c++) {
                    addScaled(weights[c], -step * dot(direction, means[c]), direction);
                }
            }
            counts[label]++;
            count++;
            double share = 1.0 / counts[label];
            addScaled(mean, share, deviation);
            addScaled(weights[label], share * (1 - step * length), direction);
        }

        private static void addScaled(double[] to, double factor, double[] values) {
            Vectors.addScaled(to, factor, values, to.length);
        }

        private static double dot(double[] a, double[] b) {
            return Vectors.dot(a, b, a.length);
        }
    }
}
