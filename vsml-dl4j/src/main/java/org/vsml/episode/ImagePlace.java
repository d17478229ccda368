package org.vsml.episode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Where a file has its place in an image set, by its name alone: {@code
 * ROOT/train/CLASS/NAME.(jpg|jpeg|png)}, the ending in any case, or {@code test} for {@code train}.
 *
 * @param root what is before the part; empty if nothing
 * @param split train or test
 * @param label the class's name as it is written
 * @param file the file's own name
 */
record ImagePlace(String root, Split split, String label, String file) {

    /** What a file is to an image set. */
    enum Kind {
        /** An image of a class. */
        IMAGE,
        /** Hidden, or something that a Macintosh has added: nobody misses it. */
        HIDDEN,
        /** Not an image, or an image that is in no class. */
        OTHER
    }

    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

    /** By code points, the order of the bytes in UTF-8: the same on every platform. */
    static final Comparator<String> BY_NAME = (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

    /** By class, then by name. */
    static final Comparator<ImagePlace> ORDER =
            Comparator.comparing(ImagePlace::label, BY_NAME)
                    .thenComparing(ImagePlace::file, BY_NAME);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> steps(String name) {
        return Arrays.stream(name.split("/", -1))
                .filter(step -> !step.isEmpty() && !step.equals("."))
                .toList();
    }

    /** What the file of this name, with slashes, is. */
    static Kind kind(String name) {
        List<String> steps = steps(name);
        if (steps.stream().anyMatch(s -> s.startsWith(".") || s.equals("__MACOSX"))) {
            return Kind.HIDDEN;
        }
        int last = steps.size() - 1;
        if (last < 2 || part(steps.get(last - 2)) == null) {
            return Kind.OTHER;
        }
        String file = steps.get(last).toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(file::endsWith) ? Kind.IMAGE : Kind.OTHER;
    }

    /** The place of an {@link Kind#IMAGE}. */
    static ImagePlace of(String name) {
        List<String> steps = steps(name);
        int last = steps.size() - 1;
        return new ImagePlace(
                String.join("/", steps.subList(0, last - 2)),
                part(steps.get(last - 2)),
                steps.get(last - 1),
                steps.get(last));
    }

    private static Split part(String step) {
        return switch (step) {
            case "train" -> Split.TRAIN;
            case "test" -> Split.TEST;
            default -> null;
        };
    }
}
