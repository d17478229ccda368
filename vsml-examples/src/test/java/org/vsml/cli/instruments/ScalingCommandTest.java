package org.vsml.cli.instruments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.vsml.report.Report;

class ScalingCommandTest {

    @Test
    void everyPointHasTimesAndTheLongEpisodeAPeak() throws Exception {
        Report report =
                ScalingCommand.runExample(
                        "--inputs=16,32",
                        "--classes=3",
                        "--lengths=2",
                        "--long=3",
                        "--budget=1",
                        "--repeats=1");
        assertThat(report.table().rows())
                .extracting(row -> row.get("vary"))
                .containsExactly("size", "size", "classes", "length", "memory");
        assertThat(report.table().rows())
                .allSatisfy(row -> assertThat((Double) row.get("meta_gradient_ms")).isPositive());
    }

    @Test
    void impossibleOptionsAreRejected() {
        assertThatThrownBy(() -> ScalingCommand.runExample("--repeats=0"))
                .hasMessage("--repeats must be >= 1, got 0");
    }
}
