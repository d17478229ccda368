package org.vsml.episode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files under names with slashes: those of a folder, or of an archive that stays packed. */
interface FileTree {

    /** No image file of a data set is larger. */
    int MAX_BYTES = 1 << 24;

    /** Is told of one file after the other. */
    interface Visitor {
        /**
         * A file.
         *
         * @param number from 0; the same each time
         * @param name below the folder or in the archive, with slashes
         */
        void file(int number, String name, Content content) throws IOException;
    }

    /** What is in a file, read when it is asked for. */
    interface Content {
        /**
         * All of it.
         *
         * @throws IOException if it is larger than {@link #MAX_BYTES} or cannot be read; without
         *     the file's name
         */
        byte[] bytes() throws IOException;
    }

    /**
     * Goes through all regular files.
     *
     * @throws IOException if folder or archive cannot be read; the message names it
     */
    void forEach(Visitor visitor) throws IOException;

    /** The files of a folder or of an archive. */
    static FileTree of(Path source) throws IOException {
        return Files.isDirectory(source) ? new FolderTree(source) : new TarTree(source);
    }
}
