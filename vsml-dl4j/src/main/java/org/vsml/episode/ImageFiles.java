package org.vsml.episode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the four files of an image set are. */
final class ImageFiles {

    private static final List<String> TEST_PREFIXES = List.of("t10k", "test");
    private static final List<String> TRAIN_PREFIXES = List.of("train");
    private static final List<String> IMAGES =
            List.of("images-idx3-ubyte", "images.idx3-ubyte", "images-idx4-ubyte");
    private static final List<String> LABELS =
            List.of("labels-idx1-ubyte", "labels.idx1-ubyte", "labels-idx1-short");
    private static final List<String> ENDINGS = List.of(".gz", "");

    private record File(String name, IdxFile.Opener opener) {}

    private final Map<Split, File> images = new EnumMap<>(Split.class);
    private final Map<Split, File> labels = new EnumMap<>(Split.class);

    private ImageFiles() {}

    /** The four files of a folder, if all are there. */
    static Optional<ImageFiles> inFolder(Path folder) {
        ImageFiles result = new ImageFiles();
        for (Split split : Split.values()) {
            List<String> prefixes = split == Split.TRAIN ? TRAIN_PREFIXES : TEST_PREFIXES;
            Optional<Path> image = first(folder, prefixes, IMAGES);
            Optional<Path> label = first(folder, prefixes, LABELS);
            if (image.isEmpty() || label.isEmpty()) {
                return Optional.empty();
            }
            result.images.put(split, file(image.get()));
            result.labels.put(split, file(label.get()));
        }
        return Optional.of(result);
    }

    /** The four files of a sample on the class path. */
    static ImageFiles embedded(String set) {
        ImageFiles result = new ImageFiles();
        for (Split split : Split.values()) {
            String prefix = set + "/" + (split == Split.TRAIN ? "train" : "t10k") + "-";
            result.images.put(split, resource(prefix + "images-idx3-ubyte.gz"));
            result.labels.put(split, resource(prefix + "labels-idx1-ubyte.gz"));
        }
        return result;
    }

    /** What messages call the file of a part. */
    String name(Split split, boolean ofImages) {
        return (ofImages ? images : labels).get(split).name();
    }

    IdxFile read(Split split, boolean ofImages) throws IOException {
        File file = (ofImages ? images : labels).get(split);
        return IdxFile.read(file.name(), file.opener());
    }

    private static Optional<Path> first(Path folder, List<String> prefixes, List<String> kinds) {
        for (String prefix : prefixes) {
            for (String kind : kinds) {
                for (String ending : ENDINGS) {
                    Path path = folder.resolve(prefix + "-" + kind + ending);
                    if (Files.isRegularFile(path)) {
                        return Optional.of(path);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static File file(Path path) {
        return new File(path.toString(), () -> Files.newInputStream(path));
    }

    private static File resource(String path) {
        return new File("embedded " + path, () -> DataSets.resource(path));
    }
}
