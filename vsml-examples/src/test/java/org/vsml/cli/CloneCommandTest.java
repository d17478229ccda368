package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.Json;
import org.vsml.core.LearningAlgorithm;
import picocli.CommandLine;

class CloneCommandTest {

    @TempDir private Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = VsmlCli.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.setErr(new PrintWriter(err));
        return command.execute(args);
    }

    @Test
    void writesAnAlgorithmAndItsErrors() throws Exception {
        Path folder = this.folder.resolve("new");
        assertThat(run("clone", "--steps", "3,0", "--out", folder.toString())).isZero();
        LearningAlgorithm algorithm = LearningAlgorithm.load(folder.resolve("clone.vsml"));
        assertThat(algorithm.config()).isEqualTo(ClonedBackpropagation.PAPER);
        assertThat(algorithm.provenance().reproduce())
                .isEqualTo("./vsml clone --seed 1 --steps 3,0");
        assertThat(algorithm.provenance().trainingLog()).containsEntry("random_steps", 3.0);
        assertThat(folder.resolve("training.csv")).content().startsWith("step,phase,output");
        assertThat(folder.resolve("summary.json")).content().contains("\"message_down\"");
    }

    @Test
    void stepsAreTwoNumbers() {
        assertThat(run("clone", "--steps", "3", "--out", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("--steps must be two numbers N,N, got [3]");
    }

    @Test
    void evaluatesACloneBesideGradientDescent() throws Exception {
        int code =
                run(
                        "clone",
                        "--evaluate",
                        "--sets",
                        "mnist",
                        "--batches",
                        "2",
                        "--seeds",
                        "2",
                        "--sizes",
                        "0",
                        "--out",
                        folder.toString());
        assertThat(code).as(err.toString()).isZero();
        JsonNode rows = Json.mapper().readTree(folder.resolve("summary.json").toFile()).get("rows");
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "set", "hidden_layers", "learner", "accuracy", "low", "high", "seeds");
        for (int i = 0; i < 4; i += 2) {
            double clone = rows.get(i).get("accuracy").asDouble();
            assertThat(rows.get(i + 1).get("accuracy").asDouble()).isCloseTo(clone, within(0.03));
        }
        assertThat(folder.resolve("agreement.csv")).content().contains("mnist,1,1,1,2,0.9");
        for (String image :
                List.of("hidden-0", "hidden-1", "agreement", "activation", "activation-error")) {
            assertThat(folder.resolve(image + ".png")).isNotEmptyFile();
        }
        assertThat(folder.resolve("targets.csv")).content().contains("random,delta_w,");
    }

    @Test
    void onlyClonesCanBeEvaluated() {
        assertThat(run("clone", "--evaluate", "--meta-variables", "general-1")).isEqualTo(1);
        assertThat(err.toString()).contains("--evaluate needs cloned backpropagation");
    }
}
