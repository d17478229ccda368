package org.vsml.episode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes idx files, good and bad ones. */
final class Idx {

    private Idx() {}

    /** A file whose header says {@code axes}, followed by {@code values} whatever the header. */
    static byte[] file(int type, int[] axes, byte... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * axes.length + values.length);
        buffer.put((byte) 0).put((byte) 0).put((byte) type).put((byte) axes.length);
        for (int axis : axes) {
            buffer.putInt(axis);
        }
        return buffer.put(values).array();
    }

    /** Images of 2 x 2 pixels; image i is of the grey value i + 1. */
    static byte[] images(int count) {
        byte[] values = new byte[count * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (i / 4 + 1);
        }
        return file(IdxFile.UBYTE, new int[] {count, 2, 2}, values);
    }

    static byte[] labels(int... labels) {
        byte[] values = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            values[i] = (byte) labels[i];
        }
        return file(IdxFile.UBYTE, new int[] {labels.length}, values);
    }

    static byte[] zipped(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A folder of a good set: 4 training and 2 test images, labels 0…2. */
    static Path set(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(4));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(0, 1, 2, 1));
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), zipped(images(2)));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), zipped(labels(2, 0)));
        return folder;
    }
}
