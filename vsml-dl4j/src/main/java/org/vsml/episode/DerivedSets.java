package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.vsml.core.InputShape;

/** Image sets made of others: at another size, of fewer images or classes, or of two together. */
public final class DerivedSets {

    private DerivedSets() {}

    /** The images as this view shows them. */
    public static ImageSet resized(ImageSet images, View.Resized view) {
        ViewMapping mapping = ViewMapping.of(view, images.shape(), null);
        int size = mapping.shape().size();
        float[] pixels = new float[images.size() * size];
        float[] image = new float[images.shape().size()];
        double[] resized = new double[size];
        for (int i = 0; i < images.size(); i++) {
            images.read(i, 0, 1, image);
            mapping.apply(image, resized, 0);
            for (int k = 0; k < size; k++) {
                pixels[i * size + k] = (float) resized[k];
            }
        }
        return ImageSet.of(
                images.name(), mapping.shape(), images.classes(), pixels, labels(images));
    }

    /** Every row twice. */
    public static ImageSet withRowsTwice(ImageSet images) {
        InputShape shape = images.shape();
        int line = shape.width() * shape.channels();
        float[] pixels = new float[2 * images.size() * shape.size()];
        float[] image = new float[shape.size()];
        for (int i = 0; i < images.size(); i++) {
            images.read(i, 0, 1, image);
            for (int row = 0; row < 2 * shape.height(); row++) {
                System.arraycopy(
                        image, row / 2 * line, pixels, 2 * i * shape.size() + row * line, line);
            }
        }
        return ImageSet.of(
                images.name(),
                new InputShape(2 * shape.height(), shape.width(), shape.channels()),
                images.classes(),
                pixels,
                labels(images));
    }

    /** The images of the first classes. */
    public static ImageSet classesBelow(ImageSet images, int classes) {
        return chosen(images, i -> images.label(i) < classes, classes);
    }

    /** So many of the images, or all. */
    public static ImageSet first(ImageSet images, int count) {
        return images.size() <= count ? images : chosen(images, i -> i < count, images.classes());
    }

    private static ImageSet chosen(ImageSet images, IntPredicate wanted, int classes) {
        int[] chosen = IntStream.range(0, images.size()).filter(wanted).toArray();
        int size = images.shape().size();
        float[] pixels = new float[chosen.length * size];
        float[] image = new float[size];
        for (int i = 0; i < chosen.length; i++) {
            images.read(chosen[i], 0, 1, image);
            System.arraycopy(image, 0, pixels, i * size, size);
        }
        int[] labels = Arrays.stream(chosen).map(images::label).toArray();
        return ImageSet.of(images.name(), images.shape(), classes, pixels, labels);
    }

    /** Both sets, the classes of the second behind those of the first. */
    public static ImageSet joined(ImageSet first, ImageSet second) {
        require(
                first.shape().equals(second.shape()),
                "expected images as in %s, got %s",
                first,
                second);
        int size = first.shape().size();
        float[] pixels = new float[(first.size() + second.size()) * size];
        int[] labels = new int[first.size() + second.size()];
        float[] image = new float[size];
        for (int i = 0; i < labels.length; i++) {
            boolean own = i < first.size();
            ImageSet from = own ? first : second;
            int index = own ? i : i - first.size();
            from.read(index, 0, 1, image);
            System.arraycopy(image, 0, pixels, i * size, size);
            labels[i] = from.label(index) + (own ? 0 : first.classes());
        }
        return ImageSet.of(
                first.name() + "+" + second.name(),
                first.shape(),
                first.classes() + second.classes(),
                pixels,
                labels);
    }

    private static int[] labels(ImageSet images) {
        return IntStream.range(0, images.size()).map(images::label).toArray();
    }
}
