package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.vsml.core.InputShape;
import org.vsml.episode.ImageSet;

/** Image sets of other sizes, made of one of 28 × 28 and ten classes. */
final class ImageSizes {

    private ImageSizes() {}

    /** A quarter of the pixels, each the mean of four. */
    static ImageSet halved(ImageSet images) {
        InputShape shape = images.shape();
        require(
                shape.height() % 2 == 0 && shape.width() % 2 == 0 && shape.channels() == 1,
                "expected grey images with an even number of rows and columns, got %s",
                images);
        int height = shape.height() / 2;
        int width = shape.width() / 2;
        float[] pixels = new float[images.size() * height * width];
        float[] image = new float[shape.size()];
        for (int i = 0; i < images.size(); i++) {
            images.read(i, 0, 1, image);
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    int at = 2 * row * shape.width() + 2 * column;
                    pixels[(i * height + row) * width + column] =
                            (image[at]
                                            + image[at + 1]
                                            + image[at + shape.width()]
                                            + image[at + shape.width() + 1])
                                    / 4;
                }
            }
        }
        return ImageSet.of(
                images.name(),
                new InputShape(height, width, 1),
                images.classes(),
                pixels,
                labels(images));
    }

    /** Every row twice. */
    static ImageSet doubled(ImageSet images) {
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
    static ImageSet classesBelow(ImageSet images, int classes) {
        return chosen(images, i -> images.label(i) < classes, classes);
    }

    /** So many of the images, or all. */
    static ImageSet first(ImageSet images, int count) {
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
    static ImageSet joined(ImageSet first, ImageSet second) {
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
