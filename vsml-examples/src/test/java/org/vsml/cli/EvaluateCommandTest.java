package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;
import org.vsml.report.Report;

class EvaluateCommandTest {

    @TempDir private Path folder;

    private static List<Object> column(Report report, String name) {
        return report.table().rows().stream().map(row -> row.get(name)).toList();
    }

    @Test
    void classicalLearnersAreReportedAtEveryHorizonAndAtTheEnd() throws Exception {
        Report report =
                EvaluateCommand.runExample(
                        "--meta-variables=none",
                        "--learners=nearest_mean,sgd",
                        "--sets=mnist,fashion_mnist",
                        "--examples=150",
                        "--seeds=3");

        assertThat(report.table().columns())
                .containsExactly(
                        "set",
                        "learner",
                        "examples",
                        "accuracy",
                        "low",
                        "high",
                        "seeds",
                        "setting");
        assertThat(column(report, "examples"))
                .containsExactly(100, 150, 100, 150, 100, 150, 100, 150);
        assertThat(column(report, "set").subList(0, 4)).containsOnly("mnist");
        assertThat(column(report, "learner").subList(0, 4))
                .containsExactly("nearest_mean", "nearest_mean", "sgd", "sgd");
        for (Map<String, Object> row : report.table().rows()) {
            double accuracy = (double) row.get("accuracy");
            // Chance is 0.1.
            assertThat(accuracy).isBetween(0.25, 0.9);
            assertThat((double) row.get("low")).isLessThan(accuracy);
            assertThat((double) row.get("high")).isGreaterThan(accuracy);
            assertThat(row).containsEntry("seeds", 3);
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws Exception {
        String[] options = {
            "--meta-variables=none",
            "--learners=adam",
            "--sets=mnist",
            "--examples=60",
            "--seeds=4",
            "--threads=1"
        };
        Report alone = EvaluateCommand.runExample(options);
        options[5] = "--threads=3";

        assertThat(EvaluateCommand.runExample(options).table().rows())
                .isEqualTo(alone.table().rows());
    }

    @Test
    void anAlgorithmFromAFileIsEvaluatedUnderItsName() throws Exception {
        Vsml model =
                new Vsml(
                        SubRnn.PAPER.withStateSize(4),
                        Vsml.PAPER.architecture(),
                        Vsml.PAPER.dynamics());
        NamedArrays metaVariables = model.initialMetaVariables(Seeds.generator(1));
        Path file = folder.resolve("untrained.vsml");
        new LearningAlgorithm(
                        model, metaVariables, Provenance.of("untrained-1", metaVariables).build())
                .save(file);
        Report report =
                EvaluateCommand.runExample(
                        "--meta-variables=" + file,
                        "--learners=none",
                        "--sets=mnist",
                        "--examples=12",
                        "--seeds=2",
                        "--horizons=5,100");

        assertThat(column(report, "learner")).containsOnly("untrained-1");
        assertThat(column(report, "examples")).containsExactly(5, 12);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluateCommand.runExample("--meta-variables=general-77"))
                .withMessageContaining("general-77");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> EvaluateCommand.runExample("--meta-variables=" + folder + "/x.vsml"))
                .withMessageContaining("there is no file " + folder);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> EvaluateCommand.runExample("--meta-variables=none", "--learners=svm"))
                .withMessageContaining("no classical learner svm");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                EvaluateCommand.runExample(
                                        "--meta-variables=none", "--learners=none"))
                .withMessageContaining("at least one contender");
    }

    @Test
    void metricsOfCalibratedLearnersOnConditionedInputsAreWrittenBesideTheRest() throws Exception {
        int code =
                VsmlCli.commandLine()
                        .execute(
                                "evaluate",
                                "--meta-variables=none",
                                "--learners=nearest_mean,rls",
                                "--sets=mnist",
                                "--examples=120",
                                "--seeds=2",
                                "--conditioned",
                                "--metrics",
                                "--out=" + folder.resolve("out"));

        assertThat(code).isZero();
        List<String> lines = Files.readAllLines(folder.resolve("out/metrics.csv"));
        assertThat(lines.get(0))
                .isEqualTo(
                        "set,learner,examples,accuracy,log_loss,calibration_error,kappa,kappa_m,"
                                + "kappa_t,window_accuracy,setting,lowest_log_loss,"
                                + "lowest_log_loss_setting");
        // Two learners after 100 and 120 examples.
        assertThat(lines).hasSize(5);
        for (String line : lines.subList(1, 5)) {
            // Without a clue it is ln 10.
            assertThat(Double.parseDouble(line.split(",", -1)[4])).isBetween(0.5, 2.31);
        }
    }

    @Test
    void theCommandWritesItsFolder() throws Exception {
        int code =
                VsmlCli.commandLine()
                        .execute(
                                "evaluate",
                                "--meta-variables=none",
                                "--learners=nearest_mean",
                                "--sets=mnist",
                                "--examples=20",
                                "--seeds=2",
                                "--out=" + folder.resolve("out"));

        assertThat(code).isZero();
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "summary.json", "evaluate.csv", "curve.csv", "curve.png");
        }
    }
}
