package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.report.Report;

/** Errors of the JDK's files name file and reason. */
class FileErrorsTest {

    @TempDir private Path folder;

    @Test
    void everyExceptionOfFilesNamesFileAndReason() {
        Map<Exception, String> words =
                Map.of(
                        new NoSuchFileException("/a"), "/a: there is no such file or folder",
                        new AccessDeniedException("/a"), "/a: access is denied",
                        new FileAlreadyExistsException("/a"),
                                "/a: there is a file of this name already",
                        new DirectoryNotEmptyException("/a"), "/a: the folder is not empty",
                        new NotDirectoryException("/a"), "/a: it is no folder",
                        new FileSystemException("/a", "/b", "No space left on device"),
                                "/a -> /b: No space left on device",
                        new UncheckedIOException(new NoSuchFileException("/a")),
                                "/a: there is no such file or folder",
                        new IOException("Is a directory"), "it is a folder, expected a file",
                        new IOException("said"), "said",
                        new IllegalArgumentException("said"), "said");
        words.forEach((e, text) -> assertThat(FileErrors.describe(e)).isEqualTo(text));
    }

    @Test
    void aFolderInPlaceOfAFileIsSaidToBeOne() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MetaTrainingConfig.read(folder))
                .withMessage(folder + ": it is a folder, expected a file");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> LearningAlgorithm.load(folder))
                .withMessage(folder + ": it is a folder, expected a file");
    }

    @Test
    void aFileIsNamedOnce() {
        assertThat(FileErrors.named("/a", new NoSuchFileException("/a")))
                .hasMessage("/a: there is no such file or folder");
        assertThat(FileErrors.named("/a", new AccessDeniedException("/b")))
                .hasMessage("/a: /b: access is denied");
        assertThat(FileErrors.named("/a", new IOException("said"))).hasMessage("/a: said");
    }

    @Test
    void whatIsMissingIsNamedWithItsReason() {
        Path none = folder.resolve("none");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> LearningAlgorithm.load(none))
                .withMessage(none + ": there is no such file or folder");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MetaTrainingConfig.read(none))
                .withMessage(none + ": there is no such file or folder");
    }

    @Test
    void aReportWhereAFileIsInTheWayKeepsItsReason() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> new Report("r", 1, Map.of()).writeTo(file))
                .withMessageContainingAll(
                        "cannot write the report to " + file, "a file of this name already");
    }

    @Test
    void aTextBeyondItsBoundIsRefusedByNameWhateverSizeItSaysItHas() throws Exception {
        Path file = Files.write(folder.resolve("large.yaml"), new byte[1001]);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> BoundedFiles.readString(file, 1000))
                .withMessageContainingAll("large.yaml", "1000 bytes");
        assertThat(BoundedFiles.readString(file, 1001)).hasSize(1001);
        Path endless = Path.of("/dev/zero");
        if (Files.exists(endless)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> MetaTrainingConfig.read(endless))
                    .withMessageContaining("/dev/zero");
        }
    }
}
