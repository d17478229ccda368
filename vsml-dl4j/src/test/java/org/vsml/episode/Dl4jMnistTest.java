package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.common.resources.DL4JResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Dl4jMnistTest {

    @TempDir private Path home;
    @TempDir private Path server;

    private Path cache;
    private final String address = DL4JResources.getBaseDownloadURL();

    @BeforeEach
    void useAnotherHome() {
        DL4JResources.setBaseDirectory(home.toFile());
        DL4JResources.setBaseDownloadURL(server.toUri().toString());
        cache = home.resolve("data/MNIST");
    }

    @AfterEach
    void restore() {
        DL4JResources.resetBaseDirectoryLocation();
        DL4JResources.setBaseDownloadURL(address);
        System.setProperty(Dl4jMnist.DOWNLOAD_PROPERTY, "false");
    }

    private static void unpackedSet(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String part : new String[] {"train", "t10k"}) {
            Files.write(folder.resolve(part + "-images-idx3-ubyte"), Idx.images(4));
            Files.write(folder.resolve(part + "-labels-idx1-ubyte"), Idx.labels(0, 1, 2, 9));
        }
    }

    @Test
    void whatDeeplearning4jHasUnpackedIsUsed() throws IOException {
        unpackedSet(cache);
        ImageSet set = DataSets.in(home).load("mnist", Split.TRAIN);
        assertThat(set.size()).isEqualTo(4);
        assertThat(set.origin()).isEqualTo(cache.toString());
    }

    @Test
    void theGivenFolderComesFirst() throws IOException {
        unpackedSet(cache);
        Path own = Idx.set(home.resolve("mnist"));
        assertThat(DataSets.in(home).load("mnist", Split.TEST).origin()).isEqualTo(own.toString());
    }

    @Test
    void aZippedFileWithAnotherChecksumIsNotUsed() throws IOException {
        unpackedSet(cache);
        Files.write(cache.resolve("train-images-idx3-ubyte.gz"), Idx.zipped(Idx.images(4)));
        assertThat(Dl4jMnist.folder()).isEmpty();
        assertThat(DataSets.in(home).load("mnist", Split.TRAIN).origin()).contains("embedded");
    }

    @Test
    void whatIsFetchedWithAnotherChecksumIsRefusedAndLeavesNothingBehind() throws IOException {
        Path remote = Files.createDirectories(server.resolve("datasets/mnist"));
        for (String part : new String[] {"train", "t10k"}) {
            Files.write(remote.resolve(part + "-images-idx3-ubyte.gz"), Idx.zipped(Idx.images(4)));
            Files.write(remote.resolve(part + "-labels-idx1-ubyte.gz"), Idx.zipped(Idx.labels(1)));
        }
        System.setProperty(Dl4jMnist.DOWNLOAD_PROPERTY, "true");

        assertThatThrownBy(Dl4jMnist::folder)
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("ubyte.gz", "MD5");
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).isEmpty();
        }
        assertThat(DataSets.in(home).load("mnist", Split.TRAIN).origin()).contains("embedded");
    }

    @Test
    void withoutAServerTheSampleIsUsed() {
        System.setProperty(Dl4jMnist.DOWNLOAD_PROPERTY, "true");
        assertThat(DataSets.in(home).load("mnist", Split.TRAIN).origin()).contains("embedded");
    }

    @Test
    void nothingIsFetchedWhereThatIsForbidden() throws IOException {
        assertThat(Dl4jMnist.folder()).isEmpty();
    }
}
