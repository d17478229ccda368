package org.vsml.episode;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.vsml.core.FileErrors;

/**
 * One array of an idx file, the format of the MNIST family: two zero bytes, the type of the values,
 * the number of axes, the axes as big-endian 32-bit integers, the values row-major and big-endian.
 * A file may be compressed with gzip whatever its name.
 *
 * @param type {@link #UBYTE} or {@link #SHORT}
 * @param axes sizes, each at least 1
 * @param data the values, as in the file
 */
record IdxFile(int type, int[] axes, byte[] data) {

    /** Unsigned bytes. */
    static final int UBYTE = 0x08;

    /** Signed 16-bit integers. */
    static final int SHORT = 0x0B;

    private static final int MAX_AXES = 4;
    private static final long MAX_BYTES = 1L << 30;

    /** Arrays of one axis are labels, which are kept as integers. */
    private static final long MAX_LABEL_BYTES = 1L << 24;

    private static final int FIRST_BUFFER = 1 << 20;

    /** Something that opens a file. */
    interface Opener {
        InputStream open() throws IOException;
    }

    /**
     * Reads one file to its end.
     *
     * @param name what messages call the file
     * @throws IOException if the file is not what its header says; the message has the file, the
     *     expected and the actual
     */
    static IdxFile read(String name, Opener opener) throws IOException {
        try (InputStream in = unzipped(opener.open())) {
            return parse(name, in);
        } catch (EOFException truncated) {
            throw new IOException(name + ": the compressed data ends early", truncated);
        } catch (java.util.zip.ZipException corrupt) {
            throw new IOException(
                    name + ": the compressed data is damaged: " + corrupt.getMessage(), corrupt);
        } catch (FileSystemException failure) {
            throw FileErrors.named(name, failure);
        }
    }

    /** Number of values. */
    int count() {
        int result = 1;
        for (int axis : axes) {
            result *= axis;
        }
        return result;
    }

    /** All values as integers. */
    int[] integers() {
        int[] result = new int[count()];
        for (int i = 0; i < result.length; i++) {
            result[i] =
                    type == UBYTE
                            ? data[i] & 0xff
                            : (short) ((data[2 * i] << 8) | (data[2 * i + 1] & 0xff));
        }
        return result;
    }

    private static InputStream unzipped(InputStream raw) throws IOException {
        try {
            PushbackInputStream in =
                    new PushbackInputStream(new BufferedInputStream(raw, 1 << 16), 2);
            byte[] magic = in.readNBytes(2);
            in.unread(magic);
            boolean zipped =
                    magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
            return zipped ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException failure) {
            raw.close();
            throw failure;
        }
    }

    private static IdxFile parse(String name, InputStream in) throws IOException {
        byte[] magic = in.readNBytes(4);
        check(
                magic.length == 4,
                "%s: an idx file has at least 4 bytes, got %d",
                name,
                magic.length);
        int type = magic[2] & 0xff;
        int axisCount = magic[3] & 0xff;
        check(
                magic[0] == 0 && magic[1] == 0 && (type == UBYTE || type == SHORT),
                "%s: expected the magic number 00 00 08 or 00 00 0b of an idx file of bytes or shorts, got %02x %02x %02x",
                name,
                magic[0] & 0xff,
                magic[1] & 0xff,
                type);
        check(
                axisCount >= 1 && axisCount <= MAX_AXES,
                "%s: expected 1 to %d axes, got %d",
                name,
                MAX_AXES,
                axisCount);
        int[] axes = new int[axisCount];
        long expected = type == SHORT ? 2 : 1;
        long most = axisCount == 1 ? MAX_LABEL_BYTES : MAX_BYTES;
        for (int i = 0; i < axisCount; i++) {
            byte[] size = in.readNBytes(4);
            check(
                    size.length == 4,
                    "%s: the header ends within axis %d of %d",
                    name,
                    i + 1,
                    axisCount);
            long axis = Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(size).getInt());
            check(
                    axis >= 1 && axis * expected <= most,
                    "%s: axis %d of the header makes the array larger than %d bytes, or empty: %d",
                    name,
                    i + 1,
                    most,
                    axis);
            axes[i] = (int) axis;
            expected *= axis;
        }
        byte[] data = readValues(name, in, axes, (int) expected);
        check(
                in.read() < 0,
                "%s: the header %s asks for %d bytes of values, but more follow",
                name,
                Arrays.toString(axes),
                expected);
        return new IdxFile(type, axes, data);
    }

    /** Grows with what really comes, so that a header alone cannot claim memory. */
    private static byte[] readValues(String name, InputStream in, int[] axes, int expected)
            throws IOException {
        byte[] data = new byte[Math.min(expected, FIRST_BUFFER)];
        int read = 0;
        while (true) {
            int now;
            try {
                now = in.readNBytes(data, read, data.length - read);
            } catch (EOFException truncated) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s: the header %s asks for %d bytes of values, but the compressed data ends early",
                                name,
                                Arrays.toString(axes),
                                expected),
                        truncated);
            }
            read += now;
            check(
                    read == data.length,
                    "%s: the header %s asks for %d bytes of values, got %d: %d bytes are missing",
                    name,
                    Arrays.toString(axes),
                    expected,
                    read,
                    expected - read);
            if (read == expected) {
                return data;
            }
            data = Arrays.copyOf(data, (int) Math.min(expected, 2L * data.length));
        }
    }

    private static void check(boolean condition, String message, Object... arguments)
            throws IOException {
        if (!condition) {
            throw new IOException(String.format(Locale.ROOT, message, arguments));
        }
    }
}
