package org.vsml.episode;

import static org.vsml.episode.TableFile.check;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The text of a table's file: unpacked if it is gzip, decoded as {@link TableFile} says. */
final class TableText {

    private static final int MAX_BYTES = 1 << 28;

    private TableText() {}

    /**
     * Reads all of it.
     *
     * @param file what messages call it
     */
    static String read(String file, InputStream in) throws IOException {
        byte[] bytes;
        try {
            BufferedInputStream raw = new BufferedInputStream(in);
            raw.mark(2);
            byte[] magic = raw.readNBytes(2);
            raw.reset();
            boolean zipped =
                    magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
            bytes = (zipped ? new GZIPInputStream(raw, 1 << 16) : raw).readNBytes(MAX_BYTES + 1);
        } catch (EOFException truncated) {
            throw new IOException(file + ": the compressed data ends early", truncated);
        } catch (ZipException corrupt) {
            throw new IOException(
                    file + ": the compressed data is damaged: " + corrupt.getMessage(), corrupt);
        }
        check(bytes.length <= MAX_BYTES, "%s: more than %d bytes of text", file, MAX_BYTES);
        if (bytes.length >= 2 && (bytes[0] & 0xff) + (bytes[1] & 0xff) == 0xfe + 0xff) {
            return new String(bytes, StandardCharsets.UTF_16);
        }
        for (int i = 0; i < bytes.length; i++) {
            check(
                    bytes[i] != 0,
                    "%s: this is no text; save the table as CSV in UTF-8 (byte %d is 0)",
                    file,
                    i);
        }
        boolean marked =
                bytes.length >= 3
                        && (bytes[0] & 0xff) == 0xef
                        && (bytes[1] & 0xff) == 0xbb
                        && (bytes[2] & 0xff) == 0xbf;
        int from = marked ? 3 : 0;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
        } catch (CharacterCodingException other) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
