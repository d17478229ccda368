package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PrequentialAccuracyTest {

    private static double[] values(PrequentialAccuracy accuracy, int... outcomes) {
        return Arrays.stream(outcomes)
                .mapToDouble(
                        outcome -> {
                            accuracy.add(outcome == 1);
                            return accuracy.value();
                        })
                .toArray();
    }

    @Test
    void cumulativeAccuracyIsTheShareOfAllPredictions() {
        assertThat(values(PrequentialAccuracy.cumulative(), 1, 0, 0, 1, 1))
                .containsExactly(1, 1 / 2.0, 1 / 3.0, 2 / 4.0, 3 / 5.0);
    }

    @Test
    void slidingWindowForgetsWhatLeavesIt() {
        assertThat(values(PrequentialAccuracy.slidingWindow(3), 1, 0, 0, 1, 1, 1, 0))
                .containsExactly(1, 1 / 2.0, 1 / 3.0, 1 / 3.0, 2 / 3.0, 3 / 3.0, 2 / 3.0);
    }

    @Test
    void fadingFactorWeighsPredictionsByAge() {
        // S: 1, 0.5, 1.25, 0.625; N: 1, 1.5, 1.75, 1.875.
        assertThat(values(PrequentialAccuracy.fadingFactor(0.5), 1, 0, 1, 0))
                .containsExactly(
                        new double[] {1, 0.5 / 1.5, 1.25 / 1.75, 0.625 / 1.875}, within(1e-15));
    }

    @Test
    void thereIsNoAccuracyBeforeTheFirstPrediction() {
        assertThat(PrequentialAccuracy.cumulative().value()).isNaN();
        assertThat(PrequentialAccuracy.slidingWindow(4).value()).isNaN();
        assertThat(PrequentialAccuracy.fadingFactor(0.9).value()).isNaN();
    }

    @Test
    void impossibleWindowsAndFactorsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrequentialAccuracy.slidingWindow(0))
                .withMessageContaining("size >= 1, got 0");
        for (double alpha : new double[] {0, -1, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PrequentialAccuracy.fadingFactor(alpha))
                    .withMessageContaining("(0, 1]");
        }
    }

    @Property(seed = "1")
    void aWindowIsTheMeanOfTheLastOutcomes(
            @ForAll @Size(min = 1, max = 40) boolean[] outcomes,
            @ForAll @IntRange(min = 1, max = 50) int size) {
        PrequentialAccuracy accuracy = PrequentialAccuracy.slidingWindow(size);
        for (boolean outcome : outcomes) {
            accuracy.add(outcome);
        }
        int from = Math.max(0, outcomes.length - size);
        int right = 0;
        for (int i = from; i < outcomes.length; i++) {
            right += outcomes[i] ? 1 : 0;
        }
        assertThat(accuracy.value()).isEqualTo((double) right / (outcomes.length - from));
    }
}
