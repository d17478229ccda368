package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.vsml.core.FileErrors;

/** The tables that come with the library. */
final class SampleTables {

    static final Set<String> NAMES = Set.of("segment", "soybean");

    /** Where tables are, on the class path and in a data folder. */
    static final String FOLDER = "tables";

    private SampleTables() {}

    /**
     * A table that comes with the library.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    static EncodedTable read(String name) {
        require(
                NAMES.contains(name),
                "no table %s comes with this library, but %s",
                name,
                new TreeSet<>(NAMES));
        String resource = FOLDER + "/" + name + ".csv.gz";
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
}
