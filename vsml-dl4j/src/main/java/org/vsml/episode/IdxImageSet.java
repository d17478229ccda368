package org.vsml.episode;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.InputShape;

/** An image set from four idx files: checks that they belong together, and numbers its classes. */
final class IdxImageSet {

    // What users know, and filter by.
    private static final Logger LOG = LoggerFactory.getLogger(DataSets.class);

    /** Well-known sets, whose labels can be checked against what they must be. */
    private static final Map<String, Integer> KNOWN_CLASSES =
            Map.of(
                    "mnist",
                    10,
                    "fashion_mnist",
                    10,
                    "kmnist",
                    10,
                    "usps",
                    10,
                    "digits8x8",
                    10,
                    "cifar10",
                    10);

    private IdxImageSet() {}

    /**
     * Both parts of a set.
     *
     * @param origin where the files come from
     * @throws IOException if they are not the files of an image set; the message names the file
     */
    static Map<Split, ImageSet> read(String name, String origin, ImageFiles files)
            throws IOException {
        IdxFile trainLabels = files.read(Split.TRAIN, false);
        IdxFile testLabels = files.read(Split.TEST, false);
        int[] trainNumbers = trainLabels.integers();
        int[] testNumbers = testLabels.integers();
        int classes = classes(name, files, trainNumbers, testNumbers);
        ImageSet train = join(name, origin, files, Split.TRAIN, trainLabels, trainNumbers, classes);
        ImageSet test = join(name, origin, files, Split.TEST, testLabels, testNumbers, classes);
        if (!train.shape().equals(test.shape())) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s: expected images of the shape of %s, %s, got %s",
                            files.name(Split.TEST, true),
                            files.name(Split.TRAIN, true),
                            train.shape(),
                            test.shape()));
        }
        return parts(train, test);
    }

    /** Both parts of a set. */
    static Map<Split, ImageSet> parts(ImageSet train, ImageSet test) {
        Map<Split, ImageSet> parts = new EnumMap<>(Split.class);
        parts.put(Split.TRAIN, train);
        parts.put(Split.TEST, test);
        return parts;
    }

    /**
     * Number of labels that occur in either part, which are renumbered without gaps in their order
     * (labels 1 to 26 are 26 classes); for a well-known set the number is known beforehand.
     */
    private static int classes(String name, ImageFiles files, int[] train, int[] test)
            throws IOException {
        Integer known = KNOWN_CLASSES.get(name);
        int limit = known != null ? known : Math.addExact(train.length, test.length) + 1;
        int largest = 0;
        for (Split split : Split.values()) {
            int[] labels = split == Split.TRAIN ? train : test;
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] < 0 || labels[i] >= limit) {
                    throw new IOException(
                            String.format(
                                    Locale.ROOT,
                                    "%s: label of image %d must be in [0, %d), got %d",
                                    files.name(split, false),
                                    i,
                                    limit,
                                    labels[i]));
                }
                largest = Math.max(largest, labels[i]);
            }
        }
        return known != null ? known : renumber(name, largest, train, test);
    }

    private static int renumber(String name, int largest, int[]... parts) {
        int[] numbers = new int[largest + 1];
        for (int[] labels : parts) {
            for (int label : labels) {
                numbers[label] = 1;
            }
        }
        int classes = 0;
        for (int label = 0; label <= largest; label++) {
            numbers[label] = numbers[label] == 0 ? -1 : classes++;
        }
        if (classes <= largest) {
            LOG.warn(
                    "{} of the labels 0 to {} of image set {} have no image: its {} classes are numbered without them.",
                    largest + 1 - classes,
                    largest,
                    name,
                    classes);
            for (int[] labels : parts) {
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = numbers[labels[i]];
                }
            }
        }
        return classes;
    }

    private static ImageSet join(
            String name,
            String origin,
            ImageFiles files,
            Split split,
            IdxFile labels,
            int[] numbers,
            int classes)
            throws IOException {
        IdxFile images = files.read(split, true);
        int[] axes = images.axes();
        if (images.type() != IdxFile.UBYTE || axes.length < 3) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s: expected images of bytes with 3 or 4 axes, got type %02x with %d axes",
                            files.name(split, true),
                            images.type(),
                            axes.length));
        }
        if (labels.axes().length != 1) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s: expected labels with 1 axis, got %d axes",
                            files.name(split, false),
                            labels.axes().length));
        }
        if (axes[0] != labels.count()) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s: expected as many labels as %s has images, %d, got %d",
                            files.name(split, false),
                            files.name(split, true),
                            axes[0],
                            labels.count()));
        }
        InputShape shape;
        try {
            shape = new InputShape(axes[1], axes[2], axes.length == 4 ? axes[3] : 1);
        } catch (IllegalArgumentException wrong) {
            throw new IOException(files.name(split, true) + ": " + wrong.getMessage(), wrong);
        }
        return ImageSet.ofBytes(name, origin, shape, classes, images.data(), numbers);
    }
}
