package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

class MarginLearnersTest {

    private static final Offset<Double> ROUNDING = within(1e-12);

    /** x = 2 of class 1 and x = 1 of class 0 of three; what is predicted for both and a third. */
    private static double[] scores(OnlineAlgorithm algorithm) {
        TaskShape task = TaskShape.of(1, 3);
        return algorithm
                .start(task, 0)
                .learn(Examples.online(task, new double[] {2, 1, 1}, new int[] {1, 0, 2}));
    }

    @Test
    void passiveAggressiveStepsAreThoseOfItsPaper() {
        // First: loss 1, ‖(2, 1)‖² = 5, τ = 0.1: w_1 = (.2, .1), w_0 = −w_1.
        // Second, x = (1, 1): scores −.3, .3, 0; loss 1.6, ‖x‖² = 2, τ = .4: w_0 = (.2, .3), w_1 =
        // (−.2, −.3).
        assertThat(scores(new PassiveAggressive(1)))
                .containsExactly(new double[] {0, 0, 0, -.3, .3, 0, .5, -.5, 0}, ROUNDING);
        // τ is cut to .05 twice: w_1 = (.1, .05) − (.05, .05).
        assertThat(Arrays.copyOfRange(scores(new PassiveAggressive(.05)), 6, 9))
                .containsExactly(new double[] {-.05, .05, 0}, ROUNDING);
    }

    @Test
    void arowStepsAreThoseOfItsPaper() {
        // First, x = (2, 1), variances 1: v = 10, β = 1/11, α = 1/11: w_1 = (2, 1)/11 = −w_0; the
        // variances of both become 1 − 4/11 and 1 − 1/11.
        // Second, x = (1, 1): scores −3/11, 3/11, 0; loss 17/11, v = 2·(7 + 10)/11 = 34/11, β =
        // 11/45, α = 17/45: w_0 = (−2 + 7·17/45, −1 + 10·17/45)/11.
        double score = (-3 + 17 * 17 / 45.0) / 11;
        assertThat(scores(new AdaptiveRegularisation(1)))
                .containsExactly(
                        new double[] {0, 0, 0, -3 / 11.0, 3 / 11.0, 0, score, -score, 0}, ROUNDING);
    }

    @Test
    void bothLearnLinearClasses() {
        Examples stream = Streams.correlated(20, 4, 1000, 0.5, 6);

        assertThat(Streams.right(new PassiveAggressive(.1), stream)).isGreaterThan(800);
        assertThat(Streams.right(new AdaptiveRegularisation(1), stream)).isGreaterThan(800);
    }

    @Test
    void impossibleSettingsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PassiveAggressive(0))
                .withMessageContaining("aggressiveness must be positive and finite, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaptiveRegularisation(-1))
                .withMessageContaining("regularisation must be positive and finite, got -1.0");
    }
}
