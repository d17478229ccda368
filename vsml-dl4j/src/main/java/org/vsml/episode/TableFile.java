package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads tables from delimited text (CSV) and ARFF files, which may be compressed with gzip. Text is
 * UTF-8, with or without a byte order mark, UTF-16 with one, or else ISO 8859-1.
 *
 * <p>Numbers may have a decimal comma, separators between thousands, or a currency or percent sign,
 * if their whole column is written so; where commas are between the fields, {@code "1,234"} is a
 * thousand. Lines that begin with {@code #} before the table, columns without any value at its end,
 * and Excel's {@code sep=;} are passed over. A second column of the same name is called {@code name
 * (2)}. Of ARFF, declared types hold.
 *
 * <p>Classes are numbered in the order of their numbers if all labels are whole numbers, otherwise
 * in the order of first appearance or of their names; a class that does not occur has no number.
 *
 * @param delimiter between fields; null for whichever of comma, semicolon, tab and bar is the most
 *     frequent in the first row, and blanks if there is none of them
 * @param header whether the first row names the columns; null for whether it looks like it: it has
 *     text where the rest of the column has numbers, or is all text that occurs nowhere else in its
 *     column
 * @param label name or number (from 1) of the column of labels; null for the last one
 * @param labelsSorted whether text labels are numbered in the order of their names instead of that
 *     of first appearance
 * @param mixed whether text and missing values are welcome: a column of text becomes one column for
 *     each of its values, a column of numbers with missing values gets the mean of the rows before
 *     in their place and a column that marks them. Otherwise both are errors
 * @param ignored names or numbers of columns that are left out
 */
public record TableFile(
        Character delimiter,
        Boolean header,
        String label,
        boolean labelsSorted,
        boolean mixed,
        List<String> ignored) {

    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "nan", "null");

    /** In a column of text these may well be one of its values. */
    private static final Set<String> MISSING_AMONG_NUMBERS =
            Set.of(
                    "none", "missing", "unknown", "-", "--", ".", "*", "#n/a", "n.a.", "na.",
                    "<na>", "nil", "(null)");

    /** Tables of numbers, the last column the class. */
    public static TableFile numbers() {
        return new TableFile(null, null, null, false, false, List.of());
    }

    /** Tables of numbers, text and missing values, the last column the class. */
    public static TableFile mixedColumns() {
        return new TableFile(null, null, null, false, true, List.of());
    }

    /** This reader with another column of labels, by name or number from 1. */
    public TableFile withLabel(String column) {
        return new TableFile(delimiter, header, column, labelsSorted, mixed, ignored);
    }

    /** This reader without some columns, by name or number from 1. */
    public TableFile without(List<String> columns) {
        return new TableFile(delimiter, header, label, labelsSorted, mixed, columns);
    }

    /** Whether a field has no value. */
    static boolean missing(String field) {
        return field.length() <= 7 && MISSING.contains(field.toLowerCase(Locale.ROOT));
    }

    /** Whether a field has no value if all others of its column are numbers. */
    static boolean missingAmongNumbers(String field) {
        return field.length() <= 7
                && MISSING_AMONG_NUMBERS.contains(field.toLowerCase(Locale.ROOT));
    }

    /**
     * Reads a table.
     *
     * @throws IOException if the file is not such a table; the message has the file, and where it
     *     is about a field, its row, column and text
     */
    public Table read(String name, Path file) throws IOException {
        return encoded(name, file).table();
    }

    /**
     * Reads a table, and how it was read.
     *
     * @throws IOException as {@link #read}
     */
    public EncodedTable encoded(String name, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return encoded(name, file.toString(), in);
        }
    }

    /** As {@link #encoded(String, Path)}, from what {@code origin} names. */
    EncodedTable encoded(String name, String origin, InputStream in) throws IOException {
        TableFields fields = fields(origin, in, null);
        List<String> names = fields.names();
        int labels = labelColumn(origin, names);
        Set<Integer> without = ignoredColumns(origin, names, labels);
        check(
                names.size() - without.size() >= 2,
                "%s: of %d columns all but the labels are left out",
                origin,
                names.size());
        return columns(origin, fields, mixed)
                .table(name, labels, without, fields.named(), labelsSorted);
    }

    private TableFields fields(String origin, InputStream in, TableEncoding known)
            throws IOException {
        return TableFields.of(origin, TableText.read(origin, in), delimiter, header, known);
    }

    private static TableColumns columns(String origin, TableFields fields, boolean mixed) {
        return new TableColumns(
                origin, fields.names(), fields.types(), fields.rows(), fields.commas(), mixed);
    }

    private Set<Integer> ignoredColumns(String origin, List<String> names, int label)
            throws IOException {
        Set<Integer> result = new TreeSet<>();
        for (String column : ignored) {
            int found = column(origin, names, column);
            check(
                    found != label,
                    "%s: column %s has the labels and cannot be left out",
                    origin,
                    column);
            result.add(found);
        }
        return result;
    }

    /**
     * Reads rows of the same kind as those of another file, with or without labels. Where both
     * files name their columns these may be in another order, and others may be among them.
     *
     * @throws IOException if a column is missing, or as {@link #read}
     */
    public TableRows rows(Path file, TableEncoding encoding) throws IOException {
        TableFields fields;
        try (InputStream in = Files.newInputStream(file)) {
            fields = fields(file.toString(), in, encoding);
        }
        List<String> names = fields.names();
        int[] columns = new int[encoding.columns().size()];
        int labels;
        if (fields.named()) {
            for (int k = 0; k < columns.length; k++) {
                String column = encoding.columns().get(k).name();
                columns[k] = names.indexOf(column);
                check(
                        columns[k] >= 0,
                        "%s: there is no column %s; there are %s",
                        file,
                        column,
                        names);
            }
            labels = names.indexOf(encoding.labelName());
        } else {
            int width = columns.length + encoding.ignored().size();
            boolean labelled = names.size() == width + 1;
            check(
                    labelled || names.size() == width,
                    "%s: expected %d columns, or %d with the labels, got %d",
                    file,
                    width,
                    width + 1,
                    names.size());
            labels = labelled ? encoding.labelPlace() : -1;
            int k = 0;
            for (int whole = 0; whole <= width; whole++) {
                if (whole != encoding.labelPlace() && !encoding.ignored().contains(whole + 1)) {
                    columns[k++] = labelled || whole < encoding.labelPlace() ? whole : whole - 1;
                }
            }
        }
        return columns(file.toString(), fields, true).rows(encoding, columns, labels);
    }

    private int labelColumn(String shown, List<String> names) throws IOException {
        return label == null ? names.size() - 1 : column(shown, names, label);
    }

    private static int column(String shown, List<String> names, String column) throws IOException {
        int found = names.indexOf(column);
        if (found < 0 && column.matches("\\d{1,9}")) {
            found = Integer.parseInt(column) - 1;
        }
        check(
                found >= 0 && found < names.size(),
                "%s: there is no column %s; there are %s",
                shown,
                column,
                names.size() <= 30 ? names : names.subList(0, 30) + " and more");
        return found;
    }

    static void check(boolean condition, String message, Object... arguments) throws IOException {
        if (!condition) {
            throw new IOException(String.format(Locale.ROOT, message, arguments));
        }
    }

    public TableFile {
        require(
                delimiter == null || (delimiter != '"' && delimiter != '\n' && delimiter != '\r'),
                "the delimiter must not be a quote or a line break");
        ignored = List.copyOf(ignored);
    }
}
