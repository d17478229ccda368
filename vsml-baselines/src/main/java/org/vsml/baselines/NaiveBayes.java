package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

/**
 * Gaussian naive Bayes: a normal distribution for each input and class, inputs independent within a
 * class, class shares as counted. A variance is that of the class and κ times that of all examples,
 * as if κ examples more had been seen. A class that was not seen yet is never predicted.
 *
 * @param smoothing κ
 */
record NaiveBayes(double smoothing) implements OnlineAlgorithm {

    NaiveBayes {
        require(
                smoothing > 0 && Double.isFinite(smoothing),
                "smoothing must be positive and finite, got %s",
                smoothing);
    }

    @Override
    public String name() {
        return "Gaussian naive Bayes, smoothing " + GradientDescent.plain(smoothing);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Normals(task, smoothing);
    }

    private static final class Normals extends ExampleSession {

        private final double smoothing;

        /** By class; the last row is of all examples. */
        private final double[][] means;

        /** Sums of squared deviations, as the means. */
        private final double[][] squares;

        private final int[] counts;

        Normals(TaskShape task, double smoothing) {
            super(task);
            this.smoothing = smoothing;
            means = new double[classes + 1][inputs];
            squares = new double[classes + 1][inputs];
            counts = new int[classes + 1];
        }

        @Override
        void predict(float[] input, double[] scores) {
            for (int c = 0; c < classes; c++) {
                scores[c] = counts[c] == 0 ? Double.NEGATIVE_INFINITY : logDensity(input, c);
            }
        }

        private double logDensity(float[] input, int c) {
            double sum = Math.log(counts[c]);
            int all = counts[classes];
            for (int a = 0; a < inputs; a++) {
                double common = squares[classes][a] / all;
                if (common > 0) {
                    double variance =
                            (squares[c][a] + smoothing * common) / (counts[c] + smoothing);
                    double difference = input[a] - means[c][a];
                    sum -= (Math.log(variance) + difference * difference / variance) / 2;
                }
            }
            return sum;
        }

        @Override
        void update(float[] input, int label) {
            add(input, label);
            add(input, classes);
        }

        private void add(float[] input, int row) {
            counts[row]++;
            for (int a = 0; a < inputs; a++) {
                double difference = input[a] - means[row][a];
                means[row][a] += difference / counts[row];
                squares[row][a] += difference * (input[a] - means[row][a]);
            }
        }
    }
}
