package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are killed (signal 9) in the middle, again and again. */
class KillTest {

    private static final long PATIENCE_SECONDS = 60;

    @TempDir private Path folder;

    @Test
    void aRunKilledTwiceEndsWithTheSameBits() throws Exception {
        killAndResume(2);
    }

    @Test
    @Tag("slow")
    void aRunKilledTenTimesEndsWithTheSameBits() throws Exception {
        killAndResume(10);
    }

    private void killAndResume(int times) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < times; kill++) {
            long before = latestCheckpoint();
            Process process = start();
            try {
                // Wait for progress, then strike at any moment of the work that follows.
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                while (latestCheckpoint() <= before && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
                Thread.sleep(random.nextInt(100));
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(latestCheckpoint())
                    .as("progress before kill %d (seed %d)", kill, seed)
                    .isGreaterThan(before)
                    .isLessThan(KilledRun.config().steps());
        }
        String resumed =
                Toys.trainer(KilledRun.config(), folder)
                        .resume(true)
                        .run()
                        .algorithm()
                        .metaVariables()
                        .sha256();
        String whole = Toys.trainer(KilledRun.config()).run().algorithm().metaVariables().sha256();
        assertThat(resumed).as("after %d kills (seed %d)", times, seed).isEqualTo(whole);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRun.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private long latestCheckpoint() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("checkpoint-\\d+\\.vsml-state"))
                    .mapToLong(name -> Long.parseLong(name.replaceAll("\\D", "")))
                    .max()
                    .orElse(0);
        }
    }
}
