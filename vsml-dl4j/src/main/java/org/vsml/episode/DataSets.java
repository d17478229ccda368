package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.FileErrors;

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

    private static final String MNIST = "mnist";
    private static final Set<String> SAMPLES = Set.of(MNIST, "fashion_mnist");

    private final Path folder;
    private final boolean sampleOnly;
    private final TableFolder tableFolder;
    private final Map<String, Map<Split, ImageSet>> loaded = new ConcurrentHashMap<>();
    private final Map<String, Table> tables = new ConcurrentHashMap<>();

    private DataSets(Path folder, boolean sampleOnly) {
        this.folder = folder;
        this.sampleOnly = sampleOnly;
        tableFolder = new TableFolder(sampleOnly ? null : folder);
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
        result.loaded.put(train.name(), IdxImageSet.parts(train, test));
        return result;
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
                loaded.containsKey(name) || folders(name).stream().anyMatch(DataSets::hasImages);
        return !images && (tableFolder.find(name).isPresent() || isSampleTable(name));
    }

    private static boolean hasImages(Path folder) {
        return ImageFiles.inFolder(folder).isPresent() || imageFolder(folder).isPresent();
    }

    private static Optional<Path> imageFolder(Path folder) {
        try {
            return ImageFolders.source(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Whether a table of this name comes with the library. */
    public static boolean isSampleTable(String name) {
        return SampleTables.NAMES.contains(name);
    }

    /**
     * A table that comes with the library.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public static EncodedTable sampleTable(String name) {
        return SampleTables.read(name);
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
                    Optional<Path> file = tableFolder.find(name);
                    if (file.isEmpty() && isSampleTable(name)) {
                        return sampleTable(name).table();
                    }
                    require(
                            file.isPresent(),
                            "there is no table %s: looked for %s",
                            name,
                            tableFolder.candidates(name));
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

    /** Names of the image sets and tables in the folder, and of the embedded samples; sorted. */
    public List<String> available() {
        Set<String> names = new TreeSet<>(SAMPLES);
        names.addAll(SampleTables.NAMES);
        if (folder != null) {
            try (var children = Files.list(folder)) {
                children.filter(Files::isDirectory)
                        .filter(DataSets::hasImages)
                        .forEach(child -> names.add(child.getFileName().toString()));
            } catch (IOException failure) {
                throw unlisted(folder, failure);
            }
        }
        names.addAll(tableFolder.names());
        return List.copyOf(names);
    }

    static UncheckedIOException unlisted(Path folder, IOException failure) {
        return new UncheckedIOException(
                "cannot list " + folder + ": " + FileErrors.describe(failure), failure);
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static void requireName(String name) {
        require(
                name != null && isName(name),
                "the name of an image set must be made of letters, digits, '.', '_' and '-', got %s",
                name);
    }

    private Map<Split, ImageSet> find(String name) {
        List<String> looked = new ArrayList<>();
        if (!sampleOnly) {
            for (Path own : folders(name)) {
                Optional<ImageFiles> files = ImageFiles.inFolder(own);
                if (files.isPresent()) {
                    return read(name, own.toString(), files.get());
                }
                Optional<Path> images = imageFolder(own);
                if (images.isPresent()) {
                    return read(new ImageFolders(name, images.get(), null, Integer.MAX_VALUE));
                }
                looked.add(own.toString());
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
                new TreeSet<>(SAMPLES));
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

    private List<Path> folders(String name) {
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
            return IdxImageSet.read(name, origin, files);
        } catch (IOException failure) {
            throw new UncheckedIOException(FileErrors.describe(failure), failure);
        }
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
