package org.vsml.meta;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.FileErrors;
import org.vsml.math.Hashes;

/**
 * Keeps other runs out of a folder until it is closed; the system does so when this process dies.
 * Two files are locked: {@code .lock} in the folder, which other machines see that share it, and
 * one of this machine's temporary files, named after the folder, so that deleting {@code .lock}
 * lets nobody in here. Before each checkpoint {@link #renew} makes sure of the first one, too.
 */
final class FolderLock implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
    private static final String NAME = ".lock";

    /**
     * Folders locked by this process. A system may give up all locks of a process on a file as soon
     * as the process closes that file once, so a second run here must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path real;
    private final FileChannel ofMachine;
    private FileChannel inFolder;
    private Object key;

    /**
     * Locks.
     *
     * @throws IOException if another run, of this process or another, has the folder
     */
    FolderLock(Path folder) throws IOException {
        this.folder = folder;
        real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw inUse();
        }
        FileChannel opened = null;
        try {
            opened = ofThisMachine();
            ofMachine = opened;
            lockInFolder();
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            if (opened != null) {
                opened.close();
            }
            throw e;
        }
    }

    private IOException inUse() {
        return new IOException(
                folder + " is in use by another run; wait for its end, or choose another folder");
    }

    /** Null if it cannot be made: it is another user's, say. */
    private FileChannel ofThisMachine() throws IOException {
        byte[] path = real.toString().getBytes(StandardCharsets.UTF_8);
        String hash = HexFormat.of().formatHex(Hashes.sha256().digest(path), 0, 16);
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "vsml-" + hash + NAME);
        try {
            return locked(file);
        } catch (FileSystemException e) {
            LOG.debug("no lock of this machine: {}", FileErrors.describe(e));
            return null;
        }
    }

    private void lockInFolder() throws IOException {
        Path file = folder.resolve(NAME);
        try {
            inFolder = locked(file);
            key = key(file);
        } catch (FileSystemException e) {
            throw FileErrors.named(file.toString(), e);
        }
    }

    private FileChannel locked(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is locked by this process", file);
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be locked ({}); run nothing else in {}",
                    file,
                    FileErrors.describe(e),
                    folder);
            return channel;
        }
        channel.close();
        throw inUse();
    }

    /** What tells a file from another one of its name; null where the system has no such thing. */
    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Makes sure that the file in the folder is the one that is locked; locks it again if someone
     * has deleted or replaced it.
     *
     * @throws IOException if another run has done so
     */
    void renew() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            if (!owned()) {
                LOG.warn("{} was deleted or replaced; locking it again", folder.resolve(NAME));
                inFolder.close();
                lockInFolder();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean owned() {
        try {
            return Objects.equals(key(folder.resolve(NAME)), key);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try (FileChannel first = inFolder;
                FileChannel second = ofMachine) {
            LOG.debug("leaving {}: {}, {}", folder, first, second);
        } finally {
            HELD.remove(real);
        }
    }
}
