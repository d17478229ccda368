package org.vsml.baselines;

import java.util.Arrays;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

/**
 * An algorithm whose scores become log-probabilities: the mixture of the softmax at temperatures
 * from 1/64 to 16,384, each weighted by how well it did on the last few hundred examples
 * (exponential weights on the log loss), and a uniform share of 1/(1 + examples seen), the chance
 * of something new. So the log loss is about that of the best temperature in hindsight; which class
 * is predicted does not change. Scores that are not numbers count as none.
 *
 * @param algorithm whose name it keeps
 */
record Calibrated(OnlineAlgorithm algorithm) implements OnlineAlgorithm {

    /** Temperatures are powers of √2, from this exponent of 2 on. */
    private static final int COLDEST = -6;

    private static final int WARMEST = 14;

    /** Losses are forgotten with a time constant of 500 examples: the best temperature moves. */
    private static final double FADING = 0.998;

    @Override
    public String name() {
        return algorithm.name();
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Temperatures(algorithm.start(task, seed), task.classes());
    }

    private static final class Temperatures implements OnlineStream {

        private final OnlineStream session;
        private final int classes;
        private final double[] losses = new double[2 * (WARMEST - COLDEST) + 1];
        private final double[][] tempered;
        private long count;

        Temperatures(OnlineStream session, int classes) {
            this.session = session;
            this.classes = classes;
            tempered = new double[losses.length][classes];
        }

        @Override
        public double[] learn(Examples examples) {
            double[] scores = session.learn(examples).clone();
            for (int t = 0; t < examples.length(); t++) {
                mix(scores, t * classes);
                int label = examples.labels()[t];
                if (label != Examples.UNLABELLED) {
                    count++;
                    for (int k = 0; k < losses.length; k++) {
                        losses[k] = FADING * losses[k] - Math.log(tempered[k][label]);
                    }
                }
            }
            return scores;
        }

        private void mix(double[] scores, int offset) {
            double uniform = 1.0 / (1 + count);
            int best = CrossEntropy.argMax(scores, offset, classes);
            double largest = best < 0 ? Double.NaN : scores[offset + best];
            boolean usable = Double.isFinite(largest);
            for (int c = 0; c < classes; c++) {
                usable &= !Double.isNaN(scores[offset + c]);
            }
            double[] weights = new double[losses.length];
            for (int k = 0; k < losses.length; k++) {
                weights[k] = -losses[k];
                Arrays.fill(tempered[k], 1.0 / classes);
                if (usable) {
                    temper(scores, offset, largest, Math.pow(2, COLDEST + k / 2.0), tempered[k]);
                    for (int c = 0; c < classes; c++) {
                        tempered[k][c] = (1 - uniform) * tempered[k][c] + uniform / classes;
                    }
                }
            }
            weights = CrossEntropy.softmax(weights, 0, weights.length);
            for (int c = 0; c < classes; c++) {
                double probability = 0;
                for (int k = 0; k < losses.length; k++) {
                    probability += weights[k] * tempered[k][c];
                }
                scores[offset + c] = Math.log(probability);
            }
        }

        private void temper(
                double[] scores, int offset, double largest, double temperature, double[] result) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                result[c] = Math.exp((scores[offset + c] - largest) / temperature);
                sum += result[c];
            }
            for (int c = 0; c < classes; c++) {
                result[c] /= sum;
            }
        }
    }
}
