package org.vsml.cli.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Examples;

/** A stream as other programs read it: CSV, an example a line, its class last. */
public final class StreamFile {

    private StreamFile() {}

    /**
     * Writes a file.
     *
     * @param file whose folder is made if it is missing
     */
    public static void write(Path file, Examples examples) throws IOException {
        int inputs = examples.task().inputs();
        StringBuilder text = new StringBuilder();
        for (int t = 0; t < examples.length(); t++) {
            for (int a = 0; a < inputs; a++) {
                text.append((float) examples.inputs()[t * inputs + a]).append(',');
            }
            text.append(examples.labels()[t]).append('\n');
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFiles.writeString(file, text.toString());
    }
}
