package org.vsml.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.episode.DriftStream;
import org.vsml.report.Report;

class DriftExperimentTest {

    @Test
    void accuracyFallsAtTheChangeAndALearnerThatForgetsRecovers() {
        Report report =
                new DriftExperiment(
                                List.of(
                                        ClassicalLearners.named("knn_window"),
                                        ClassicalLearners.named("nearest_mean")),
                                List.of(DriftStream.Kind.SWAPPED_LABELS),
                                6000,
                                1,
                                1,
                                1)
                        .on(new Report("drift", 1, List.of()), Progress.Display.NONE);

        List<Map<String, Object>> rows = report.table().rows();
        assertThat(rows).hasSize(2);
        for (Map<String, Object> row : rows) {
            assertThat((double) row.get("before")).isGreaterThan(0.8);
            assertThat((double) row.get("after")).isLessThan(0.5);
        }
        assertThat((double) rows.get(0).get("recovered")).isGreaterThan(0.8);
        assertThat((double) rows.get(1).get("recovered")).isLessThan(0.5);
        assertThat(report.pictures()).containsExactly("drift.png");
    }

    @Test
    void aStreamTooShortToRecoverIsRefused() {
        assertThatThrownBy(
                        () ->
                                new DriftExperiment(
                                        List.of(ClassicalLearners.named("sgd")),
                                        List.of(DriftStream.Kind.SEA),
                                        3000,
                                        1,
                                        1,
                                        1))
                .hasMessageContaining("--examples must be >= 4000");
    }
}
