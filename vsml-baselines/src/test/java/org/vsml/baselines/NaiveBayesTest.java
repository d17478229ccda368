package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;

class NaiveBayesTest {

    @Test
    void agreesWithDensitiesOfMomentsComputedAfresh() {
        int inputs = 4;
        int classes = 3;
        double smoothing = 2;
        Examples stream = Streams.correlated(inputs, classes, 60, 1, 2);
        double[] scores = new NaiveBayes(smoothing).start(stream.task(), 0).learn(stream);

        for (int t = 2; t < stream.length(); t++) {
            double[] expected = new double[classes];
            for (int c = 0; c < classes; c++) {
                int count =
                        moments(stream, t, c, 0)[0] == 0 ? 0 : (int) moments(stream, t, c, 0)[0];
                expected[c] = Math.log(count);
                for (int a = 0; a < inputs && count > 0; a++) {
                    double[] own = moments(stream, t, c, a);
                    double[] all = moments(stream, t, -1, a);
                    double variance = (own[2] + smoothing * all[2] / all[0]) / (count + smoothing);
                    expected[c] +=
                            new NormalDistribution(null, own[1], Math.sqrt(variance))
                                    .logDensity(Streams.input(stream, t)[a]);
                }
                expected[c] += count == 0 ? 0 : inputs * Math.log(2 * Math.PI) / 2;
            }
            for (int c = 0; c < classes; c++) {
                if (Double.isInfinite(expected[c])) {
                    assertThat(scores[t * classes + c]).isEqualTo(Double.NEGATIVE_INFINITY);
                } else {
                    assertThat(scores[t * classes + c]).isCloseTo(expected[c], within(1e-9));
                }
            }
        }
    }

    /** Count, mean and sum of squared deviations of an input among the first examples. */
    private static double[] moments(Examples stream, int examples, int label, int input) {
        double count = 0;
        double sum = 0;
        for (int s = 0; s < examples; s++) {
            if (label < 0 || stream.labels()[s] == label) {
                count++;
                sum += Streams.input(stream, s)[input];
            }
        }
        double squares = 0;
        for (int s = 0; s < examples; s++) {
            if (label < 0 || stream.labels()[s] == label) {
                double difference = Streams.input(stream, s)[input] - sum / count;
                squares += difference * difference;
            }
        }
        return new double[] {count, sum / count, squares};
    }

    @Test
    void variancesAloneTellClassesApart() {
        // Class 1 has ten times the spread of class 0, with the same mean.
        var random = org.vsml.episode.Seeds.generator(5);
        double[] inputs = new double[4000];
        int[] labels = new int[1000];
        for (int t = 0; t < 1000; t++) {
            labels[t] = random.nextInt(2);
            for (int a = 0; a < 4; a++) {
                inputs[4 * t + a] = random.nextGaussian() * (labels[t] == 1 ? 10 : 1);
            }
        }
        Examples stream = Examples.online(TaskShape.of(4, 2), inputs, labels);

        assertThat(Streams.right(new NaiveBayes(1), stream)).isGreaterThan(950);
    }

    @Test
    void anInputThatNeverChangesSaysNothing() {
        Examples stream =
                Examples.online(
                        TaskShape.of(2, 2),
                        new double[] {1, 0, 1, 5, 1, 0, 1, 5},
                        new int[] {0, 1, 0, 1});

        assertThat(new NaiveBayes(1).start(stream.task(), 0).learn(stream))
                .doesNotContain(Double.NaN);
    }

    @Test
    void impossibleSmoothingIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NaiveBayes(0))
                .withMessageContaining("smoothing must be positive and finite, got 0.0");
    }
}
