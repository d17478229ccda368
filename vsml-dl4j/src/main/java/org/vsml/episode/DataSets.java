package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.FileErrors;
import org.vsml.core.InputShape;

/**
 * Image sets and tables by name. An image set is a folder of that name with four idx files, {@code
 * {train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz]}; images may have a fourth axis of channels
 * (idx4), labels may be shorts (idx1-short), the second part may be called {@code test}. Or the
 * folder has JPEG or PNG files {@code {train,test}/CLASS/NAME}, or a {@code .tar.gz} archive of
 * those, see {@link ImageFolders}. A table is a file {@code NAME.csv[.gz]} of numbers beside such
 * folders, or in a folder {@code tables} there, with the class in its last column, see {@link
 * TableFile}; two tables come with the library.
 *
 * <p>Image sets are looked for in this order: the given folder (or, if none is given, the one that
 * the environment variable {@value #ENVIRONMENT_VARIABLE} names), Deeplearning4j's own cache and
 * server, with its checksums (MNIST alone; the system property {@code vsml.download=false} forbids
 * to fetch), the sample that comes with this library (MNIST and Fashion-MNIST, 3,000 + 1,000 images
 * each; a warning says so). Sets are read once and kept. Thread-safe.
 */
public final class DataSets {

    /** Names the folder of image sets where none is given. */
    public static final String ENVIRONMENT_VARIABLE = "VSML_DATA";

    private static final Logger LOG = LoggerFactory.getLogger(DataSets.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

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

    private static final String MNIST = "mnist";
    private static final String TABLES = "tables";
    private static final List<String> TABLE_ENDINGS = List.of(".csv.gz", ".csv");
    private static final Set<String> SAMPLES = Set.of(MNIST, "fashion_mnist");
    private static final Set<String> TABLE_SAMPLES = Set.of("segment", "soybean");

    private final Path folder;
    private final boolean sampleOnly;
    private final Map<String, Map<Split, ImageSet>> loaded = new ConcurrentHashMap<>();
    private final Map<String, Table> tables = new ConcurrentHashMap<>();

    private DataSets(Path folder, boolean sampleOnly) {
        this.folder = folder;
        this.sampleOnly = sampleOnly;
    }

    /**
     * The sets of a folder, with the fallbacks described above.
     *
     * @param folder with a folder for each set, or itself the folder of a set; null for the one
     *     that {@value #ENVIRONMENT_VARIABLE} names, if any
     * @throws IllegalArgumentException if the folder does not exist
     */
    public static DataSets in(Path folder) {
        Path used = folder;
        String named = System.getenv(ENVIRONMENT_VARIABLE);
        if (used == null && named != null && !named.isBlank()) {
            used = Path.of(named);
        }
        require(
                used == null || Files.isDirectory(used),
                "%s must be a folder of image sets, got %s",
                folder == null ? ENVIRONMENT_VARIABLE : "the data folder",
                used);
        return new DataSets(used, false);
    }

    /**
     * The samples that come with this library and nothing else: the same everywhere, for examples
     * and tests.
     */
    public static DataSets embedded() {
        return new DataSets(null, true);
    }

    /**
     * These sets and one more, which was read elsewhere and takes precedence over others of its
     * name.
     *
     * @param test of the name, shape and classes of {@code train}
     */
    public DataSets with(ImageSet train, ImageSet test) {
        requireName(train.name());
        require(
                test.name().equals(train.name())
                        && test.shape().equals(train.shape())
                        && test.classes() == train.classes(),
                "both parts of a set must have one name, shape and number of classes, got %s and %s",
                train,
                test);
        DataSets result = new DataSets(folder, sampleOnly);
        result.loaded.putAll(loaded);
        result.tables.putAll(tables);
        result.loaded.put(train.name(), parts(train, test));
        return result;
    }

    private static Map<Split, ImageSet> parts(ImageSet train, ImageSet test) {
        Map<Split, ImageSet> parts = new EnumMap<>(Split.class);
        parts.put(Split.TRAIN, train);
        parts.put(Split.TEST, test);
        return parts;
    }

    /**
     * One part of a set.
     *
     * @throws IllegalArgumentException if there is no such set; the message lists where it was
     *     looked for
     * @throws UncheckedIOException if its files are not what they should be; the message names the
     *     file
     */
    public ImageSet load(String name, Split split) {
        requireName(name);
        return loaded.computeIfAbsent(name, this::find).get(split);
    }

    /** These sets and one more table, which takes precedence over others of its name. */
    public DataSets with(Table table) {
        requireName(table.name());
        DataSets result = new DataSets(folder, sampleOnly);
        result.loaded.putAll(loaded);
        result.tables.putAll(tables);
        result.loaded.remove(table.name());
        result.tables.put(table.name(), table);
        return result;
    }

    /** Whether {@link #table} finds a table of this name. An image set of the name comes first. */
    public boolean isTable(String name) {
        requireName(name);
        if (tables.containsKey(name)) {
            return true;
        }
        boolean images =
                loaded.containsKey(name) || places(name).stream().anyMatch(DataSets::hasImages);
        return !images && (tableFile(name).isPresent() || isSampleTable(name));
    }

    private static boolean hasImages(Path place) {
        return ImageFiles.inFolder(place).isPresent() || imageFolder(place).isPresent();
    }

    private static Optional<Path> imageFolder(Path place) {
        try {
            return ImageFolders.source(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Whether a table of this name comes with the library. */
    public static boolean isSampleTable(String name) {
        return TABLE_SAMPLES.contains(name);
    }

    /**
     * A table that comes with the library.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public static EncodedTable sampleTable(String name) {
        require(
                isSampleTable(name),
                "no table %s comes with this library, but %s",
                name,
                new java.util.TreeSet<>(TABLE_SAMPLES));
        String resource = TABLES + "/" + name + TABLE_ENDINGS.get(0);
        try (InputStream in = DataSets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("it is not on the class path");
            }
            return TableFile.mixedColumns().encoded(name, "the embedded sample", in);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "cannot read table " + name + ": " + FileErrors.describe(failure), failure);
        }
    }

    /** {@link ImageSet#sha256} of both parts of a set, the training part first. */
    public String sha256(String name) {
        return load(name, Split.TRAIN).sha256() + "/" + load(name, Split.TEST).sha256();
    }

    /**
     * A table.
     *
     * @throws IllegalArgumentException if there is no such table; the message lists where it was
     *     looked for
     * @throws UncheckedIOException if the file is not a table of numbers; the message names the
     *     file, and line and column
     */
    public Table table(String name) {
        requireName(name);
        return tables.computeIfAbsent(
                name,
                absent -> {
                    Optional<Path> file = tableFile(name);
                    if (file.isEmpty() && isSampleTable(name)) {
                        return sampleTable(name).table();
                    }
                    require(
                            file.isPresent(),
                            "there is no table %s: looked for %s",
                            name,
                            tableFiles(name));
                    try {
                        return TableFile.numbers().read(name, file.get());
                    } catch (IOException failure) {
                        throw new UncheckedIOException(FileErrors.describe(failure), failure);
                    }
                });
    }

    /** Where the images or rows of a set come from: a folder, a file or the embedded sample. */
    public String origin(String name) {
        return isTable(name) ? table(name).origin() : load(name, Split.TEST).origin();
    }

    private Optional<Path> tableFile(String name) {
        return tableFiles(name).stream().filter(Files::isRegularFile).findFirst();
    }

    private List<Path> tableFiles(String name) {
        if (folder == null || sampleOnly) {
            return List.of();
        }
        return Stream.of(folder, folder.resolve(TABLES))
                .flatMap(place -> TABLE_ENDINGS.stream().map(e -> place.resolve(name + e)))
                .toList();
    }

    /** Names of the image sets and tables in the folder, and of the embedded samples; sorted. */
    public List<String> available() {
        Set<String> names = new java.util.TreeSet<>(SAMPLES);
        names.addAll(TABLE_SAMPLES);
        if (folder != null) {
            try (var children = Files.list(folder)) {
                children.filter(Files::isDirectory)
                        .filter(DataSets::hasImages)
                        .forEach(child -> names.add(child.getFileName().toString()));
            } catch (IOException failure) {
                throw unlisted(folder, failure);
            }
            addTables(folder, names);
            addTables(folder.resolve(TABLES), names);
        }
        return List.copyOf(names);
    }

    private static void addTables(Path place, Set<String> names) {
        if (!Files.isDirectory(place)) {
            return;
        }
        try (var children = Files.list(place)) {
            children.filter(Files::isRegularFile)
                    .map(child -> child.getFileName().toString())
                    .forEach(
                            file ->
                                    TABLE_ENDINGS.stream()
                                            .filter(file::endsWith)
                                            .map(e -> file.substring(0, file.length() - e.length()))
                                            .filter(name -> NAME.matcher(name).matches())
                                            .forEach(names::add));
        } catch (IOException failure) {
            throw unlisted(place, failure);
        }
    }

    private static UncheckedIOException unlisted(Path place, IOException failure) {
        return new UncheckedIOException(
                "cannot list " + place + ": " + FileErrors.describe(failure), failure);
    }

    static void requireName(String name) {
        require(
                name != null && NAME.matcher(name).matches(),
                "the name of an image set must be made of letters, digits, '.', '_' and '-', got %s",
                name);
    }

    private Map<Split, ImageSet> find(String name) {
        List<String> looked = new ArrayList<>();
        if (!sampleOnly) {
            for (Path place : places(name)) {
                Optional<ImageFiles> files = ImageFiles.inFolder(place);
                if (files.isPresent()) {
                    return read(name, place.toString(), files.get());
                }
                Optional<Path> images = imageFolder(place);
                if (images.isPresent()) {
                    return read(new ImageFolders(name, images.get(), null, Integer.MAX_VALUE));
                }
                looked.add(place.toString());
            }
            if (folder == null) {
                looked.add("(no data folder: give --data DIR or set " + ENVIRONMENT_VARIABLE + ")");
            }
            if (name.equals(MNIST)) {
                Optional<Path> cache = cached(looked);
                Optional<ImageFiles> files = cache.flatMap(ImageFiles::inFolder);
                if (files.isPresent()) {
                    return read(name, cache.get().toString(), files.get());
                }
            }
        }
        require(
                SAMPLES.contains(name),
                "there is no image set or table %s: looked for train-images-idx3-ubyte[.gz] and so on, for train/CLASS/NAME.jpg and the like in folder or .tar.gz, and for %1$s.csv[.gz], in %s; with this library come %s",
                name,
                looked.isEmpty() ? "the embedded samples alone" : String.join(", ", looked),
                new java.util.TreeSet<>(SAMPLES));
        Map<Split, ImageSet> sample = read(name, "the embedded sample", ImageFiles.embedded(name));
        if (!sampleOnly) {
            LOG.warn(
                    "Image set {} was not found in {}: using the embedded sample of {} training and {} test images instead.",
                    name,
                    String.join(", ", looked),
                    sample.get(Split.TRAIN).size(),
                    sample.get(Split.TEST).size());
        }
        return sample;
    }

    /** Deeplearning4j's copy of MNIST, fetched if need be; why not, is added to {@code looked}. */
    private static Optional<Path> cached(List<String> looked) {
        try {
            return Dl4jMnist.folder();
        } catch (IOException e) {
            looked.add("Deeplearning4j's cache (cannot be filled: " + FileErrors.describe(e) + ")");
            return Optional.empty();
        }
    }

    private List<Path> places(String name) {
        if (folder == null) {
            return List.of();
        }
        Path own = folder.toAbsolutePath().normalize().getFileName();
        boolean itself = own != null && own.toString().equals(name);
        return itself ? List.of(folder.resolve(name), folder) : List.of(folder.resolve(name));
    }

    private static Map<Split, ImageSet> read(ImageFolders images) {
        try {
            return images.read();
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "cannot read image set " + images.name() + ": " + FileErrors.describe(failure),
                    failure);
        }
    }

    private static Map<Split, ImageSet> read(String name, String origin, ImageFiles files) {
        try {
            IdxFile trainLabels = files.read(Split.TRAIN, false);
            IdxFile testLabels = files.read(Split.TEST, false);
            int[] trainNumbers = trainLabels.integers();
            int[] testNumbers = testLabels.integers();
            int classes = classes(name, files, trainNumbers, testNumbers);
            ImageSet train =
                    join(name, origin, files, Split.TRAIN, trainLabels, trainNumbers, classes);
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
        } catch (IOException failure) {
            throw new UncheckedIOException(FileErrors.describe(failure), failure);
        }
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

    /** Opens a file of an embedded sample. */
    static InputStream resource(String path) throws IOException {
        InputStream in = DataSets.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException(
                    "the class path lacks " + path + " beside " + DataSets.class.getName());
        }
        return in;
    }
}
