package org.vsml.cli.instruments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vsml.report.Report;

class SoakCommandTest {

    @Test
    void streamsOnSeveralThreadsComeOutAsOnOne() throws Exception {
        Report report =
                SoakCommand.runExample(
                        "--minutes=0.02", "--streams=6", "--threads=3", "--inputs=8");

        Map<String, Object> last = report.table().rows().get(10);
        assertThat((long) last.get("examples")).isPositive();
        // The six in service at the end at least.
        assertThat((long) last.get("streams_checked")).isGreaterThanOrEqualTo(6);
        assertThat(last).containsEntry("streams_different", 0L);
    }
}
