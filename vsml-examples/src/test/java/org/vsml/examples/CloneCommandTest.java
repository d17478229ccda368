package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.cloning.run.ClonedBackpropagation;
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
}
