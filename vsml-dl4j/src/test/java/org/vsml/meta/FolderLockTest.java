package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run at a time has a folder, whatever happens to the file in it. */
class FolderLockTest {

    @TempDir private Path place;

    private Path folder;
    private Path lockFile;
    private Process other;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectories(place.resolve("run"));
        lockFile = folder.resolve(".lock");
    }

    @AfterEach
    void endOther() throws Exception {
        if (other != null) {
            other.destroyForcibly().waitFor();
        }
    }

    /** What someone does to the file. */
    private interface Tampering {
        void change() throws IOException;
    }

    /** What another process says that wants the folder, on a machine with these temporary files. */
    private String another(String temporary) throws IOException {
        other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                FolderLockHolder.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader out = other.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals(FolderLockHolder.LOCKED) || line.equals(FolderLockHolder.REFUSED)) {
                return line;
            }
        }
        throw new AssertionError("no answer");
    }

    private void assertTaken() {
        for (Path way : new Path[] {folder, folder.resolve("../run"), linked()}) {
            assertThatThrownBy(() -> new FolderLock(way).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(way + " is in use by another run");
        }
    }

    private Path linked() {
        try {
            Path link = place.resolve("link");
            return Files.exists(link) ? link : Files.createSymbolicLink(link, folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nobodyElseGetsInWhateverHappensToTheFile() throws Exception {
        Map<String, Tampering> tampering = new LinkedHashMap<>();
        tampering.put("nothing", () -> {});
        tampering.put("deleted", () -> Files.delete(lockFile));
        tampering.put(
                "replaced",
                () ->
                        Files.move(
                                Files.createFile(place.resolve("new")),
                                lockFile,
                                StandardCopyOption.REPLACE_EXISTING));
        String here = System.getProperty("java.io.tmpdir");
        for (Map.Entry<String, Tampering> one : tampering.entrySet()) {
            try (FolderLock lock = new FolderLock(folder)) {
                one.getValue().change();
                assertTaken();
                assertThat(another(here)).as(one.getKey()).isEqualTo(FolderLockHolder.REFUSED);
                lock.renew();
                assertThat(lockFile).exists();
                assertTaken();
                // Another machine that shares the folder has but the file.
                assertThat(another(place.toString()))
                        .as(one.getKey())
                        .isEqualTo(FolderLockHolder.REFUSED);
            }
        }
        assertThat(another(here)).isEqualTo(FolderLockHolder.LOCKED);
        assertTaken();
    }

    @Test
    void aRunStopsBeforeItWritesWhereAnotherMachineHasTakenItsFolder() throws Exception {
        try (FolderLock lock = new FolderLock(folder)) {
            Files.delete(lockFile);
            assertThat(another(place.toString())).isEqualTo(FolderLockHolder.LOCKED);
            assertThatThrownBy(lock::renew)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another run");
        }
    }

    @Test
    void anInterruptIsKeptAndLosesNoLock() throws Exception {
        try (FolderLock lock = new FolderLock(folder)) {
            Files.delete(lockFile);
            Thread.currentThread().interrupt();
            lock.renew();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(lockFile).exists();
            assertTaken();
        }
    }
}
