package org.vsml.core;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.vsml.math.Hashes;

/**
 * Named arrays in a file, with a JSON header that says what they are. Meta variables, learned
 * variables and checkpoints are all kept in this container.
 *
 * <p>Format version 1; integers and floats are little-endian, texts UTF-8:
 *
 * <pre>
 *   8 bytes   magic: 0x89 'V' 'S' 'M' 'L' CR LF 0x1A
 *   int32     format version
 *   int64     length of the whole file in bytes
 *   int32, .. kind: length and text, such as "learning-algorithm"
 *   int32, .. header: length and a JSON object
 *   int32     number of arrays; for each:
 *     int32, ..    name: length and text
 *     int32, ..    number of axes, then each axis as int32
 *   float64.. the values of all arrays, row-major, in the same order
 *   32 bytes  SHA-256 of everything before
 * </pre>
 *
 * <p>Reading trusts nothing: every length is checked against bounds and against the size of the
 * file before anything of that size is allocated, and the hash is checked before anything is
 * returned.
 *
 * @param kind what the file holds, such as {@code learning-algorithm}
 * @param header everything that is not an array
 * @param arrays the arrays
 */
public record ArrayFile(String kind, ObjectNode header, NamedArrays arrays) {

    /** The version that is written. */
    public static final int FORMAT_VERSION = 1;

    private static final byte[] MAGIC = {(byte) 0x89, 'V', 'S', 'M', 'L', '\r', '\n', 0x1A};
    private static final int MAX_KIND_BYTES = 256;
    private static final int MAX_HEADER_BYTES = 16 << 20;
    private static final int MAX_ARRAYS = 1 << 20;
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_AXES = 8;
    private static final int HASH_BYTES = 32;
    private static final int MAX_STREAM_BYTES = 1 << 28;
    private static final int CHUNK_VALUES = 8192;

    public ArrayFile {
        require(kind != null && !kind.isEmpty(), "kind must not be empty");
        require(header != null && arrays != null, "header and arrays must not be null");
        require(
                utf8(kind).length <= MAX_KIND_BYTES,
                "kind may have at most %d bytes: %s",
                MAX_KIND_BYTES,
                kind);
        require(
                arrays.layout().entries().size() <= MAX_ARRAYS,
                "at most %d arrays, got %d",
                MAX_ARRAYS,
                arrays.layout().entries().size());
        for (ArrayLayout.Entry entry : arrays.layout().entries()) {
            require(
                    utf8(entry.name()).length <= MAX_NAME_BYTES && entry.shape().size() <= MAX_AXES,
                    "an array may have at most %d bytes of name and %d axes, got %s",
                    MAX_NAME_BYTES,
                    MAX_AXES,
                    entry);
        }
    }

    /** Writes the file atomically ({@link AtomicFiles}). */
    public void write(Path file) throws IOException {
        AtomicFiles.write(file, this::writeTo);
    }

    /** Writes the container to a stream, which stays open. */
    public void writeTo(OutputStream out) throws IOException {
        byte[] kindBytes = utf8(kind);
        byte[] headerBytes = Json.mapper().writeValueAsBytes(header);
        if (headerBytes.length > MAX_HEADER_BYTES) {
            throw new IOException(
                    "the header may have at most "
                            + MAX_HEADER_BYTES
                            + " bytes, got "
                            + headerBytes.length);
        }
        long length = MAGIC.length + 24L + kindBytes.length + headerBytes.length;
        for (ArrayLayout.Entry entry : arrays.layout().entries()) {
            length += 8 + utf8(entry.name()).length + 4L * entry.shape().size();
        }
        length += (long) Double.BYTES * arrays.values().length + HASH_BYTES;

        MessageDigest hash = Hashes.sha256();
        DigestOutputStream hashed = new DigestOutputStream(out, hash);
        hashed.write(MAGIC);
        hashed.write(integers(FORMAT_VERSION, (int) length, (int) (length >>> 32)));
        writeBlock(hashed, kindBytes);
        writeBlock(hashed, headerBytes);
        hashed.write(integers(arrays.layout().entries().size()));
        for (ArrayLayout.Entry entry : arrays.layout().entries()) {
            writeBlock(hashed, utf8(entry.name()));
            hashed.write(integers(entry.shape().size()));
            hashed.write(integers(entry.shape().stream().mapToInt(i -> i).toArray()));
        }
        writeValues(hashed, arrays.values());
        out.write(hash.digest());
    }

    /**
     * Reads a file of the given kind.
     *
     * @throws IOException if it cannot be read, is of another kind or a newer format, or is
     *     damaged; the message names the file, what was expected and what was found
     */
    public static ArrayFile read(Path file, String kind) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": it is a folder, expected a file");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return read(channel, kind, file.toString());
        } catch (FileSystemException e) {
            throw FileErrors.named(file.toString(), e);
        }
    }

    /**
     * Reads from a file that is open: its size is that of what is read, also where another file has
     * taken its name since.
     */
    static ArrayFile read(FileChannel channel, String kind, String where) throws IOException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
        return new Reader(in, channel.size(), where).read(kind);
    }

    /**
     * Reads a container of at most 256 MB from a stream, such as a class-path resource.
     *
     * @param where what error messages call the stream
     * @throws IOException as {@link #read(Path, String)}
     */
    public static ArrayFile read(InputStream in, String kind, String where) throws IOException {
        byte[] bytes = in.readNBytes(MAX_STREAM_BYTES + 1);
        if (bytes.length > MAX_STREAM_BYTES) {
            throw new IOException(where + " has more than " + MAX_STREAM_BYTES + " bytes");
        }
        return new Reader(new ByteArrayInputStream(bytes), bytes.length, where).read(kind);
    }

    private static void writeBlock(OutputStream out, byte[] bytes) throws IOException {
        out.write(integers(bytes.length));
        out.write(bytes);
    }

    private static void writeValues(OutputStream out, double[] values) throws IOException {
        byte[] chunk = new byte[CHUNK_VALUES * Double.BYTES];
        for (int start = 0; start < values.length; start += CHUNK_VALUES) {
            int count = Math.min(CHUNK_VALUES, values.length - start);
            ByteBuffer.wrap(chunk)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asDoubleBuffer()
                    .put(values, start, count);
            out.write(chunk, 0, count * Double.BYTES);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] integers(int... values) {
        byte[] bytes = new byte[values.length * Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
        return bytes;
    }

    /** Reads one container of a known size. */
    private static final class Reader {

        private final MessageDigest hash = Hashes.sha256();
        private final InputStream plain;
        private final DigestInputStream in;
        private final long size;
        private final String where;
        private long position;

        Reader(InputStream in, long size, String where) {
            this.plain = in;
            this.in = new DigestInputStream(in, hash);
            this.size = size;
            this.where = where;
        }

        ArrayFile read(String expectedKind) throws IOException {
            byte[] magic = bytes(MAGIC.length, "magic");
            check(
                    Arrays.equals(magic, MAGIC),
                    "is not a VSML array file: expected it to begin with %s, got %s",
                    HexFormat.of().formatHex(MAGIC),
                    HexFormat.of().formatHex(magic));
            int version = integer("format version");
            check(
                    version == FORMAT_VERSION,
                    "has format version %d, this program reads version %d",
                    version,
                    FORMAT_VERSION);
            long length = buffer(Long.BYTES, "length").getLong();
            check(length == size, "should have %d bytes, got %d", length, size);
            String kind = text(MAX_KIND_BYTES, "kind");
            check(kind.equals(expectedKind), "holds kind '%s', expected '%s'", kind, expectedKind);
            byte[] headerBytes = bytes(count(MAX_HEADER_BYTES, "header length"), "header");
            ArrayLayout layout = layout();
            check(
                    remaining() == (long) Double.BYTES * layout.size() + HASH_BYTES,
                    "should have %d bytes of values and hash, got %d",
                    (long) Double.BYTES * layout.size() + HASH_BYTES,
                    remaining());
            double[] values = values(layout.size());
            byte[] computed = hash.digest();
            byte[] stored = readFully(plain, HASH_BYTES, "hash");
            check(
                    Arrays.equals(computed, stored),
                    "is damaged: its content has SHA-256 %s, the file says %s",
                    HexFormat.of().formatHex(computed),
                    HexFormat.of().formatHex(stored));
            return new ArrayFile(kind, header(headerBytes), new NamedArrays(layout, values));
        }

        private ArrayLayout layout() throws IOException {
            int arrays = count(MAX_ARRAYS, "number of arrays");
            List<ArrayLayout.Entry> entries = new ArrayList<>();
            for (int i = 0; i < arrays; i++) {
                String name = text(MAX_NAME_BYTES, "name of array " + i);
                int axes = count(MAX_AXES, "number of axes of array " + i);
                List<Integer> shape = new ArrayList<>();
                for (int axis = 0; axis < axes; axis++) {
                    shape.add(integer("shape of array " + i));
                }
                try {
                    entries.add(new ArrayLayout.Entry(name, shape));
                } catch (IllegalArgumentException e) {
                    throw new IOException(where + " is damaged: " + e.getMessage(), e);
                }
            }
            try {
                return new ArrayLayout(entries);
            } catch (IllegalArgumentException e) {
                throw new IOException(where + " is damaged: " + e.getMessage(), e);
            }
        }

        private ObjectNode header(byte[] bytes) throws IOException {
            JsonNode node;
            try {
                // As text, since of bytes a parser guesses the encoding.
                node = Json.mapper().readTree(utf8(bytes, "header"));
            } catch (JsonProcessingException e) {
                throw new IOException(
                        where + " has a header that is not JSON: " + e.getOriginalMessage(), e);
            }
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new IOException(where + " has a header that is not a JSON object");
        }

        private double[] values(int count) throws IOException {
            try {
                Heap.require((long) Double.BYTES * count, where, "read it elsewhere");
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
            double[] values = new double[count];
            for (int start = 0; start < count; start += CHUNK_VALUES) {
                int chunk = Math.min(CHUNK_VALUES, count - start);
                buffer(chunk * Double.BYTES, "values").asDoubleBuffer().get(values, start, chunk);
            }
            return values;
        }

        private String text(int limit, String what) throws IOException {
            return utf8(bytes(count(limit, "length of " + what), what), what);
        }

        private String utf8(byte[] bytes, String what) throws IOException {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new IOException(where + " is damaged: " + what + " is not UTF-8", e);
            }
        }

        private int count(int limit, String what) throws IOException {
            int count = integer(what);
            check(
                    count >= 0 && count <= limit,
                    "is damaged: %s must be in [0, %d], got %d",
                    what,
                    limit,
                    count);
            return count;
        }

        private int integer(String what) throws IOException {
            return buffer(Integer.BYTES, what).getInt();
        }

        private ByteBuffer buffer(int count, String what) throws IOException {
            return ByteBuffer.wrap(bytes(count, what)).order(ByteOrder.LITTLE_ENDIAN);
        }

        private byte[] bytes(int count, String what) throws IOException {
            check(
                    count <= remaining(),
                    "is cut off: %s needs %d bytes at offset %d, but the file has %d bytes",
                    what,
                    count,
                    position,
                    size);
            return readFully(in, count, what);
        }

        private byte[] readFully(InputStream from, int count, String what) throws IOException {
            byte[] bytes = from.readNBytes(count);
            if (bytes.length != count) {
                throw new EOFException(where + " is cut off in its " + what);
            }
            position += count;
            return bytes;
        }

        private long remaining() {
            return size - position;
        }

        private void check(boolean condition, String message, Object... arguments)
                throws IOException {
            if (!condition) {
                throw new IOException(where + " " + String.format(Locale.ROOT, message, arguments));
            }
        }
    }
}
