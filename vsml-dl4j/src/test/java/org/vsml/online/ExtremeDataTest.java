package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.episode.Seeds;

/** What an online learner does with data that nobody should give it. */
class ExtremeDataTest {

    private static final Pretrained PRETRAINED = OnlineLearner.pretrained();

    private static void assertProbabilities(double[] probabilities) {
        assertThat(Arrays.stream(probabilities).allMatch(p -> p >= 0 && p <= 1))
                .as("%s", Arrays.toString(probabilities))
                .isTrue();
        // Float logits, a double softmax: 1e-9 is far above its rounding.
        assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void constantFeaturesGiveProbabilities() {
        OnlineLearner learner = PRETRAINED.forTask(5, 3);
        for (int t = 0; t < 100; t++) {
            assertProbabilities(learner.learn(new double[5], t % 3));
            assertProbabilities(learner.predict(new double[] {7, 7, 7, 7, 7}));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e10, 1e30, Float.MAX_VALUE, Float.MIN_VALUE, Double.MIN_VALUE})
    void hugeAndTinyValuesGiveProbabilitiesAndTheLearnerGoesOn(double size) {
        OnlineLearner learner = PRETRAINED.forTask(4, 2);
        for (int t = 0; t < 20; t++) {
            double sign = t % 2 == 0 ? 1 : -1;
            assertProbabilities(learner.learn(new double[] {sign * size, -size, size, 0}, t % 2));
        }
        assertProbabilities(learner.predict(new double[] {1, -1, 0, 0.5}));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                1e39,
                -Double.MAX_VALUE
            })
    void whatIsNotFiniteOrBeyondFloatIsRefusedByNameAndChangesNothing(double value) {
        OnlineLearner learner = PRETRAINED.forTask(3, 2);
        double[] before = learner.learnedVariables().values().clone();
        double[] all = {value, value, value};

        assertThatIllegalArgumentException()
                .isThrownBy(() -> learner.learn(all, 0))
                .withMessageContaining("input 0 must be finite");
        assertThatIllegalArgumentException().isThrownBy(() -> learner.predict(all));
        assertThat(learner.learnedVariables().values()).isEqualTo(before);
    }

    @Test
    void onePixelCanBeLearned() {
        OnlineLearner learner = PRETRAINED.forTask(1, 2);
        PrequentialAccuracy late = PrequentialAccuracy.cumulative();
        RandomGenerator random = Seeds.generator(5);
        for (int t = 0; t < 400; t++) {
            int label = random.nextInt(2);
            double[] p = learner.learn(new double[] {label == 0 ? -1 : 1}, label);
            assertProbabilities(p);
            if (t >= 300) {
                late.add((p[1] > p[0] ? 1 : 0) == label);
            }
        }
        // Chance is 0.5.
        assertThat(late.value()).isGreaterThan(0.9);
    }

    @Test
    void tenThousandClassesGiveProbabilities() {
        OnlineLearner learner = PRETRAINED.forTask(2, 10_000);
        for (int t = 0; t < 3; t++) {
            double[] probabilities = learner.learn(new double[] {1, -1}, 9_999 - t);
            assertThat(probabilities).hasSize(10_000);
            assertProbabilities(probabilities);
        }
    }
}
