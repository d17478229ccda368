package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.AtomicFiles;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;
import org.vsml.meta.MetaTrainingConfig;

/**
 * Files that someone has changed and then made whole again: the hash is right, so that every check
 * behind it is reached. Seeded, so that a failure can be repeated.
 */
class ForgedFilesTest {

    private static final int TRIALS = 1000;
    private static final int HASH_BYTES = 32;

    @TempDir private Path folder;

    private byte[] algorithm;
    private byte[] learner;

    @BeforeEach
    void writeFiles() throws IOException {
        Vsml model =
                new Vsml(
                        new SubRnn(2, 2, 2, false, -5, 5),
                        Vsml.PAPER.architecture(),
                        Vsml.PAPER.dynamics());
        LearningAlgorithm shipped = LearningAlgorithm.fromResource("general-1");
        var metaVariables = model.initialMetaVariables(Seeds.generator(1));
        var old = shipped.provenance();
        LearningAlgorithm small =
                new LearningAlgorithm(
                        model,
                        metaVariables,
                        new org.vsml.core.Provenance(
                                "small",
                                "1",
                                old.created(),
                                "0",
                                "unknown",
                                1,
                                "none",
                                java.util.Map.of(),
                                "none",
                                metaVariables.sha256()));
        Path file = folder.resolve("small.vsml");
        small.save(file);
        algorithm = Files.readAllBytes(file);
        Path saved = folder.resolve("learner.vsml");
        OnlineLearner.pretrained(small, org.vsml.core.Engine.auto()).forTask(2, 2).save(saved);
        learner = Files.readAllBytes(saved);
    }

    /** What reads a file. */
    private interface Reader {
        Object read(Path file) throws IOException;
    }

    private static byte[] forged(byte[] original, RandomGenerator random) throws Exception {
        byte[] content = original.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(content.length - HASH_BYTES);
            content[at] =
                    switch (random.nextInt(3)) {
                        case 0 -> (byte) (content[at] ^ (1 << random.nextInt(8)));
                        case 1 -> (byte) random.nextInt(256);
                        default -> content[random.nextInt(content.length)];
                    };
        }
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(content, 0, content.length - HASH_BYTES);
        System.arraycopy(sha.digest(), 0, content, content.length - HASH_BYTES, HASH_BYTES);
        return content;
    }

    private void readOrRefuseByName(byte[] original, int trials, Reader reader) throws Exception {
        Path file = folder.resolve("forged.vsml");
        RandomGenerator random = Seeds.generator(77);
        int refused = 0;
        for (int i = 0; i < trials; i++) {
            Files.write(file, forged(original, random));
            try {
                assertThat(reader.read(file)).isNotNull();
            } catch (IOException e) {
                // Anything else, an Error above all, fails the test.
                assertThat(e).as("trial %d", i).hasMessageContaining("forged.vsml");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(trials / 4);
    }

    @Test
    void aForgedAlgorithmIsReadOrRefusedByName() throws Exception {
        readOrRefuseByName(algorithm, TRIALS, LearningAlgorithm::load);
    }

    @Test
    void aForgedLearnerIsReadOrRefusedByName() throws Exception {
        readOrRefuseByName(learner, TRIALS / 5, OnlineLearner::load);
    }

    @Test
    void aChangedConfigurationIsReadOrRefusedByName() throws Exception {
        byte[] yaml;
        try (var in = MetaTrainingConfig.class.getResourceAsStream("/org/vsml/meta/tiny.yaml")) {
            yaml = in.readAllBytes();
        }
        Path file = folder.resolve("forged.yaml");
        RandomGenerator random = Seeds.generator(78);
        String spice = "{}[]:,&*!|>'\"%@`-?# \n\t0e9\\u";
        for (int i = 0; i < TRIALS / 5; i++) {
            byte[] content = yaml.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                content[random.nextInt(content.length)] =
                        spice.getBytes(StandardCharsets.UTF_8)[random.nextInt(spice.length())];
            }
            Files.write(file, Arrays.copyOf(content, random.nextInt(content.length) + 1));
            try {
                assertThat(MetaTrainingConfig.read(file)).isNotNull();
            } catch (IOException e) {
                assertThat(e).as("trial %d", i).hasMessageContaining("forged.yaml");
            }
        }
    }

    @Test
    void severalWritersOfOneFileLeaveOneWholeContent() throws Exception {
        Path file = folder.resolve("contested.txt");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers =
                    java.util.stream.IntStream.range(0, 4)
                            .<Future<?>>mapToObj(
                                    w ->
                                            pool.submit(
                                                    () -> {
                                                        for (int i = 0; i < 25; i++) {
                                                            AtomicFiles.writeString(
                                                                    file,
                                                                    Integer.toString(w)
                                                                            .repeat(20_000));
                                                        }
                                                        return null;
                                                    }))
                            .toList();
            while (writers.stream().anyMatch(w -> !w.isDone())) {
                if (Files.exists(file)) {
                    String seen = Files.readString(file);
                    assertThat(seen).hasSize(20_000);
                    assertThat(seen.chars().distinct().count()).isOne();
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            pool.shutdownNow();
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("small.vsml", "learner.vsml", "contested.txt");
        }
    }
}
