package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.math.Vectors;
import org.vsml.online.OnlineAlgorithm;

/**
 * A linear learner on random Fourier features (Rahimi and Recht 2007), √(2/D)·cos(w·x/σ + b) with w
 * standard normal and b uniform: close to one with a Gaussian kernel of bandwidth σ. With
 * discriminant analysis it is RanDumb (Prabhu et al. 2024).
 *
 * <p>σ² is the square of a factor times half the mean squared distance of two examples, which is
 * the sum of the inputs' variances. It is measured anew after 4, 16, 64 and 256 examples, and the
 * learner starts again from those; then it stays.
 *
 * @param head what learns on the features
 * @param width number of features D
 * @param bandwidth the factor: at 1 two examples of mean distance have a kernel value of e⁻¹
 * @param regularisation λ of the head
 */
record RandomFeatures(Head head, int width, double bandwidth, double regularisation)
        implements OnlineAlgorithm {

    enum Head {
        LEAST_SQUARES,
        DISCRIMINANT
    }

    /** Examples that are kept to start again from. */
    private static final int KEPT = 256;

    RandomFeatures {
        require(width >= 1, "width must be >= 1, got %d", width);
        require(
                bandwidth > 0 && Double.isFinite(bandwidth),
                "bandwidth must be positive and finite, got %s",
                bandwidth);
        require(
                regularisation > 0 && Double.isFinite(regularisation),
                "regularisation must be positive and finite, got %s",
                regularisation);
    }

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "%s on %d random features, bandwidth %s, %s %s",
                head == Head.LEAST_SQUARES ? "least squares" : "discriminant analysis",
                width,
                GradientDescent.plain(bandwidth),
                head == Head.LEAST_SQUARES ? "ridge" : "shrinkage",
                GradientDescent.plain(regularisation));
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new OnFeatures(task, Seeds.generator(seed));
    }

    private ExampleSession head(int classes) {
        TaskShape task = TaskShape.of(width, classes);
        return head == Head.LEAST_SQUARES
                ? new RecursiveLeastSquares.Regression(task, regularisation)
                : new StreamingDiscriminant.Discriminant(task, regularisation);
    }

    private final class OnFeatures extends ExampleSession {

        private final float[][] directions;
        private final float[] phases;
        private final float[] features = new float[width];
        private ExampleSession learner;
        private float scale;

        private int count;
        private final List<float[]> kept = new ArrayList<>();
        private final List<Integer> keptLabels = new ArrayList<>();

        OnFeatures(TaskShape task, RandomGenerator random) {
            super(task);
            directions = new float[width][inputs];
            phases = new float[width];
            for (int j = 0; j < width; j++) {
                for (int a = 0; a < inputs; a++) {
                    directions[j][a] = (float) random.nextGaussian();
                }
                phases[j] = (float) random.nextDouble(2 * Math.PI);
            }
            scale = (float) (1 / (bandwidth * Math.sqrt(inputs)));
            learner = head(classes);
        }

        @Override
        void predict(float[] input, double[] scores) {
            project(input);
            learner.predict(features, scores);
        }

        @Override
        void update(float[] input, int label) {
            learner.update(features, label);
            count++;
            if (count > KEPT) {
                return;
            }
            kept.add(input.clone());
            keptLabels.add(label);
            // Powers of 4.
            if (count >= 4 && Integer.bitCount(count) == 1 && count % 3 == 1) {
                startAgain();
            }
            if (count == KEPT) {
                kept.clear();
                keptLabels.clear();
            }
        }

        private void startAgain() {
            double variance = sumOfVariances();
            if (variance > 0) {
                scale = (float) (1 / (bandwidth * Math.sqrt(variance)));
            }
            learner = head(classes);
            double[] ignored = new double[classes];
            for (int t = 0; t < kept.size(); t++) {
                project(kept.get(t));
                learner.predict(features, ignored);
                learner.update(features, keptLabels.get(t));
            }
        }

        private double sumOfVariances() {
            double total = 0;
            for (int a = 0; a < inputs; a++) {
                double mean = 0;
                for (float[] x : kept) {
                    mean += x[a] / (double) kept.size();
                }
                for (float[] x : kept) {
                    total += (x[a] - mean) * (x[a] - mean) / kept.size();
                }
            }
            return total;
        }

        private void project(float[] input) {
            float amplitude = (float) Math.sqrt(2.0 / width);
            for (int j = 0; j < width; j++) {
                double angle = scale * Vectors.dot(directions[j], input) + phases[j];
                features[j] = amplitude * (float) Math.cos(angle);
            }
        }
    }
}
