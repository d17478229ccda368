package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.vsml.episode.Seeds;

class PrequentialMetricsTest {

    private static final Offset<Double> ROUNDING = within(1e-12);

    private static final double[][] PROBABILITIES = {
        {.5, .3, .2}, {.2, .7, .1}, {.1, .1, .8}, {.6, .3, .1}, {.2, .7, .1}
    };
    private static final int[] LABELS = {0, 1, 1, 1, 0};

    private static PrequentialMetrics add(PrequentialMetrics metrics, int from, int to) {
        for (int t = from; t < to; t++) {
            metrics.add(PROBABILITIES[t], LABELS[t]);
        }
        return metrics;
    }

    @Test
    void allPredictionsCountTheSameInCumulativeMetrics() {
        PrequentialMetrics metrics = add(PrequentialMetrics.cumulative(3), 0, 5);

        assertThat(metrics.examples()).isEqualTo(5);
        // Predicted 0, 1, 2, 0, 1: the first two are right.
        assertThat(metrics.accuracy()).isEqualTo(2 / 5.0);
        assertThat(metrics.logLoss())
                .isCloseTo(
                        -(Math.log(.5) + Math.log(.7) + Math.log(.1) + Math.log(.3) + Math.log(.2))
                                / 5,
                        ROUNDING);
        // Bins of 1/15: .5 and .6 and .7 (twice, one of them right) and .8 are in bins of their
        // own.
        assertThat(metrics.calibrationError())
                .isCloseTo((.5 + .6 + Math.abs(1 - 1.4) + .8) / 5, ROUNDING);
        // Predicted shares 2, 2, 1 of 5; labels 2, 3, 0 of 5: by chance (4 + 6)/25.
        assertThat(metrics.kappa()).isCloseTo((.4 - .4) / .6, ROUNDING);
        // Majority before each label: 0 (none seen), 0, 0 (a tie), 1, 1: right at the first and the
        // fourth.
        assertThat(metrics.kappaM()).isCloseTo((.4 - .4) / .6, ROUNDING);
        // The label before: 0 (none), 0, 1, 1, 1: right at the first, third and fourth.
        assertThat(metrics.kappaT()).isCloseTo((.4 - .6) / .4, ROUNDING);
    }

    @Test
    void aWindowForgetsWhatLeavesIt() {
        PrequentialMetrics metrics = add(PrequentialMetrics.slidingWindow(3, 2), 0, 4);

        // The third and the fourth.
        assertThat(metrics.accuracy()).isZero();
        assertThat(metrics.logLoss()).isCloseTo(-(Math.log(.1) + Math.log(.3)) / 2, ROUNDING);
        assertThat(metrics.calibrationError()).isCloseTo((.8 + .6) / 2, ROUNDING);
        // Predicted 2 and 0, labels 1 and 1: nothing by chance.
        assertThat(metrics.kappa()).isZero();
        // Before the third the window holds a tie of 0 and 1, before the fourth 1 and 1.
        assertThat(metrics.kappaM()).isCloseTo((0 - .5) / .5, ROUNDING);
        // The label before is right both times, and leaves nothing to gain.
        assertThat(metrics.kappaT()).isNaN();
    }

    @Test
    void fadingWeighsPredictionsByAge() {
        PrequentialMetrics metrics = add(PrequentialMetrics.fadingFactor(3, .5), 0, 3);

        // Weights .25, .5, 1.
        assertThat(metrics.accuracy()).isCloseTo(.75 / 1.75, ROUNDING);
        assertThat(metrics.logLoss())
                .isCloseTo(
                        -(.25 * Math.log(.5) + .5 * Math.log(.7) + Math.log(.1)) / 1.75, ROUNDING);
        assertThat(metrics.calibrationError())
                .isCloseTo((.25 * .5 + .5 * .3 + .8) / 1.75, ROUNDING);
        double chance = (.25 * .25 + .5 * 1.5) / (1.75 * 1.75);
        assertThat(metrics.kappa()).isCloseTo((.75 / 1.75 - chance) / (1 - chance), ROUNDING);
        // Majority before the third: 0 with weight .5, 1 with weight 1, right.
        double majority = 1.25 / 1.75;
        assertThat(metrics.kappaM()).isCloseTo((.75 / 1.75 - majority) / (1 - majority), ROUNDING);
    }

    @Property(tries = 50, seed = "1")
    void aWindowIsWhatCountingItsExamplesAloneGives(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
        RandomGenerator random = Seeds.generator(seed);
        int length = 100;
        double[] first = new double[length];
        int[] labels = new int[length];
        PrequentialMetrics window = PrequentialMetrics.slidingWindow(2, size);
        for (int t = 0; t < length; t++) {
            first[t] = random.nextDouble();
            labels[t] = random.nextInt(2);
            window.add(new double[] {first[t], 1 - first[t]}, labels[t]);
        }
        PrequentialMetrics alone = PrequentialMetrics.cumulative(2);
        for (int t = Math.max(0, length - size); t < length; t++) {
            alone.add(new double[] {first[t], 1 - first[t]}, labels[t]);
        }

        assertThat(window.accuracy()).isEqualTo(alone.accuracy());
        assertThat(window.logLoss()).isCloseTo(alone.logLoss(), ROUNDING);
        assertThat(window.calibrationError()).isCloseTo(alone.calibrationError(), ROUNDING);
        // NaN where all labels of a window are one.
        assertThat(Double.valueOf(window.kappa())).isEqualTo(Double.valueOf(alone.kappa()));
    }

    @Test
    void aCertainErrorCostsMuchButIsFinite() {
        PrequentialMetrics metrics = PrequentialMetrics.cumulative(2);
        metrics.add(new double[] {1, 0}, 1);

        assertThat(metrics.logLoss()).isCloseTo(15 * Math.log(10), within(1e-9));
        assertThat(metrics.calibrationError()).isEqualTo(1);
    }

    @Test
    void nothingIsKnownBeforeTheFirstPrediction() {
        PrequentialMetrics metrics = PrequentialMetrics.cumulative(2);

        assertThat(
                        new double[] {
                            metrics.accuracy(),
                            metrics.logLoss(),
                            metrics.calibrationError(),
                            metrics.kappa(),
                            metrics.kappaM(),
                            metrics.kappaT()
                        })
                .containsOnly(Double.NaN);
    }

    @Test
    void impossibleArgumentsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrequentialMetrics.cumulative(0))
                .withMessageContaining("classes must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrequentialMetrics.slidingWindow(2, 0))
                .withMessageContaining("size >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrequentialMetrics.fadingFactor(2, 1.5))
                .withMessageContaining("(0, 1]");
        PrequentialMetrics metrics = PrequentialMetrics.cumulative(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.add(new double[3], 0))
                .withMessageContaining("expected 2 probabilities, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.add(new double[] {.5, .5}, 2))
                .withMessageContaining("label must be in [0, 2), got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.add(new double[] {Double.NaN, .5}, 0))
                .withMessageContaining("largest probability must be in (0, 1], got NaN");
    }
}
