package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vsml.core.Examples;

class DriftStreamTest {

    private static final int LENGTH = 12_000;
    private static final int CHANGE = 6000;

    private static Examples stream(DriftStream.Kind kind, long seed) {
        return new DriftStream(kind, LENGTH, CHANGE).sample(seed).examples();
    }

    @ParameterizedTest
    @EnumSource(DriftStream.Kind.class)
    void aSeedIsAStream(DriftStream.Kind kind) {
        Examples once = stream(kind, 1);
        assertThat(once.length()).isEqualTo(LENGTH);
        assertThat(stream(kind, 1).inputs()).isEqualTo(once.inputs());
        assertThat(stream(kind, 1).labels()).isEqualTo(once.labels());
        assertThat(stream(kind, 2).inputs()).isNotEqualTo(once.inputs());
        assertThat(Arrays.stream(once.labels()).distinct().count())
                .isEqualTo(once.task().classes());
    }

    /** Nearest mean, learned from the examples in a range, tested on another. */
    private static double accuracy(Examples e, int learnFrom, int learnTo, int testFrom, int to) {
        int inputs = e.task().inputs();
        double[][] means = new double[e.task().classes()][inputs];
        int[] counts = new int[means.length];
        for (int t = learnFrom; t < learnTo; t++) {
            counts[e.labels()[t]]++;
            for (int a = 0; a < inputs; a++) {
                means[e.labels()[t]][a] += e.inputs()[t * inputs + a];
            }
        }
        int right = 0;
        for (int t = testFrom; t < to; t++) {
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int b = 0; b < means.length; b++) {
                double distance = 0;
                for (int a = 0; a < inputs; a++) {
                    double d = e.inputs()[t * inputs + a] - means[b][a] / counts[b];
                    distance += d * d;
                }
                if (distance < least) {
                    least = distance;
                    best = b;
                }
            }
            right += best == e.labels()[t] ? 1 : 0;
        }
        return right / (double) (to - testFrom);
    }

    @ParameterizedTest
    @CsvSource({"LED, 0.4", "HYPERPLANE, 0.2", "SWAPPED_LABELS, 0.7"})
    void whatHoldsBeforeTheChangeDoesNotHoldAfterIt(DriftStream.Kind kind, double lost) {
        Examples e = stream(kind, 3);
        double before = accuracy(e, 0, 3000, 3000, CHANGE);
        double stale = accuracy(e, 0, 3000, CHANGE + 3000, LENGTH);
        double learnedAnew = accuracy(e, CHANGE + 2000, CHANGE + 4000, CHANGE + 4000, LENGTH);
        assertThat(stale).isLessThan(before - lost);
        assertThat(learnedAnew).isGreaterThan(stale + lost);
    }

    @ParameterizedTest
    @CsvSource({"7, 0.9, 0.735", "9.5, 0.735, 0.9"})
    void theLimitOfSeaMoves(double limit, double before, double after) {
        Examples e = stream(DriftStream.Kind.SEA, 4);
        double[] right = new double[2];
        for (int t = 0; t < LENGTH; t++) {
            boolean below = e.inputs()[3 * t] + e.inputs()[3 * t + 1] <= limit;
            right[t / CHANGE] += below == (e.labels()[t] == 1) ? 1.0 / CHANGE : 0;
        }
        assertThat(right[0]).isCloseTo(before, within(0.03));
        assertThat(right[1]).isCloseTo(after, within(0.03));
    }

    @Test
    void aChangeOutsideTheStreamIsRefused() {
        assertThatThrownBy(() -> new DriftStream(DriftStream.Kind.SEA, 100, 100))
                .hasMessage("change must be in [1, examples = 100), got 100");
    }
}
