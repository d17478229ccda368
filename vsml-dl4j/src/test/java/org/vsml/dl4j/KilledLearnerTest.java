package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** A process that learns is killed while it saves again and again; another one goes on. */
class KilledLearnerTest {

    private static final int FEATURES = 4;
    private static final int CLASSES = 3;
    private static final int THREADS = 4;
    private static final int PATIENCE_SECONDS = 300;

    @TempDir private Path folder;

    private static List<DataSet> stream(int examples) {
        return Flowers.rows(examples, FEATURES, CLASSES, 1, 2).asList();
    }

    /**
     * In the process that is killed: arguments are the file, all examples, and how often to save.
     */
    public static final class Learning {

        private Learning() {}

        /** Learns while four threads predict, and says what it has saved. */
        public static void main(String[] args) throws Exception {
            File file = new File(args[0]);
            int every = Integer.parseInt(args[2]);
            VsmlClassifier classifier = VsmlClassifier.pretrained();
            List<DataSet> rows = stream(Integer.parseInt(args[1]));
            classifier.fit(rows.get(0));
            for (int k = 0; k < THREADS; k++) {
                Thread thread = new Thread(() -> predictForEver(classifier));
                thread.setDaemon(true);
                thread.start();
            }
            for (int i = 1; i < rows.size(); i++) {
                classifier.fit(rows.get(i));
                if ((i + 1) % every == 0) {
                    classifier.save(file);
                    System.out.println("saved " + (i + 1));
                }
            }
        }

        private static void predictForEver(VsmlClassifier classifier) {
            INDArray few = few();
            while (true) {
                classifier.output(few);
            }
        }
    }

    private static INDArray few() {
        return Flowers.rows(2, FEATURES, CLASSES, 1, 3).getFeatures();
    }

    @Test
    void whatAKilledProcessSavedGoesOnWithTheSameBitsWhileFourThreadsPredict() throws Exception {
        killAndGoOn(400, 20, 200);
    }

    @Test
    @Tag("slow")
    void soDoTenThousandExamples() throws Exception {
        killAndGoOn(10_000, 250, 5_000);
    }

    private void killAndGoOn(int examples, int every, int killedAfter) throws Exception {
        File file = folder.resolve("learner.vsml").toFile();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Learning.class.getName(),
                                file.toString(),
                                String.valueOf(examples),
                                String.valueOf(every))
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

        VsmlClassifier resumed = VsmlClassifier.load(file);
        int from = (int) resumed.examples();
        assertThat(from).isBetween(killedAfter, examples).isNotEqualTo(examples);
        List<DataSet> rows = stream(examples);
        VsmlClassifier alone = VsmlClassifier.pretrained();
        Set<String> possible = new HashSet<>();
        for (int i = 0; i < examples; i++) {
            alone.fit(rows.get(i));
            if (i + 1 >= from) {
                possible.add(Arrays.deepToString(alone.output(few()).toDoubleMatrix()));
            }
        }
        AtomicBoolean learning = new AtomicBoolean(true);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<? extends Future<?>> predicting =
                IntStream.range(0, THREADS)
                        .mapToObj(
                                k ->
                                        threads.submit(
                                                () -> {
                                                    INDArray few = few();
                                                    do {
                                                        seen.add(
                                                                Arrays.deepToString(
                                                                        resumed.output(few)
                                                                                .toDoubleMatrix()));
                                                    } while (learning.get());
                                                }))
                        .toList();
        for (int i = from; i < examples; i++) {
            resumed.fit(rows.get(i));
        }
        learning.set(false);
        threads.shutdown();
        for (Future<?> one : predicting) {
            one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(resumed.examples()).isEqualTo(examples);
        assertThat(resumed.learnedVariables().sha256())
                .isEqualTo(alone.learnedVariables().sha256());
        assertThat(possible).containsAll(seen);
    }
}
