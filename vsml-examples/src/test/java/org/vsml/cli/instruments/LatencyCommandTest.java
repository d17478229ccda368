package org.vsml.cli.instruments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    void streamsAreWrittenForOtherPrograms(@TempDir Path folder) throws Exception {
        LatencyCommand.runExample(
                "--algorithm=general-1",
                "--task=4x3",
                "--examples=20",
                "--rounds=1",
                "--warm-up=0",
                "--write=" + folder.resolve("streams"));

        assertThat(Files.readAllLines(folder.resolve("streams/4x3.csv")))
                .hasSize(20)
                .allSatisfy(line -> assertThat(line.split(",")).hasSize(5));
    }

    @Test
    void tasksThatAreNoneAreRefused() {
        assertThatThrownBy(() -> LatencyCommand.runExample("--task=4"))
                .hasMessage("--task must be like 784x10, got 4");
        assertThatThrownBy(() -> LatencyCommand.runExample("--rounds=0"))
                .hasMessage("--rounds must be >= 1, got 0");
    }
}
