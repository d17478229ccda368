package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.FileErrors;
import org.vsml.core.Heap;
import org.vsml.core.InputShape;

/**
 * Image sets of JPEG or PNG files {@code train/CLASS/NAME.(jpg|jpeg|png)} and {@code test/CLASS/…},
 * in a folder or in a {@code .tar.gz}, {@code .tgz} or {@code .tar} archive, which is read without
 * unpacking it. The same rules hold for both:
 *
 * <ul>
 *   <li>A class is what its folder is called, as it is written: a, A and é are three. Classes are
 *       numbered in the order of their names by code points, those of both parts together; images
 *       are in the order of class and file name. Names are UTF-8, or else ISO 8859-1, whatever the
 *       locale.
 *   <li>Hidden files and folders, and what a Macintosh adds, are passed over; so is everything else
 *       that is no image of a class, such as images beside the folders of the classes, and a
 *       warning says how much that is.
 *   <li>{@code train} and {@code test} may be below other folders, but are there once. In an
 *       archive the last of several entries of one name counts.
 *   <li>Values are those of the file: grey in three equal channels, 16 bits rounded to 8,
 *       transparency and colour profiles ignored; CMYK is refused. All that is refused is named.
 * </ul>
 *
 * @param name of the set
 * @param source folder or archive
 * @param shape to which images are scaled, of 3 channels; null for that of the images if all have
 *     the same, of at most 64 x 64 pixels, and 32 x 32 otherwise, in one channel if all are grey
 * @param limit images of each class and part, at most: the first in the order of file names
 */
public record ImageFolders(String name, Path source, InputShape shape, int limit) {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolders.class);
    private static final List<String> ARCHIVES = List.of(".tar.gz", ".tgz", ".tar");
    private static final int LARGEST_SIDE = 64;
    private static final int SIDE = 32;
    private static final long MAX_BYTES = 1L << 30;

    public ImageFolders {
        DataSets.requireName(name);
        require(Files.exists(source), "there is no folder or archive %s", source);
        require(limit >= 1, "the images of a class must be >= 1, got %d", limit);
        require(
                shape == null || shape.channels() == 3,
                "images are read in 3 channels, got %s",
                shape);
    }

    /**
     * Where the images of a set are with this folder: the folder itself if it has folders {@code
     * train} and {@code test}, the archive in it, or the archive beside it that has its name.
     *
     * @throws IOException if several archives are in the folder, or it cannot be read
     */
    public static Optional<Path> source(Path folder) throws IOException {
        if (Files.isDirectory(folder.resolve("train"))
                && Files.isDirectory(folder.resolve("test"))) {
            return Optional.of(folder);
        }
        if (!Files.isDirectory(folder)) {
            return ARCHIVES.stream()
                    .map(ending -> folder.resolveSibling(folder.getFileName() + ending))
                    .filter(Files::isRegularFile)
                    .findFirst();
        }
        List<Path> archives;
        try (Stream<Path> files = Files.list(folder)) {
            archives = files.filter(ImageFolders::isArchive).sorted().toList();
        } catch (IOException e) {
            throw FileErrors.named(folder.toString(), e);
        }
        if (archives.size() > 1) {
            throw new IOException(
                    folder
                            + " must have one archive of images, got "
                            + archives.size()
                            + ": "
                            + archives);
        }
        return archives.stream().findFirst();
    }

    private static boolean isArchive(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && ARCHIVES.stream().anyMatch(name::endsWith)
                && Files.isRegularFile(file);
    }

    /**
     * These sets and this one.
     *
     * @throws IOException if the images cannot be read; the message names folder or archive and
     *     file
     */
    public DataSets addedTo(DataSets sets) throws IOException {
        Map<Split, ImageSet> parts = read();
        return sets.with(parts.get(Split.TRAIN), parts.get(Split.TEST));
    }

    /** Both parts. */
    Map<Split, ImageSet> read() throws IOException {
        return read(FileTree.of(source));
    }

    Map<Split, ImageSet> read(FileTree tree) throws IOException {
        Map<Split, List<Image>> chosen = choose(tree);
        if (shape != null) {
            return sets(chosen, pixels(tree, chosen, shape.height(), shape.width()), shape);
        }
        try {
            return sets(chosen, pixels(tree, chosen, 0, 0));
        } catch (DifferentSizeException e) {
            LOG.warn(
                    "The images of {} are scaled to {} x {}: {}.",
                    source,
                    SIDE,
                    SIDE,
                    e.getMessage());
            return sets(chosen, pixels(tree, chosen, SIDE, SIDE));
        }
    }

    /** An image that is wanted. */
    private record Image(int number, ImagePlace place) {}

    /** Pixels of all images, and of each image where they begin. */
    private record Pixels(int height, int width, byte[] rgb) {}

    private static final class DifferentSizeException extends IOException {

        private static final long serialVersionUID = 1;

        DifferentSizeException(String message) {
            super(message);
        }
    }

    /** The first images of each class, in their order. */
    private Map<Split, List<Image>> choose(FileTree tree) throws IOException {
        Map<ImagePlace, Integer> found = new HashMap<>();
        List<String> others = new ArrayList<>();
        int[] passed = new int[1];
        tree.forEach(
                (number, file, content) -> {
                    switch (ImagePlace.kind(file)) {
                        case IMAGE -> found.put(ImagePlace.of(file), number);
                        case OTHER -> {
                            passed[0]++;
                            if (others.size() < 3) {
                                others.add(file);
                            }
                        }
                        case HIDDEN -> {}
                    }
                });
        if (passed[0] > 0) {
            LOG.warn(
                    "{}: {} files are no JPEG or PNG images train/CLASS/NAME or test/CLASS/NAME and are passed over, such as {}.",
                    source,
                    passed[0],
                    String.join(", ", others));
        }
        TreeSet<String> roots = new TreeSet<>();
        found.keySet().forEach(place -> roots.add(place.root()));
        if (roots.size() > 1) {
            throw new IOException(
                    source + " must have the folders train and test once, got them below " + roots);
        }
        List<Image> sorted =
                found.entrySet().stream()
                        .map(entry -> new Image(entry.getValue(), entry.getKey()))
                        .sorted((a, b) -> ImagePlace.ORDER.compare(a.place(), b.place()))
                        .toList();
        Map<Split, List<Image>> chosen = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            Map<String, Integer> counts = new HashMap<>();
            chosen.put(
                    split,
                    sorted.stream()
                            .filter(image -> image.place().split() == split)
                            .filter(i -> counts.merge(i.place().label(), 1, Integer::sum) <= limit)
                            .toList());
            if (chosen.get(split).isEmpty()) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s has no images %s/CLASS/NAME.jpg",
                                source,
                                split.name().toLowerCase(Locale.ROOT)));
            }
        }
        return chosen;
    }

    /**
     * Red, green and blue of all images of all parts, one after the other.
     *
     * @param height to which they are scaled; 0 for that of the first one, which all must have
     */
    private Pixels pixels(FileTree tree, Map<Split, List<Image>> chosen, int height, int width)
            throws IOException {
        Map<Integer, Integer> indices = new HashMap<>();
        for (List<Image> images : chosen.values()) {
            images.forEach(image -> indices.put(image.number(), indices.size()));
        }
        Pixels[] pixels = new Pixels[1];
        if (height > 0) {
            pixels[0] = room(indices.size(), height, width);
        }
        tree.forEach(
                (number, file, content) -> {
                    Integer index = indices.get(number);
                    if (index == null) {
                        return;
                    }
                    DecodedImage image;
                    try {
                        image = DecodedImage.read(content.bytes());
                    } catch (IOException e) {
                        throw FileErrors.named(source + ", " + file, e);
                    }
                    if (pixels[0] == null) {
                        requireSmall(image, file);
                        pixels[0] = room(indices.size(), image.height(), image.width());
                    }
                    Pixels all = pixels[0];
                    if (height == 0) {
                        requireSame(image, all, file);
                    }
                    image.scaled(all.height(), all.width())
                            .writeTo(all.rgb(), index * 3 * all.height() * all.width());
                });
        return pixels[0];
    }

    private static void requireSmall(DecodedImage image, String file)
            throws DifferentSizeException {
        if (Math.max(image.height(), image.width()) > LARGEST_SIDE) {
            throw new DifferentSizeException(
                    file
                            + " has "
                            + image.height()
                            + " x "
                            + image.width()
                            + " pixels, more than "
                            + LARGEST_SIDE
                            + " x "
                            + LARGEST_SIDE);
        }
    }

    private static void requireSame(DecodedImage image, Pixels others, String file)
            throws DifferentSizeException {
        if (image.height() != others.height() || image.width() != others.width()) {
            throw new DifferentSizeException(
                    String.format(
                            Locale.ROOT,
                            "%s has %d x %d pixels, others have %d x %d",
                            file,
                            image.height(),
                            image.width(),
                            others.height(),
                            others.width()));
        }
    }

    private Pixels room(int images, int height, int width) throws IOException {
        long bytes = 3L * height * width * images;
        if (bytes > MAX_BYTES) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s: %d images of %d x %d pixels have more than %d bytes; take fewer of each class, or scale them to a smaller size",
                            source,
                            images,
                            height,
                            width,
                            MAX_BYTES));
        }
        Heap.require(2 * bytes, "the images of " + source, "take fewer of each class");
        return new Pixels(height, width, new byte[(int) bytes]);
    }

    /** In one channel if all are grey. */
    private Map<Split, ImageSet> sets(Map<Split, List<Image>> chosen, Pixels pixels) {
        byte[] rgb = pixels.rgb();
        boolean grey = true;
        for (int i = 0; i < rgb.length && grey; i += 3) {
            grey = rgb[i] == rgb[i + 1] && rgb[i] == rgb[i + 2];
        }
        Pixels shown = pixels;
        if (grey) {
            byte[] values = new byte[rgb.length / 3];
            for (int i = 0; i < values.length; i++) {
                values[i] = rgb[3 * i];
            }
            shown = new Pixels(pixels.height(), pixels.width(), values);
        }
        return sets(chosen, shown, new InputShape(pixels.height(), pixels.width(), grey ? 1 : 3));
    }

    private Map<Split, ImageSet> sets(
            Map<Split, List<Image>> chosen, Pixels pixels, InputShape shown) {
        Map<String, Integer> classes = new TreeMap<>(ImagePlace.BY_NAME);
        chosen.values().forEach(part -> part.forEach(i -> classes.put(i.place().label(), 0)));
        int next = 0;
        for (Map.Entry<String, Integer> label : classes.entrySet()) {
            label.setValue(next++);
        }
        Map<Split, ImageSet> result = new EnumMap<>(Split.class);
        int from = 0;
        for (Map.Entry<Split, List<Image>> part : chosen.entrySet()) {
            int[] labels =
                    part.getValue().stream()
                            .mapToInt(image -> classes.get(image.place().label()))
                            .toArray();
            int size = labels.length * shown.size();
            result.put(
                    part.getKey(),
                    ImageSet.ofBytes(
                            name,
                            source.toString(),
                            shown,
                            classes.size(),
                            Arrays.copyOfRange(pixels.rgb(), from, from + size),
                            labels));
            from += size;
        }
        return result;
    }
}
