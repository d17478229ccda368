package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.vsml.core.Precision;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.samediff.SameDiffEngine;

class EpisodesTogetherTest {

    private static final EpisodeDistribution EPISODES =
            EpisodeDistribution.of(
                    EpisodeDistribution.Component.of(
                            new TaskDistribution.RandomLabels(IntRange.of(4), IntRange.of(3), 5),
                            6));

    private static Phase phase(GradientEstimator estimator) {
        return Phase.of(3, EPISODES, 4, estimator, Optimizer.Sgd.of(Schedule.constant(0.5)));
    }

    private static double[] trained(GradientEstimator estimator) throws IOException {
        Vsml model =
                new Vsml(
                        SubRnn.PAPER.withStateSize(4).withMessageSize(2),
                        Vsml.PAPER.architecture(),
                        Vsml.PAPER.dynamics());
        return MetaTrainer.of(MetaTrainingConfig.of("together", model, phase(estimator)))
                .engine(new SameDiffEngine(Precision.DOUBLE))
                .data(DataSets.embedded())
                .run()
                .algorithm()
                .metaVariables()
                .values();
    }

    @Test
    void withoutClippingTheyGiveWhatTheyGiveOneByOne() throws IOException {
        GradientEstimator.Backpropagation alone =
                new GradientEstimator.Backpropagation(null, null, null);
        // Rounding in double, over three steps.
        assertThat(trained(alone.withTogether(2))).containsExactly(trained(alone), within(1e-12));
        assertThat(trained(alone.withTogether(4))).containsExactly(trained(alone), within(1e-12));
    }

    @Test
    void clippingBoundsTheirMean() throws IOException {
        GradientEstimator.Backpropagation tight = GradientEstimator.Backpropagation.clipped(1e-3);
        assertThat(trained(tight.withTogether(4))).isNotEqualTo(trained(tight));
    }

    @Test
    void theyMustDivideTheBatch() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> phase(GradientEstimator.Backpropagation.clipped(1).withTogether(3)))
                .withMessage("together of the estimator must divide the batch 4, got 3");
    }
}
