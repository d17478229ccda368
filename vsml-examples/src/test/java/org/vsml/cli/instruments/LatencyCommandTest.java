package org.vsml.cli.instruments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vsml.report.Report;

class LatencyCommandTest {

    @Test
    void everyLearnerIsTimedOnEveryTask() throws Exception {
        Report report =
                LatencyCommand.runExample(
                        "--algorithm=general-1",
                        "--task=4x3,6x2",
                        "--examples=40",
                        "--rounds=1",
                        "--warm-up=0");

        assertThat(report.table().rows())
                .hasSize(4)
                .allSatisfy(row -> assertThat((double) row.get("second_half_us")).isPositive())
                .extracting(row -> row.get("learner"))
                .containsExactly("general-1", "1-nn", "general-1", "1-nn");
        Map<String, Object> last = report.table().rows().get(3);
        assertThat(last).containsEntry("inputs", 6).containsEntry("classes", 2);
        assertThat((double) last.get("accuracy")).isBetween(0.5, 1.0);
    }

    @Test
    void tasksThatAreNoneAreRefused() {
        assertThatThrownBy(() -> LatencyCommand.runExample("--task=4"))
                .hasMessage("--task must be like 784x10, got 4");
        assertThatThrownBy(() -> LatencyCommand.runExample("--rounds=0"))
                .hasMessage("--rounds must be >= 1, got 0");
    }
}
