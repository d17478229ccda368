package org.vsml.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.vsml.episode.EncodedTable;
import org.vsml.episode.TableEncoding;

/** What a user should know of how a table was read, before it is learned. */
final class TableRemarks {

    /** Fewer rows than this may well have a column that counts them by chance. */
    private static final int COUNTED_ROWS = 10;

    private final Path file;
    private final Consumer<String> said;

    /**
     * Remarks on a file.
     *
     * @param said told each remark
     */
    TableRemarks(Path file, Consumer<String> said) {
        this.file = file;
        this.said = said;
    }

    /** Says everything about a table that was read. */
    void on(EncodedTable read, TableStream stream) {
        TableEncoding encoding = read.encoding();
        List<TableEncoding.Column> columns = encoding.columns();
        List<String> parts = new ArrayList<>();
        part(parts, columns.stream().filter(c -> !c.categories().isEmpty()).count(), "of text");
        part(
                parts,
                columns.stream().filter(TableEncoding.Column::marked).count(),
                "of numbers with missing values");
        part(
                parts,
                columns.stream().filter(c -> c.numerals().special()).count(),
                "of numbers with separators or signs");
        announce(
                "%s: %,d rows; %d inputs of %d columns%s; label %s with %d classes: %s",
                file,
                stream.labels().length,
                encoding.size(),
                columns.size(),
                String.join("", parts),
                encoding.labelName(),
                encoding.classes().size(),
                encoding.classes().size() <= 12
                        ? String.join(", ", encoding.classes())
                        : String.join(", ", encoding.classes().subList(0, 12)) + ", ...");
        if (read.unlabelled() > 0) {
            announce("%s: %,d rows have no label and are left out.", file, read.unlabelled());
        }
        warnOfCounters(encoding, stream);
        warnOfSimilarClasses(encoding.classes());
    }

    private static void part(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(", " + count + " " + what);
        }
    }

    /** An index of the rows gives labels away that are sorted. */
    private void warnOfCounters(TableEncoding encoding, TableStream stream) {
        double[][] inputs = stream.inputs();
        int at = 0;
        for (TableEncoding.Column column : encoding.columns()) {
            int own = at;
            if (inputs.length >= COUNTED_ROWS
                    && column.categories().isEmpty()
                    && IntStream.range(1, inputs.length)
                            .allMatch(i -> inputs[i][own] == inputs[i - 1][own] + 1)) {
                announce(
                        "%s: %s counts the rows; is it an index? --ignore \"%s\" leaves it out.",
                        file, column.name(), column.name());
            }
            at += column.size();
        }
    }

    private void warnOfSimilarClasses(List<String> classes) {
        Map<String, String> seen = new LinkedHashMap<>();
        for (String name : classes) {
            String other = seen.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                announce(
                        "%s: classes %s and %s differ in case only, and are two classes.",
                        file, other, name);
            }
        }
    }

    private void announce(String message, Object... arguments) {
        said.accept(String.format(Locale.ROOT, message, arguments));
    }
}
