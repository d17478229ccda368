package org.vsml.meta;

import java.io.IOException;
import java.nio.file.Path;

/** Locks a folder from a JVM of its own, says whether it could, and waits for the end of input. */
final class FolderLockHolder {

    static final String LOCKED = "locked";
    static final String REFUSED = "refused";

    private FolderLockHolder() {}

    /** The folder. */
    public static void main(String... args) throws IOException {
        try (FolderLock lock = new FolderLock(Path.of(args[0]))) {
            System.out.println(LOCKED);
            while (System.in.read() >= 0) {
                lock.renew();
            }
        } catch (IOException e) {
            System.out.println(REFUSED);
        }
    }
}
