package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.datavec.api.io.labels.ParentPathLabelGenerator;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.datavec.image.recordreader.ImageRecordReader;
import org.vsml.core.InputShape;
import org.vsml.episode.DataSets;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Split;

/**
 * Image sets of JPEG or PNG files {@code train/CLASS/…} and {@code test/CLASS/…}, in a folder or in
 * a {@code .tar.gz} archive, which is read without unpacking it; DataVec's {@link
 * ImageRecordReader} makes examples of them. Classes are numbered in alphabetic order.
 *
 * @param name of the set
 * @param source folder or archive
 * @param shape to which images are scaled, in colour
 * @param limit images of each class and part, at most; in the order of file names
 */
public record ImageFolders(String name, Path source, InputShape shape, int limit) {

    private static final Pattern PLACE =
            Pattern.compile("(?:.*/)?(train|test)/([^/]+)/[^/]+\\.(?:jpg|jpeg|png)");

    /** No image file of a data set is larger. */
    private static final int MAX_BYTES = 1 << 24;

    public ImageFolders {
        require(Files.exists(source), "there is no folder or archive %s", source);
        require(limit >= 1, "the images of a class must be >= 1, got %d", limit);
        require(shape.channels() == 3, "images are read in 3 channels, got %d", shape.channels());
    }

    /** These sets and this one. */
    public DataSets addedTo(DataSets sets) throws IOException {
        Map<Split, Images> parts =
                Files.isDirectory(source) ? fromFolder(source) : fromArchive(source);
        TreeSet<String> classes = new TreeSet<>();
        parts.values().forEach(images -> classes.addAll(images.counts.keySet()));
        for (Split split : Split.values()) {
            if (!parts.containsKey(split)) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s has no images %s/CLASS/NAME.jpg",
                                source,
                                folder(split)));
            }
        }
        List<String> names = List.copyOf(classes);
        return sets.with(
                parts.get(Split.TRAIN).set(name, shape, names),
                parts.get(Split.TEST).set(name, shape, names));
    }

    private static String folder(Split split) {
        return split.name().toLowerCase(Locale.ROOT);
    }

    private Map<Split, Images> fromFolder(Path folder) throws IOException {
        Map<Split, Images> parts = new LinkedHashMap<>();
        for (Split split : Split.values()) {
            File part = folder.resolve(folder(split)).toFile();
            if (!part.isDirectory()) {
                continue;
            }
            Reader reader = new Reader();
            reader.initialize(
                    new FileSplit(part, new String[] {"jpg", "jpeg", "png"}, new Random(0)));
            List<File> files = new ArrayList<>();
            reader.files().forEachRemaining(files::add);
            files.sort(null);
            Images images = new Images();
            for (File file : files) {
                String label = file.getParentFile().getName();
                if (images.wants(label)) {
                    try (InputStream in = Files.newInputStream(file.toPath())) {
                        images.add(label, read(reader, file.toURI(), in));
                    }
                }
            }
            parts.put(split, images);
        }
        return parts;
    }

    private Map<Split, Images> fromArchive(Path archive) throws IOException {
        Map<Split, Images> parts = new LinkedHashMap<>();
        Reader reader = new Reader();
        try (InputStream file = Files.newInputStream(archive);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(
                                new GzipCompressorInputStream(
                                        new java.io.BufferedInputStream(file)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Matcher place = PLACE.matcher(entry.getName().toLowerCase(Locale.ROOT));
                if (!entry.isFile() || !place.matches()) {
                    continue;
                }
                Split split = place.group(1).equals("train") ? Split.TRAIN : Split.TEST;
                Images images = parts.computeIfAbsent(split, s -> new Images());
                String label = place.group(2);
                if (images.wants(label)) {
                    URI uri = URI.create(folder(split) + "/" + label + "/image");
                    images.add(label, read(reader, uri, limited(tar, entry)));
                }
            }
        }
        return parts;
    }

    private static InputStream limited(InputStream tar, TarArchiveEntry entry) throws IOException {
        if (entry.getSize() > MAX_BYTES) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s has %d bytes, more than the %d of any image expected here",
                            entry.getName(),
                            entry.getSize(),
                            MAX_BYTES));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tar.transferTo(bytes);
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** Pixels in the order row, column, channel. */
    private byte[] read(Reader reader, URI uri, InputStream in) throws IOException {
        List<Writable> record;
        try {
            record = reader.record(uri, new DataInputStream(in));
        } catch (IOException e) {
            throw new IOException(source + ", " + uri + ": " + e.getMessage(), e);
        }
        float[] values = ((NDArrayWritable) record.get(0)).get().dup('c').data().asFloat();
        int positions = shape.height() * shape.width();
        byte[] pixels = new byte[shape.size()];
        for (int p = 0; p < positions; p++) {
            for (int c = 0; c < shape.channels(); c++) {
                pixels[p * shape.channels() + c] = (byte) Math.round(values[c * positions + p]);
            }
        }
        return pixels;
    }

    /** DataVec's reader with an image loader that needs no native code. */
    private final class Reader extends ImageRecordReader {

        private static final long serialVersionUID = 1;

        Reader() {
            super(shape.height(), shape.width(), shape.channels(), new ParentPathLabelGenerator());
            imageLoader = new AwtImageLoader(shape.height(), shape.width());
            setLabels(new ArrayList<>());
        }

        java.util.Iterator<File> files() {
            return iter;
        }
    }

    /** One part. */
    private final class Images {

        private final Map<String, Integer> counts = new TreeMap<>();
        private final List<String> labels = new ArrayList<>();
        private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();

        boolean wants(String label) {
            return counts.getOrDefault(label, 0) < limit;
        }

        void add(String label, byte[] image) {
            counts.merge(label, 1, Integer::sum);
            labels.add(label);
            pixels.writeBytes(image);
        }

        ImageSet set(String name, InputShape shape, List<String> classes) {
            return ImageSet.of(
                    name,
                    shape,
                    classes.size(),
                    pixels.toByteArray(),
                    labels.stream().mapToInt(classes::indexOf).toArray());
        }
    }
}
