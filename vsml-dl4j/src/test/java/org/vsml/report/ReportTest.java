package org.vsml.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Json;

class ReportTest {

    @TempDir Path folder;

    private static Report report() {
        return new Report("evaluate", 7, Map.of("examples", 100))
                .engine("cpu")
                .table(new Table("set", "accuracy").row("mnist", 0.5).row("usps", Double.NaN));
    }

    @Test
    void summaryHoldsExactlyThePrintedRows() throws Exception {
        report().writeTo(folder);

        JsonNode summary = Json.mapper().readTree(folder.resolve("summary.json").toFile());
        assertThat(summary.fieldNames())
                .toIterable()
                .containsExactly("name", "seed", "config", "versions", "rows");
        assertThat(summary.get("name").asText()).isEqualTo("evaluate");
        assertThat(summary.get("seed").asLong()).isEqualTo(7);
        assertThat(summary.get("config").get("examples").asInt()).isEqualTo(100);
        assertThat(summary.get("rows").toString())
                .isEqualTo(
                        "[{\"set\":\"mnist\",\"accuracy\":0.5},{\"set\":\"usps\",\"accuracy\":null}]");
    }

    @Test
    void versionsNameProjectCommitJavaNd4jAndEngine() {
        @SuppressWarnings("unchecked")
        Map<String, String> versions = (Map<String, String>) report().summary().get("versions");

        assertThat(versions.keySet()).containsExactly("vsml", "commit", "java", "nd4j", "engine");
        assertThat(versions.get("vsml")).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(versions.get("commit")).matches("unknown|[0-9a-f]{7,40}(-dirty)?");
        assertThat(versions.get("java")).contains(System.getProperty("java.version"));
        assertThat(versions.get("nd4j")).startsWith("1.0.0");
        assertThat(versions.get("engine")).isEqualTo("cpu");
    }

    @Test
    void writesCurvesAndPlotsBesideTheSummaryAndNothingElse() throws Exception {
        double[] x = {0, 1};
        report().csv("curve.csv", new Table("x", "y").row(0, 0.25))
                .plot("curve.png", new LinePlot("t", "x", "y").line("a", x, x))
                .writeTo(folder.resolve("deep/er"));

        try (var files = Files.list(folder.resolve("deep/er"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("summary.json", "curve.csv", "curve.png");
        }
        assertThat(folder.resolve("deep/er/curve.csv")).hasContent("x,y\n0,0.25\n");
    }

    @Test
    void anUnwritableFolderIsNamed() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> report().writeTo(file.resolve("sub")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void fileNamesThatLeaveTheFolderAreRejected() {
        for (String name : List.of("../x.csv", "a/b.csv", "curve.txt", "")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> report().csv(name, new Table("x")))
                    .withMessageContaining(".csv");
        }
    }
}
