package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.episode.Seeds;

class PrequentialScoresTest {

    private static final double ROUNDING = 1e-12;

    @Test
    void tenPredictionsGiveTheKappasComputedByHand() {
        int[] predicted = {0, 0, 1, 1, 0, 2, 2, 0, 1, 0};
        int[] labels = {0, 0, 0, 1, 1, 2, 2, 2, 1, 0};
        PrequentialScores scores = PrequentialScores.cumulative();
        for (int t = 0; t < labels.length; t++) {
            scores.add(predicted[t], labels[t]);
        }

        // Right: 0, 1, 3, 5, 6, 8, 9. Majority before each: -, 0 ... 0: right at 1, 2, 9.
        // The last label again: right at 1, 2, 4, 6, 7.
        assertThat(scores.accuracy()).isEqualTo(0.7);
        double chance = 0.5 * 0.4 + 0.3 * 0.3 + 0.2 * 0.3;
        assertThat(scores.kappa()).isCloseTo((0.7 - chance) / (1 - chance), within(ROUNDING));
        assertThat(scores.kappaM()).isCloseTo((0.7 - 0.3) / 0.7, within(ROUNDING));
        assertThat(scores.kappaT()).isCloseTo((0.7 - 0.5) / 0.5, within(ROUNDING));
        assertThat(scores.count()).isEqualTo(10);
    }

    @Test
    void sayingTheLastLabelAgainHasKappaTZeroHoweverAccurate() {
        PrequentialScores scores = PrequentialScores.cumulative();
        int last = PrequentialScores.NONE;
        for (int t = 0; t < 1000; t++) {
            int label = t / 7 % 2;
            scores.add(last, label);
            last = label;
        }

        assertThat(scores.accuracy()).isGreaterThan(0.85);
        assertThat(scores.kappaT()).isCloseTo(0, within(ROUNDING));
        assertThat(scores.kappaM()).isGreaterThan(0.6);
    }

    @Test
    void aWindowHoldsTheLastPredictionsOnly() {
        RandomGenerator random = Seeds.generator(3);
        PrequentialScores window = PrequentialScores.slidingWindow(50);
        PrequentialAccuracy accuracy = PrequentialAccuracy.slidingWindow(50);
        int[] predicted = random.ints(500, 0, 4).toArray();
        int[] labels = random.ints(500, 0, 4).toArray();
        for (int t = 0; t < 500; t++) {
            window.add(predicted[t], labels[t]);
            accuracy.add(predicted[t] == labels[t]);
        }
        PrequentialScores tail = PrequentialScores.cumulative();
        for (int t = 450; t < 500; t++) {
            tail.add(predicted[t], labels[t]);
        }

        assertThat(window.accuracy()).isEqualTo(accuracy.value()).isEqualTo(tail.accuracy());
        assertThat(window.kappa()).isCloseTo(tail.kappa(), within(ROUNDING));
    }

    @Test
    void fadingAccuracyIsThatOfPrequentialAccuracy() {
        RandomGenerator random = Seeds.generator(4);
        PrequentialScores scores = PrequentialScores.fadingFactor(0.97);
        PrequentialAccuracy accuracy = PrequentialAccuracy.fadingFactor(0.97);
        for (int t = 0; t < 300; t++) {
            int predicted = random.nextInt(3);
            int label = random.nextInt(3);
            scores.add(predicted, label);
            accuracy.add(predicted == label);
        }

        assertThat(scores.accuracy()).isCloseTo(accuracy.value(), within(ROUNDING));
    }

    @Test
    void aPredictionOfNoClassIsNeverRight() {
        PrequentialScores scores = PrequentialScores.cumulative();
        for (int t = 0; t < 20; t++) {
            scores.add(PrequentialScores.NONE, 0);
        }

        assertThat(scores.accuracy()).isZero();
    }

    @Test
    void whereTheOtherIsAlwaysRightThereIsNoKappa() {
        PrequentialScores scores = PrequentialScores.slidingWindow(5);
        for (int t = 0; t < 10; t++) {
            scores.add(0, 0);
        }

        assertThat(scores.accuracy()).isEqualTo(1);
        assertThat(scores.kappa()).isNaN();
        assertThat(scores.kappaM()).isNaN();
        assertThat(scores.kappaT()).isNaN();
    }

    @Test
    void wrongArgumentsAreNamed() {
        PrequentialScores scores = PrequentialScores.cumulative();
        assertThatThrownBy(() -> scores.add(0, -1)).hasMessageContaining("label must be >= 0");
        assertThatThrownBy(() -> scores.add(-2, 0)).hasMessageContaining("got -2");
        assertThatThrownBy(() -> PrequentialScores.fadingFactor(0)).hasMessageContaining("(0, 1]");
        assertThatThrownBy(() -> PrequentialScores.slidingWindow(0)).hasMessageContaining(">= 1");
    }
}
