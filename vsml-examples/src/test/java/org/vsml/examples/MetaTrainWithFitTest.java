package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetaTrainWithFitTest {

    @Test
    void lossOfHeldOutEpisodesIsThatOfGuessingAtFirstAndStatisticsAreCollected() throws Exception {
        List<Map<String, Object>> rows =
                MetaTrainWithFit.runExample("--epochs=1", "--batches=10", "--digits=20")
                        .table()
                        .rows();

        assertThat(rows)
                .extracting(row -> row.get("meta_variables"))
                .containsExactly("random", "best");
        // Cross-entropy of five equally likely classes.
        assertThat((double) rows.get(0).get("held_out_meta_loss"))
                .isCloseTo(Math.log(5), within(0.05));
        assertThat((double) rows.get(1).get("held_out_meta_loss"))
                .isCloseTo(Math.log(5), within(0.1));
        assertThat(((Number) rows.get(1).get("stats_updates")).intValue()).isPositive();
    }
}
