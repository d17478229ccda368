package org.vsml.episode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Prints the hashes of the sets in folders and archives, from a JVM of its own. */
final class PrintedImages {

    private PrintedImages() {}

    /** Of each argument, a line. */
    public static void main(String... args) throws IOException {
        for (String source : args) {
            Map<Split, ImageSet> sets =
                    new ImageFolders("pets", Path.of(source), null, Integer.MAX_VALUE).read();
            System.out.println(hash(sets));
        }
    }

    static String hash(Map<Split, ImageSet> sets) {
        return sets.get(Split.TRAIN).sha256() + "/" + sets.get(Split.TEST).sha256();
    }
}
