package org.vsml.core;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Replaces files so that a reader, or a restart after a crash, finds either the old content or the
 * new, never a part: the content goes to a temporary file in the same folder, which is forced to
 * the disk and then renamed. None of it depends on whether the thread is interrupted: channels,
 * which close themselves then, are not used to write.
 */
public final class AtomicFiles {

    private static final String TEMPORARY_SUFFIX = ".vsml-tmp";

    /** Writes a file's content. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything; the stream is buffered and is closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFiles() {}

    /**
     * Creates or replaces {@code file}; on failure the old content stays and no temporary file is
     * left behind.
     *
     * @throws IOException if the folder does not exist, cannot be written, or the disk is full; the
     *     message names the file
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException("cannot write " + file + ": it is not a file's path");
        }
        Path temporary =
                folder.resolve(
                        "." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY_SUFFIX);
        try {
            Files.createFile(temporary);
            try (FileOutputStream disk = new FileOutputStream(temporary.toFile())) {
                OutputStream out = new BufferedOutputStream(disk, 1 << 16);
                content.writeTo(out);
                out.flush();
                disk.getFD().sync();
            }
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw new IOException("cannot write " + file + ": " + describe(e), e);
        }
        forceFolder(folder);
    }

    /** {@link #write(Path, Content)} of a text in UTF-8. */
    public static void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Appends a text in UTF-8 to a file, which is made if it is missing; not atomic.
     *
     * @throws IOException if it cannot be written; the message names the file
     */
    public static void append(Path file, String text) throws IOException {
        try (FileOutputStream disk = new FileOutputStream(file.toFile(), true)) {
            disk.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + describe(e), e);
        }
    }

    /**
     * Deletes what writers that were killed have left in a folder. Call it only where no other
     * writer can be at work.
     */
    public static void deleteLeftovers(Path folder) throws IOException {
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(folder, ".*" + TEMPORARY_SUFFIX)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * A rename is only safe against a power cut once its folder is on the disk too; not every
     * platform can do that.
     */
    private static void forceFolder(Path folder) {
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows cannot open folders; the rename itself is still atomic there.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String describe(IOException e) {
        String name = e.getClass().getSimpleName();
        return e.getMessage() == null ? name : name + ": " + e.getMessage();
    }
}
