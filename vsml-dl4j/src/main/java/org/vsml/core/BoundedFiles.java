package org.vsml.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small files whole, and large ones not at all. */
public final class BoundedFiles {

    private BoundedFiles() {}

    /**
     * A text in UTF-8.
     *
     * @param most bytes; a file with more is refused before more of it is read, whatever size it
     *     says it has (a device, say, has none)
     * @throws CharacterCodingException if it is not UTF-8
     * @throws IOException if it is too large, a folder, or cannot be read; the message names it
     */
    public static String readString(Path file, int most) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": it is a folder, expected a file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(most + 1);
        } catch (IOException e) {
            throw FileErrors.named(file.toString(), e);
        }
        if (bytes.length > most) {
            throw new IOException(file + " must have at most " + most + " bytes, got more");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
}
