package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vsml.baselines.RandomFeatures.Head;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

class RandomFeaturesTest {

    /** Inside or outside of a circle; half each. */
    private static Examples ring(int count, double scale) {
        RandomGenerator random = Seeds.generator(4);
        double[] inputs = new double[2 * count];
        int[] labels = new int[count];
        for (int t = 0; t < count; t++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            inputs[2 * t] = scale * x;
            inputs[2 * t + 1] = scale * y;
            labels[t] = x * x + y * y < 2 * Math.log(2) ? 1 : 0;
        }
        return Examples.online(TaskShape.of(2, 2), inputs, labels);
    }

    @ParameterizedTest
    @EnumSource
    void aRingThatNoLinearLearnerSeesIsLearned(Head head) {
        Examples ring = ring(1000, 1);

        assertThat(Streams.right(new RandomFeatures(head, 200, 1, 0.1), ring)).isGreaterThan(920);
        assertThat(Streams.right(new RecursiveLeastSquares(0.1), ring)).isLessThan(600);
    }

    @ParameterizedTest
    @EnumSource
    void theBandwidthFollowsTheScaleOfTheInputs(Head head) {
        assertThat(Streams.right(new RandomFeatures(head, 200, 1, 0.1), ring(1000, 1000)))
                .isGreaterThan(920);
    }

    @Test
    void featuresComeFromTheSeedAlone() {
        Examples ring = ring(50, 1);
        RandomFeatures learner = new RandomFeatures(Head.LEAST_SQUARES, 20, 1, 1);

        assertThat(learner.start(ring.task(), 3).learn(ring))
                .isEqualTo(learner.start(ring.task(), 3).learn(ring))
                .isNotEqualTo(learner.start(ring.task(), 4).learn(ring));
    }

    @Test
    void inputsThatNeverChangeAreNoProblem() {
        Examples same = Examples.online(TaskShape.of(2, 2), new double[40], new int[20]);

        assertThat(
                        new RandomFeatures(Head.LEAST_SQUARES, 20, 1, 1)
                                .start(same.task(), 0)
                                .learn(same))
                .doesNotContain(Double.NaN);
    }

    @Test
    void impossibleSettingsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomFeatures(Head.DISCRIMINANT, 0, 1, 1))
                .withMessageContaining("width must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomFeatures(Head.DISCRIMINANT, 1, -1, 1))
                .withMessageContaining("bandwidth must be positive and finite, got -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomFeatures(Head.DISCRIMINANT, 1, 1, Double.NaN))
                .withMessageContaining("regularisation must be positive and finite, got NaN");
    }
}
