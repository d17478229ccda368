package org.vsml.cli.instruments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.cli.VsmlCli;
import picocli.CommandLine;

class VectorsCommandTest {

    private static final Path VECTOR =
            Path.of("../vsml-dl4j/src/test/resources/vectors/dense_one_layer.json");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copyVector() throws IOException {
        Files.copy(VECTOR, folder.resolve("a.json"));
    }

    private int run(String... options) {
        CommandLine command =
                VsmlCli.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        String[] args = new String[options.length + 3];
        args[0] = "vectors";
        args[1] = folder.toString();
        args[2] = "--out=" + folder.resolve("out");
        System.arraycopy(options, 0, args, 3, options.length);
        return command.execute(args);
    }

    @Test
    void conformingEnginePassesInBothTypesAndWritesItsErrors() throws IOException {
        assertThat(run("--type=double")).isZero();
        assertThat(run("--type=float")).isZero();
        assertThat(out.toString()).contains("dense_one_layer", "samediff", "ok");
        assertThat(folder.resolve("out/summary.json")).content().contains("\"gradients\"");
    }

    @Test
    void vectorThatExpectsSomethingElseFails() throws IOException {
        String json = Files.readString(folder.resolve("a.json"));
        Files.writeString(
                folder.resolve("a.json"),
                json.replaceFirst("\"mean_cross_entropy\": *1", "\"mean_cross_entropy\": 2"));
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString()).contains("above tolerance");
    }

    @Test
    void damagedVectorIsNamed() throws IOException {
        Files.writeString(folder.resolve("b.json"), "{\"name\": \"b\"}");
        assertThat(run()).isEqualTo(1);
        assertThat(err.toString()).contains("b.json").contains("field config is missing");
    }

    @Test
    void unknownEngineIsRefused() {
        assertThat(run("--engine=abacus")).isEqualTo(1);
        assertThat(err.toString()).contains("no engine abacus");
    }
}
