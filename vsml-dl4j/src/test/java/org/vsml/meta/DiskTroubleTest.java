package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.AtomicFiles;

/**
 * Disks that are full or read-only, in earnest: small file systems in memory are mounted, which
 * needs Linux and its superuser; elsewhere those tests are skipped.
 */
class DiskTroubleTest {

    private static final long PATIENCE_SECONDS = 60;

    @TempDir private Path folder;

    private boolean mounted;

    private Path disk(String options) throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString());
        assumeThat(mounted).as("file systems can be mounted here").isTrue();
        return disk;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", folder.resolve("disk").toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aFullDiskKeepsTheOldFileAndIsNamed() throws Exception {
        Path disk = disk("size=64k");
        Path file = disk.resolve("precious.txt");
        AtomicFiles.writeString(file, "old");
        assertThatThrownBy(() -> AtomicFiles.writeString(file, "new".repeat(40_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("precious.txt")
                .hasMessageContaining("No space left");
        assertThat(file).hasContent("old");
        assertThat(names(disk)).containsExactly("precious.txt");
    }

    @Test
    void metaTrainingStopsOnAFullDiskAndGoesOnToTheSameBitsWhenThereIsRoom() throws Exception {
        Path disk = disk("size=256k");
        Path filler = disk.resolve("filler");
        MetaTrainer trainer =
                Toys.trainer(KilledRun.config(), disk)
                        .listener(
                                new MetaTrainingListener() {
                                    @Override
                                    public void stepped(StepMetrics metrics) {
                                        if (metrics.step() == 11) {
                                            fill(filler);
                                        }
                                    }
                                });
        assertThatThrownBy(trainer::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(disk.toString())
                .hasMessageContaining("No space left");
        assertThat(names(disk)).filteredOn(name -> name.endsWith(".vsml-tmp")).isEmpty();

        Files.delete(filler);
        String resumed =
                Toys.trainer(KilledRun.config(), disk)
                        .resume(true)
                        .run()
                        .algorithm()
                        .metaVariables()
                        .sha256();
        assertThat(resumed)
                .isEqualTo(
                        Toys.trainer(KilledRun.config())
                                .run()
                                .algorithm()
                                .metaVariables()
                                .sha256());
    }

    /** Takes all the room there is. */
    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            byte[] block = new byte[512];
            Arrays.fill(block, (byte) 1);
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void aReadOnlyDiskIsNamed() throws Exception {
        Path disk = disk("ro");
        assertThatThrownBy(() -> AtomicFiles.writeString(disk.resolve("a.txt"), "a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a.txt")
                .hasMessageContaining("Read-only");
        Path run = disk.resolve("run");
        assertThatThrownBy(() -> Toys.trainer(Toys.everything(), run))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(run.toString());
        assertThatThrownBy(() -> Toys.trainer(Toys.everything(), disk).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(disk.toString());
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThatThrownBy(() -> Toys.trainer(Toys.everything(), file.resolve("run")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aSecondRunInAFolderIsRefusedAndTheFirstEndsAsIfAlone() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch tried = new CountDownLatch(1);
        MetaTrainingListener waits =
                new MetaTrainingListener() {
                    @Override
                    public void stepped(StepMetrics metrics) {
                        begun.countDown();
                        try {
                            tried.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                };
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<MetaTrainingResult> first =
                    pool.submit(
                            () -> Toys.trainer(KilledRun.config(), folder).listener(waits).run());
            assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            for (boolean resume : List.of(false, true)) {
                assertThatThrownBy(
                                () -> Toys.trainer(KilledRun.config(), folder).resume(resume).run())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(folder + " is in use by another run");
            }
            tried.countDown();
            assertThat(first.get().algorithm().metaVariables().sha256())
                    .isEqualTo(
                            Toys.trainer(KilledRun.config())
                                    .run()
                                    .algorithm()
                                    .metaVariables()
                                    .sha256());
        } finally {
            tried.countDown();
            pool.shutdownNow();
        }
        assertThat(Toys.trainer(KilledRun.config(), folder).resume(true).run().finished()).isTrue();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
