package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.vsml.core.InputShape;

/**
 * Labelled images of one shape, values in 0…1. Immutable. Images from files are kept as bytes, a
 * quarter of the memory.
 */
public final class ImageSet {

    private static final int MAX_CLASSES = 1 << 16;

    private final String name;
    private final String origin;
    private final InputShape shape;
    private final int classes;
    private final int[] labels;
    private final byte[] bytes;
    private final float[] floats;
    private final double mean;
    private final double deviation;
    private final int[][] byClass;

    private ImageSet(
            String name,
            String origin,
            InputShape shape,
            int classes,
            byte[] bytes,
            float[] floats,
            int[] labels) {
        this.name = name;
        this.origin = origin;
        this.shape = shape;
        this.classes = classes;
        this.bytes = bytes;
        this.floats = floats;
        this.labels = labels;
        int values = bytes == null ? floats.length : bytes.length;
        require(
                labels.length >= 1,
                "image set %s (%s) must have at least one image, got none",
                name,
                origin);
        require(
                (long) labels.length * shape.size() == values,
                "%d images of %d x %d x %d in set %s (%s) need %d values, got %d",
                labels.length,
                shape.height(),
                shape.width(),
                shape.channels(),
                name,
                origin,
                (long) labels.length * shape.size(),
                values);
        require(
                classes >= 1 && classes <= MAX_CLASSES,
                "classes of image set %s (%s) must be in [1, %d], got %d",
                name,
                origin,
                MAX_CLASSES,
                classes);
        byClass = indexByClass();
        double[] moments = bytes == null ? momentsOfFloats() : momentsOfBytes();
        mean = moments[0];
        deviation = Math.sqrt(moments[1]);
    }

    /**
     * A set of images from memory.
     *
     * @param pixels [n, height, width, channels], in 0…1 by convention, finite; copied
     * @param labels [n], each in [0, classes); copied
     */
    public static ImageSet of(
            String name, InputShape shape, int classes, float[] pixels, int[] labels) {
        return new ImageSet(name, "memory", shape, classes, null, pixels.clone(), labels.clone());
    }

    /**
     * A set of images from memory, at a quarter of the memory.
     *
     * @param pixels [n, height, width, channels], unsigned, 255 meaning 1; copied
     * @param labels [n], each in [0, classes); copied
     */
    public static ImageSet of(
            String name, InputShape shape, int classes, byte[] pixels, int[] labels) {
        return new ImageSet(name, "memory", shape, classes, pixels.clone(), null, labels.clone());
    }

    /**
     * A set of images from bytes, 255 meaning 1. The arrays belong to the set from now on.
     *
     * @param origin where they come from, for messages and reports
     */
    static ImageSet ofBytes(
            String name,
            String origin,
            InputShape shape,
            int classes,
            byte[] pixels,
            int[] labels) {
        return new ImageSet(name, origin, shape, classes, pixels, null, labels);
    }

    /** Name, such as {@code mnist}. */
    public String name() {
        return name;
    }

    /** Where the images come from: a folder, or the embedded sample. */
    public String origin() {
        return origin;
    }

    /** Shape of every image. */
    public InputShape shape() {
        return shape;
    }

    /** Number of classes; labels are below it. */
    public int classes() {
        return classes;
    }

    /** Number of images. */
    public int size() {
        return labels.length;
    }

    /** Label of an image. */
    public int label(int image) {
        return labels[image];
    }

    /** SHA-256 of shape, classes, labels and values, in hex: what the set is, whatever its name. */
    public String sha256() {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            String axes =
                    String.join(
                            " ",
                            Integer.toString(shape.height()),
                            Integer.toString(shape.width()),
                            Integer.toString(shape.channels()),
                            Integer.toString(classes),
                            Integer.toString(labels.length),
                            bytes == null ? "floats" : "bytes");
            hash.update(axes.getBytes(StandardCharsets.US_ASCII));
            ByteBuffer block = ByteBuffer.allocate(1 << 16);
            for (int label : labels) {
                room(block, hash).putInt(label);
            }
            for (int i = 0; floats != null && i < floats.length; i++) {
                room(block, hash).putFloat(floats[i]);
            }
            hash.update(block.flip());
            if (bytes != null) {
                hash.update(bytes);
            }
            return HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ByteBuffer room(ByteBuffer block, MessageDigest hash) {
        if (block.remaining() < Long.BYTES) {
            hash.update(block.flip());
            block.clear();
        }
        return block;
    }

    /** Mean of all values of all images. */
    public double mean() {
        return mean;
    }

    /** Standard deviation of all values of all images. */
    public double deviation() {
        return deviation;
    }

    /** Number of images of a class. */
    public int sizeOfClass(int label) {
        return byClass[label].length;
    }

    /** The {@code index}-th image of a class, in the order of the set. */
    public int imageOfClass(int label, int index) {
        return byClass[label][index];
    }

    /**
     * Writes (value − subtract)·multiply of every value of an image.
     *
     * @param into at least {@code shape().size()} floats
     */
    public void read(int image, double subtract, double multiply, float[] into) {
        int size = shape.size();
        int from = image * size;
        if (bytes == null) {
            for (int i = 0; i < size; i++) {
                into[i] = (float) ((floats[from + i] - subtract) * multiply);
            }
        } else {
            float scale = (float) (multiply / 255);
            float offset = (float) (-subtract * multiply);
            for (int i = 0; i < size; i++) {
                into[i] = (bytes[from + i] & 0xff) * scale + offset;
            }
        }
    }

    private int[][] indexByClass() {
        int[] counts = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            require(
                    labels[i] >= 0 && labels[i] < classes,
                    "label of image %d in set %s (%s) must be in [0, %d), got %d",
                    i,
                    name,
                    origin,
                    classes,
                    labels[i]);
            counts[labels[i]]++;
        }
        int[][] result = new int[classes][];
        for (int c = 0; c < classes; c++) {
            result[c] = new int[counts[c]];
        }
        for (int i = labels.length - 1; i >= 0; i--) {
            result[labels[i]][--counts[labels[i]]] = i;
        }
        return result;
    }

    private double[] momentsOfBytes() {
        long sum = 0;
        long squares = 0;
        for (byte b : bytes) {
            int value = b & 0xff;
            sum += value;
            squares += (long) value * value;
        }
        double average = (double) sum / bytes.length;
        double variance = (double) squares / bytes.length - average * average;
        return new double[] {average / 255, Math.max(0, variance) / (255.0 * 255.0)};
    }

    private double[] momentsOfFloats() {
        double sum = 0;
        for (int i = 0; i < floats.length; i++) {
            require(
                    Float.isFinite(floats[i]),
                    "value %d of image %d in set %s (%s) must be finite, got %s",
                    i % shape.size(),
                    i / shape.size(),
                    name,
                    origin,
                    floats[i]);
            sum += floats[i];
        }
        double average = sum / floats.length;
        double squares = 0;
        for (float value : floats) {
            squares += (value - average) * (value - average);
        }
        return new double[] {average, squares / floats.length};
    }

    @Override
    public String toString() {
        return String.format(
                java.util.Locale.ROOT,
                "%s: %d images of %d x %d x %d, %d classes, from %s",
                name,
                size(),
                shape.height(),
                shape.width(),
                shape.channels(),
                classes,
                origin);
    }
}
