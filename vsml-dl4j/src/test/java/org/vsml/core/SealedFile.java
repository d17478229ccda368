package org.vsml.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.vsml.math.Hashes;

/** Bytes in a file, with the hash that array files end with, so that what lies behind it is met. */
public final class SealedFile implements AutoCloseable {

    private final Path folder;
    private final Path file;

    /** In a new folder. */
    public SealedFile(String name) {
        try {
            folder = Files.createTempDirectory("sealed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file = folder.resolve(name);
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Replaces the content. */
    public Path write(byte[] content) {
        MessageDigest hash = Hashes.sha256();
        byte[] digest = hash.digest(content);
        byte[] sealed = Arrays.copyOf(content, content.length + digest.length);
        System.arraycopy(digest, 0, sealed, content.length, digest.length);
        try {
            return Files.write(file, sealed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the folder. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
