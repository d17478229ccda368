package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Json;
import org.vsml.core.LearningAlgorithm;

class PaperCommandTest {

    @TempDir private Path folder;

    private final StringWriter messages = new StringWriter();

    private int run(String figures) {
        return VsmlCli.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(messages))
                .execute(
                        "paper",
                        "--figure",
                        figures,
                        "--budget",
                        "0.01",
                        "--seeds",
                        "2",
                        "--examples",
                        "20",
                        "--out",
                        folder.resolve("out").toString(),
                        "--docs",
                        folder.resolve("docs").toString());
    }

    @Test
    void figuresShareTheirAlgorithmsAndASecondRunFindsThem() throws Exception {
        assertThat(run("17")).as(messages.toString()).isZero();
        Path algorithm = folder.resolve("out/algorithms/vsml-mnist-projected.vsml");
        LearningAlgorithm made = LearningAlgorithm.load(algorithm);
        assertThat(made.provenance().trainingLog()).containsKeys("steps", "share_of_paper");
        assertThat(folder.resolve("out/figure-17")).isDirectoryContaining("glob:**figure.csv");

        // Figure 9 stands on the same algorithm.
        assertThat(run("9")).as(messages.toString()).isZero();
        assertThat(messages.toString())
                .containsOnlyOnce("meta-training vsml-mnist-projected for")
                .containsOnlyOnce("meta-training vsml-mnist-projected-short for");
        JsonNode summary =
                Json.mapper().readTree(folder.resolve("out/figure-9/summary.json").toFile());
        assertThat(summary.get("rows")).hasSize(8);
        assertThat(Files.size(folder.resolve("docs/images/paper-9.png"))).isPositive();
        assertThat(folder.resolve("docs/results.md"))
                .content()
                .containsSubsequence("## Figure 9", "vsml-mnist-projected", "## Figure 17");
    }

    @Tag("slow")
    @Test
    void curvesOfMetaTrainedAndClassicalLearnersAreDrawn() throws Exception {
        assertThat(run("6")).as(messages.toString()).isZero();
        assertThat(folder.resolve("out/algorithms/meta_rnn-mnist.vsml")).exists();
        assertThat(folder.resolve("out/figure-6"))
                .isDirectoryContaining("glob:**curve.csv")
                .isDirectoryContaining("glob:**figure.png");
    }

    @Test
    void unknownFiguresAreAnsweredWithTheKnownOnes() {
        assertThat(run("5")).isEqualTo(1);
        assertThat(messages.toString()).contains("there is no figure 5; there are [6, 7, 8,");
    }
}
