package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Architecture;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineLearner;
import org.vsml.report.Report;

class QuickstartCommandTest {

    @TempDir private Path folder;

    /** An algorithm that has learned nothing. */
    private Path algorithm() throws Exception {
        Vsml model =
                new Vsml(
                        SubRnn.PAPER.withStateSize(4).withMessageSize(3),
                        Architecture.dense(),
                        Vsml.PAPER.dynamics());
        NamedArrays metaVariables = model.initialMetaVariables(Seeds.generator(1));
        Path file = folder.resolve("untrained.vsml");
        new LearningAlgorithm(
                        model, metaVariables, Provenance.of("untrained-1", metaVariables).build())
                .save(file);
        return file;
    }

    @Test
    void bothPartsOnATinyBudgetFillTableCurveAndPlot() throws Exception {
        StringWriter out = new StringWriter();
        int code =
                VsmlCli.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .execute(
                                "quickstart",
                                "--meta-variables=" + algorithm(),
                                "--examples=30",
                                "--seeds=2",
                                "--steps=3",
                                "--threads=2",
                                "--out=" + folder.resolve("out"));

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("untrained-1", "sgd", "adam", "nearest_mean", "1nn")
                .contains("After 30 digits untrained-1 is right in")
                .contains("After 30 rows untrained-1 is right in")
                .contains("Live meta-training has not learned to learn yet")
                .contains("a guesser: 0.333");
        assertThat(folder.resolve("out/summary.json"))
                .content()
                .contains("\"digits\"", "\"table\"", "\"live_meta_training\"", "\"live_digits\"");
        assertThat(folder.resolve("out/curve.csv"))
                .content()
                .startsWith("curve,x,y,low,high")
                .contains("untrained-1,30.0", "live meta loss,1.0");
        assertThat(Files.size(folder.resolve("out/curve.png"))).isGreaterThan(10_000);
        assertThat(out.toString().strip()).endsWith(folder.resolve("out/curve.png").toString());
        assertThat(out.toString().split("After 30 digits", -1)).as("said once").hasSize(2);
    }

    @Test
    void withoutTheShippedAlgorithmItSaysSo() throws Exception {
        assumeThat(LearningAlgorithm.isOnClassPath(OnlineLearner.DEFAULT_ALGORITHM)).isFalse();
        Report report = QuickstartCommand.runExample("--examples=20", "--seeds=1", "--steps=0");
        assertThat(report.text())
                .contains("There is no learning algorithm general-1 in this build");
        assertThat(report.table().rows().stream().map(row -> row.get("learner")))
                .startsWith("sgd", "adam", "nearest_mean", "1nn");
    }

    @Test
    void anAlgorithmThatIsAskedForMustBeThere() {
        assertThatThrownBy(() -> QuickstartCommand.runExample("--meta-variables=general-77"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("general-77");
        assertThatThrownBy(() -> QuickstartCommand.runExample("--examples=0"))
                .hasMessageContaining("--examples must be >= 1, got 0");
    }
}
