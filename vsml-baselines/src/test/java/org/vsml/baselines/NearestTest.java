package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

class NearestTest {

    private static final TaskShape LINE = TaskShape.of(1, 3);

    private static int[] predictions(OnlineAlgorithm algorithm, Examples stream) {
        double[] scores = algorithm.start(stream.task(), 0).learn(stream);
        int classes = stream.task().classes();
        return IntStream.range(0, stream.length())
                .map(t -> CrossEntropy.argMax(scores, t * classes, classes))
                .toArray();
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    @Test
    void theNearestMeanMovesWithItsClass() {
        // Means: 0 -> {0: 0}; 10 -> {1: 10}; 6 is nearer to 10; as a 0 it moves the mean of 0 to 3;
        // 6 then is nearer to 3.
        Examples stream = Examples.online(LINE, new double[] {0, 10, 6, 6}, new int[] {0, 1, 0, 0});

        assertThat(predictions(new NearestClassMean(), stream)).containsExactly(0, 0, 1, 0);
    }

    @Test
    void nearestMeanAgreesWithMeansComputedAfresh() {
        Examples stream = Streams.correlated(7, 5, 400, 0.8, 3);
        int[] predictions = predictions(new NearestClassMean(), stream);

        for (int t = 1; t < stream.length(); t++) {
            double best = Double.POSITIVE_INFINITY;
            int expected = -1;
            for (int c = 0; c < 5; c++) {
                double[] mean = new double[7];
                int count = 0;
                for (int s = 0; s < t; s++) {
                    if (stream.labels()[s] == c) {
                        count++;
                        for (int a = 0; a < 7; a++) {
                            mean[a] += stream.inputs()[s * 7 + a];
                        }
                    }
                }
                for (int a = 0; a < 7; a++) {
                    mean[a] /= Math.max(1, count);
                }
                double distance = squaredDistance(mean, Streams.input(stream, t));
                if (count > 0 && distance < best) {
                    best = distance;
                    expected = c;
                }
            }
            assertThat(predictions[t]).as("example %d", t).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void neighboursAgreeWithASortOfAllDistances(int k) {
        // More examples than one block holds, so that borders are crossed.
        Examples stream = Streams.correlated(6, 4, 700, 0.8, 8);
        int[] predictions = predictions(new NearestNeighbours(k), stream);

        for (int t = 1; t < stream.length(); t++) {
            double[] x = Streams.input(stream, t);
            int[] nearest =
                    IntStream.range(0, t)
                            .boxed()
                            .sorted(
                                    Comparator.comparingDouble(
                                            s -> squaredDistance(x, Streams.input(stream, s))))
                            .limit(k)
                            .mapToInt(s -> stream.labels()[s])
                            .toArray();
            int[] votes = new int[4];
            int[] ranks = new int[4];
            for (int rank = 0; rank < nearest.length; rank++) {
                votes[nearest[rank]]++;
                ranks[nearest[rank]] += k - rank;
            }
            int expected =
                    IntStream.range(0, 4)
                            .boxed()
                            .max(
                                    Comparator.<Integer>comparingInt(c -> votes[c])
                                            .thenComparing(c -> ranks[c])
                                            .thenComparing(Comparator.reverseOrder()))
                            .orElseThrow();
            assertThat(predictions[t]).as("example %d", t).isEqualTo(expected);
        }
    }

    @Test
    void aWindowKeepsTheLastExamples() {
        Examples stream = Streams.correlated(6, 4, 900, 0.8, 8);
        int window = 300;
        int[] predictions = predictions(new NearestNeighbours(1, window), stream);

        for (int t = 1; t < stream.length(); t++) {
            double[] x = Streams.input(stream, t);
            int nearest =
                    IntStream.range(Math.max(0, t - window), t)
                            .boxed()
                            .min(
                                    Comparator.comparingDouble(
                                            s -> squaredDistance(x, Streams.input(stream, s))))
                            .orElseThrow();
            assertThat(predictions[t]).as("example %d", t).isEqualTo(stream.labels()[nearest]);
        }
        assertThat(new NearestNeighbours(3, 300).name()).isEqualTo("3-nearest neighbour, last 300");
    }

    @Test
    void aTieGoesToTheNearerNeighbours() {
        Examples stream = Examples.online(LINE, new double[] {1, 3, 2.1}, new int[] {2, 1, 0});

        assertThat(predictions(new NearestNeighbours(2), stream)[2]).isEqualTo(1);
    }

    @Test
    void classesThatWereNotSeenAreNeverPredicted() {
        double[] scores =
                new NearestClassMean()
                        .start(LINE, 0)
                        .learn(Examples.online(LINE, new double[] {100, -100}, new int[] {2, 2}));

        assertThat(CrossEntropy.argMax(scores, 3, 3)).isEqualTo(2);
    }

    @Test
    void noNeighboursAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NearestNeighbours(0))
                .withMessageContaining("k must be >= 1, got 0");
    }
}
