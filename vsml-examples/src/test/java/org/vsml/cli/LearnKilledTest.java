package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.dl4j.VsmlClassifier;

/** Tables in pieces, each learned by its own command, some of which are killed. */
class LearnKilledTest {

    private static final int THREADS = 4;
    private static final int PATIENCE_SECONDS = 300;

    @TempDir private Path folder;

    /** In the process that is killed: learns one piece after the other. */
    public static final class Pieces {

        private Pieces() {}

        /** Arguments are the folder and the number of pieces. */
        public static void main(String[] args) {
            Path folder = Path.of(args[0]);
            for (int piece = 0; piece < Integer.parseInt(args[1]); piece++) {
                learn(folder, piece);
                System.out.println("saved " + (piece + 1));
            }
        }
    }

    private static void learn(Path folder, int piece) {
        List<String> args = new ArrayList<>();
        args.add("learn");
        args.add(folder.resolve("piece" + piece + ".csv").toString());
        if (piece > 0) {
            args.add("--load=" + folder.resolve("learner.vsml"));
        }
        args.add("--save=" + folder.resolve("learner.vsml"));
        args.add("--learners=none");
        args.add("--out=" + folder.resolve("out"));
        run(args);
    }

    private static void run(List<String> args) {
        StringWriter said = new StringWriter();
        int code =
                VsmlCli.commandLine()
                        .setOut(new PrintWriter(said, true))
                        .setErr(new PrintWriter(said, true))
                        .execute(args.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(args + ": " + said);
        }
    }

    private static String row(int row) {
        Random random = new Random(row);
        int label = random.nextInt(3);
        return String.format(
                Locale.ROOT,
                "%.2f,%s,%.3f,%s%n",
                100 * label + 60 * random.nextGaussian(),
                List.of("red", "dark blue", "green").get(random.nextInt(3)),
                random.nextGaussian() - label,
                List.of("setosa", "virginica", "versicolor").get(label));
    }

    private void write(String name, int from, int to) throws IOException {
        StringBuilder text = new StringBuilder("width,colour,height,kind\n");
        for (int i = from; i < to; i++) {
            text.append(row(i));
        }
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aKilledCommandLeavesALearnerThatGoesOnWithTheSameBitsWhileOthersPredict()
            throws Exception {
        killAndGoOn(6, 50, 2);
    }

    @Test
    @Tag("slow")
    void soDoTenThousandRows() throws Exception {
        killAndGoOn(20, 500, 9);
    }

    private void killAndGoOn(int pieces, int rows, int killedAfter) throws Exception {
        for (int piece = 0; piece < pieces; piece++) {
            write("piece" + piece + ".csv", piece * rows, (piece + 1) * rows);
        }
        write("whole.csv", 0, pieces * rows);
        write("few.csv", 0, 5);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Pieces.class.getName(),
                                folder.toString(),
                                String.valueOf(pieces))
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            String line = lines.readLine();
            while (line != null && !line.equals("saved " + killedAfter)) {
                said.append(line).append('\n');
                line = lines.readLine();
            }
            assertThat(line).as("it said %s", said).isNotNull();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        int done = Math.toIntExact(learner("learner.vsml").examples() / rows);
        assertThat(done).isBetween(killedAfter, pieces - 1);
        AtomicBoolean learning = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> predicting = new ArrayList<>();
        for (int k = 0; k < THREADS; k++) {
            Path out = folder.resolve("predicted" + k);
            predicting.add(
                    threads.submit(
                            () -> {
                                do {
                                    run(
                                            List.of(
                                                    "learn",
                                                    "--load=" + folder.resolve("learner.vsml"),
                                                    "--predict=" + folder.resolve("few.csv"),
                                                    "--out=" + out));
                                } while (learning.get());
                            }));
        }
        for (int piece = done; piece < pieces; piece++) {
            learn(folder, piece);
        }
        learning.set(false);
        threads.shutdown();
        for (Future<?> one : predicting) {
            one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        for (int k = 0; k < THREADS; k++) {
            assertThat(folder.resolve("predicted" + k + "/predictions.csv")).isNotEmptyFile();
        }
        run(
                List.of(
                        "learn",
                        folder.resolve("whole.csv").toString(),
                        "--save=" + folder.resolve("whole.vsml"),
                        "--learners=none",
                        "--out=" + folder.resolve("out")));
        assertThat(learner("learner.vsml").examples()).isEqualTo((long) pieces * rows);
        assertThat(learner("learner.vsml").learnedVariables().sha256())
                .isEqualTo(learner("whole.vsml").learnedVariables().sha256());
    }

    private VsmlClassifier learner(String name) throws IOException {
        return VsmlClassifier.load(folder.resolve(name).toFile());
    }
}
