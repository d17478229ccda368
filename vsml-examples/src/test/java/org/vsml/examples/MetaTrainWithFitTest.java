package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MetaTrainWithFitTest {

    @Test
    void lossOfHeldOutEpisodesIsThatOfGuessingAtFirstAndStatisticsAreCollected() throws Exception {
        MetaTrainWithFit.Result result = MetaTrainWithFit.runExample(null, 1, 10, 20, 1);

        // Cross-entropy of five equally likely classes.
        assertThat(result.untrainedLoss()).isCloseTo(Math.log(5), within(0.05));
        assertThat(result.losses().get(result.bestEpoch())).isCloseTo(Math.log(5), within(0.1));
        assertThat(result.statsUpdates()).isPositive();
    }
}
