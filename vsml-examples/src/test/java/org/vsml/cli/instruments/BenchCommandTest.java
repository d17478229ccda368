package org.vsml.cli.instruments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.report.Report;

class BenchCommandTest {

    private static final String[] SMALL = {
        "--inputs=6", "--outputs=3", "--episodes=2", "--examples=2", "--engine=samediff",
        "--rounds=2", "--repeats=1", "--warm-up=1", "--threads=1", "--python=/bin/sh"
    };

    @TempDir private Path folder;

    private Report bench(Path peer) throws Exception {
        String[] args = java.util.Arrays.copyOf(SMALL, SMALL.length + 1);
        args[SMALL.length] = "--peer=" + peer;
        return BenchCommand.runExample(args);
    }

    private Path script(String text) throws IOException {
        return Files.writeString(folder.resolve("peer.sh"), text);
    }

    @Test
    void everyEngineHasARowForEachKindOfWork() throws Exception {
        Report report = BenchCommand.runExample(SMALL);

        assertThat(report.table().rows())
                .hasSize(2)
                .allSatisfy(
                        row -> {
                            assertThat(row).containsEntry("engine", "samediff");
                            assertThat(row).containsEntry("inputs", 6).containsEntry("outputs", 3);
                            assertThat(row)
                                    .containsEntry("episodes", 2)
                                    .containsEntry("threads", 1);
                            assertThat((Double) row.get("ms_per_example")).isPositive();
                            assertThat(row).containsEntry("times_peer", null);
                        })
                .extracting(row -> row.get("work"))
                .containsExactly("forward", "meta_gradient");
    }

    @Test
    void convolutionsAreTimedOnSquareImages() throws Exception {
        String[] args = java.util.Arrays.copyOf(SMALL, SMALL.length + 1);
        args[SMALL.length] = "--convolution";
        assertThatThrownBy(() -> BenchCommand.runExample(args))
                .hasMessageContaining("--inputs")
                .hasMessageContaining("square");
        args[0] = "--inputs=9";
        assertThat(BenchCommand.runExample(args).table().rows()).hasSize(2);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void thePeerGetsTheSameWorkAndIsTheUnitOfTimesPeer() throws Exception {
        Report report =
                bench(
                        script(
                                """
                                echo "$@" > "$(dirname "$0")/arguments"
                                echo forward_ms_per_example 2.5
                                echo meta_gradient_ms_per_example 10
                                """));

        assertThat(folder.resolve("arguments"))
                .content()
                .contains("--inputs=6", "--outputs=3", "--batch=2", "--examples=2", "--threads=1");
        List<Map<String, Object>> rows = report.table().rows();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(1))
                .containsEntry("engine", "peer")
                .containsEntry("ms_per_example", 2.5)
                .containsEntry("times_peer", 1.0);
        assertThat((Double) rows.get(2).get("times_peer"))
                .isCloseTo((Double) rows.get(2).get("ms_per_example") / 10, within(1e-12));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPeerThatFailsOrPrintsSomethingElseIsNamedWithItsOutput() throws Exception {
        Path failing = script("echo no module named torch; exit 3");
        assertThatThrownBy(() -> bench(failing))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("peer.sh", "exit code 3", "no module named torch");

        Path silent = script("echo forward_ms_per_example 2.5; echo hello");
        assertThatThrownBy(() -> bench(silent))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("peer.sh", "meta_gradient_ms_per_example", "hello");
    }

    @Test
    void aMissingPeerAndImpossibleCountsAreRefused() {
        assertThatThrownBy(() -> bench(folder.resolve("gone.py")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gone.py");
        assertThatThrownBy(() -> BenchCommand.runExample("--episodes=0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--episodes must be >= 1, got 0");
    }
}
