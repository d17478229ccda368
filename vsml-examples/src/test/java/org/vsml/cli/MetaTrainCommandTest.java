package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Json;
import org.vsml.core.LearningAlgorithm;
import picocli.CommandLine;

class MetaTrainCommandTest {

    private static final long PATIENCE_SECONDS = 120;

    @TempDir private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void aResumedRunEndsWithTheHashOfAnUninterruptedOneWhateverTheThreads() throws Exception {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        assertThat(run("--steps", "6", "--threads", "1", "--out", whole.toString())).isZero();
        assertThat(run("--steps", "4", "--threads", "2", "--out", parts.toString())).isZero();
        assertThat(lastRow(parts).get("step").asInt()).isEqualTo(4);
        assertThat(run("--steps", "6", "--threads", "2", "--out", parts.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("resume");
        assertThat(run("--steps", "6", "--threads", "2", "--resume", "--out", parts.toString()))
                .isZero();

        JsonNode row = lastRow(whole);
        assertThat(row.get("step").asInt()).isEqualTo(6);
        assertThat(row.get("meta_loss").asDouble()).isBetween(0.5, 2.0);
        assertThat(row.get("v_m_sha256").asText()).matches("[0-9a-f]{64}");
        assertThat(lastRow(parts).get("v_m_sha256")).isEqualTo(row.get("v_m_sha256"));
        assertThat(lastRow(parts).get("meta_loss")).isEqualTo(row.get("meta_loss"));
        LearningAlgorithm algorithm = LearningAlgorithm.load(whole.resolve("tiny.vsml"));
        assertThat(algorithm.metaVariables().sha256()).isEqualTo(row.get("v_m_sha256").asText());
        assertThat(algorithm.provenance().reproduce())
                .isEqualTo("./vsml meta-train --config tiny --seed 1 --steps 6");
        assertThat(Files.readAllLines(whole.resolve("metrics.jsonl"))).hasSize(6);

        Path from = folder.resolve("from");
        assertThat(
                        run(
                                "--steps",
                                "1",
                                "--init",
                                whole.resolve("tiny.vsml").toString(),
                                "--out",
                                from.toString()))
                .isZero();
        assertThat(lastRow(from).get("v_m_sha256")).isNotEqualTo(row.get("v_m_sha256"));
    }

    @Test
    void mistakesAreOneLine() throws Exception {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, "name: mine\nlerner: {}\n");
        String out = folder.resolve("out").toString();
        assertThat(execute("meta-train", "--config", file.toString(), "--out", out)).isEqualTo(1);
        assertThat(err.toString()).contains("mine.yaml: learner must be given (line 3)");
        assertThat(execute("meta-train", "--config", "huge", "--out", out)).isEqualTo(1);
        assertThat(err.toString()).contains("no meta-training configuration named huge");
        assertThat(execute("meta-train", "--config", "gone.yaml", "--out", out)).isEqualTo(1);
        assertThat(err.toString()).contains("gone.yaml");
        assertThat(run("--steps", "30", "--out", out)).isEqualTo(1);
        assertThat(err.toString()).contains("steps must be in [1, 20]");
        assertThat(run("--steps", "-3", "--out", out)).isEqualTo(2);
        assertThat(err.toString()).contains("--steps must be >= 1, got -3");
        assertThat(run("--threads", "0", "--out", out)).isEqualTo(2);
        assertThat(err.toString()).contains("--threads must be >= 1");
        assertThat(run("--spark", "local[1]", "--out", out)).isEqualTo(1);
        assertThat(err.toString()).contains("evolution strategies, of which tiny has none");
        String[] evolution = {"meta-train", "--config", "mnist-es", "--spark", "local[1]"};
        assertThat(execute(with(List.of(evolution), "--out", out))).isEqualTo(1);
        assertThat(err.toString()).contains("Spark needs the JVM flags --add-opens");
        assertThat(execute("meta-train", "--out", out)).isEqualTo(2);
        assertThat(err.toString().strip().lines().filter(l -> l.contains("\tat "))).isEmpty();
    }

    /** SIGTERM, which runs the same hook as Ctrl-C. */
    @Test
    void aStopWritesACheckpointAndSaysHowToGoOn() throws Exception {
        Path log = folder.resolve("log");
        Path out = folder.resolve("out");
        Path config = longConfig();
        Process process = start(config, out, log);
        awaitMetrics(out, 3);
        process.destroy();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(log))
                .contains("a checkpoint is in " + out)
                .contains("--config " + config)
                .contains("--resume");
        assertThat(checkpoints(out)).isNotEmpty();
    }

    /**
     * Issue: kill −9 at a random moment ten times; the final V_M is that of an uninterrupted run.
     */
    @Test
    @Tag("slow")
    void aRunKilledTenTimesEndsWithTheHashOfAnUninterruptedOne() throws Exception {
        Path out = folder.resolve("killed");
        Path whole = folder.resolve("whole");
        Path config = longConfig();
        long seed = System.nanoTime();
        java.util.Random random = new java.util.Random(seed);
        for (int kill = 0; kill < 10; kill++) {
            int lines = Files.exists(out) ? metrics(out) : 0;
            Process process = start(config, out, folder.resolve("log" + kill));
            awaitMetrics(out, Math.max(1, lines - 4) + random.nextInt(8));
            Thread.sleep(random.nextInt(300));
            process.destroyForcibly();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        List<String> last = List.of("meta-train", "--config", config.toString(), "--steps", "120");
        assertThat(execute(with(last, "--out", out.toString(), "--resume"))).isZero();
        assertThat(execute(with(last, "--out", whole.toString()))).isZero();
        assertThat(lastRow(out).get("v_m_sha256"))
                .as("seed %d", seed)
                .isEqualTo(lastRow(whole).get("v_m_sha256"));
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }

    /** {@code tiny} with more steps. */
    private Path longConfig() throws Exception {
        try (var in = LearningAlgorithm.class.getResourceAsStream("/org/vsml/meta/tiny.yaml")) {
            String yaml = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            Path file = folder.resolve("long.yaml");
            Files.writeString(file, yaml.replace("steps: 20", "steps: 100000"));
            return file;
        }
    }

    private static Process start(Path config, Path out, Path log) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(VsmlCli.class.getName(), "meta-train", "--resume"));
        command.addAll(List.of("--config", config.toString(), "--out", out.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static void awaitMetrics(Path out, int lines) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(out.resolve("metrics.jsonl")) || metrics(out) < lines) {
            assertThat(System.nanoTime()).as("%d steps in time", lines).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static int metrics(Path out) throws Exception {
        Path file = out.resolve("metrics.jsonl");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private static List<Path> checkpoints(Path out) throws Exception {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(f -> f.toString().endsWith(".vsml-state")).toList();
        }
    }

    private static JsonNode lastRow(Path out) throws Exception {
        JsonNode rows = Json.mapper().readTree(out.resolve("summary.json").toFile()).get("rows");
        return rows.get(rows.size() - 1);
    }

    private int run(String... arguments) {
        return execute(with(List.of("meta-train", "--config", "tiny"), arguments));
    }

    private int execute(String... arguments) {
        CommandLine command = VsmlCli.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }
}
