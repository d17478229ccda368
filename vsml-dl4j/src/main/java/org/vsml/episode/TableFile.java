package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads tables from delimited text (CSV) and ARFF files, which may be compressed with gzip. Text is
 * UTF-8, with or without a byte order mark, UTF-16 with one, or else ISO 8859-1.
 *
 * <p>Classes are numbered in the order of their numbers if all labels are whole numbers, otherwise
 * in the order of first appearance or of their names; a class that does not occur has no number.
 *
 * @param delimiter between fields; null for whichever of comma, semicolon, tab and bar is the most
 *     frequent in the first row, and blanks if there is none of them. Where it is not a comma, a
 *     comma within a number is its decimal point
 * @param header whether the first row names the columns; null for whether it looks like it: it has
 *     text where the rest of the column has numbers, or is all text that occurs nowhere else in its
 *     column
 * @param label name or number (from 1) of the column of labels; null for the last one
 * @param labelsSorted whether text labels are numbered in the order of their names instead of that
 *     of first appearance
 * @param mixed whether text and missing values are welcome: a column of text becomes one column for
 *     each of its values, a column of numbers with missing values gets the mean of the rows before
 *     in their place and a column that marks them. Otherwise both are errors
 */
public record TableFile(
        Character delimiter, Boolean header, String label, boolean labelsSorted, boolean mixed) {

    private static final int MAX_BYTES = 1 << 28;
    private static final int GUESSED_ROWS = 1000;
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");
    private static final Pattern ATTRIBUTE =
            Pattern.compile(
                    "@attribute\\s+('(?:[^'])*'|\"[^\"]*\"|\\S+)\\s+.*", Pattern.CASE_INSENSITIVE);
    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "nan", "null");

    /** In a column of text these may well be one of its values. */
    private static final Set<String> MISSING_AMONG_NUMBERS =
            Set.of("none", "missing", "unknown", "-", "--", "#n/a", "nil");

    /** Tables of numbers, the last column the class. */
    public static TableFile numbers() {
        return new TableFile(null, null, null, false, false);
    }

    /** Tables of numbers, text and missing values, the last column the class. */
    public static TableFile mixedColumns() {
        return new TableFile(null, null, null, false, true);
    }

    /** This reader with another column of labels, by name or number from 1. */
    public TableFile withLabel(String column) {
        return new TableFile(delimiter, header, column, labelsSorted, mixed);
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

    static boolean number(String field) {
        return NUMBER.matcher(field).matches();
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
        Fields fields = fields(origin, in, null);
        int width = fields.names().size();
        check(
                width >= 2,
                "%s: expected at least two columns, got %d; is the delimiter something else than comma, semicolon, tab, bar and"
                        + " blanks?",
                origin,
                width);
        int place = labelColumn(origin, fields.names());
        return new TableColumns(origin, fields.names(), fields.rows(), mixed)
                .table(name, place, fields.named(), labelsSorted);
    }

    /**
     * Reads rows of the same kind as those of another file, with or without labels. Where both
     * files name their columns these may be in another order, and others may be among them.
     *
     * @throws IOException if a column is missing, or as {@link #read}
     */
    public TableRows rows(Path file, TableEncoding encoding) throws IOException {
        Fields fields;
        try (InputStream in = Files.newInputStream(file)) {
            fields = fields(file.toString(), in, encoding);
        }
        List<String> names = fields.names();
        int[] places = new int[encoding.columns().size()];
        int place;
        if (fields.named()) {
            for (int k = 0; k < places.length; k++) {
                String column = encoding.columns().get(k).name();
                places[k] = names.indexOf(column);
                check(
                        places[k] >= 0,
                        "%s: there is no column %s; there are %s",
                        file,
                        column,
                        names);
            }
            place = names.indexOf(encoding.labelName());
        } else {
            boolean labelled = names.size() == places.length + 1;
            check(
                    labelled || names.size() == places.length,
                    "%s: expected %d columns, or %d with the labels, got %d",
                    file,
                    places.length,
                    places.length + 1,
                    names.size());
            place = labelled ? encoding.labelPlace() : -1;
            for (int k = 0; k < places.length; k++) {
                places[k] = labelled && k >= place ? k + 1 : k;
            }
        }
        return new TableColumns(file.toString(), names, fields.rows(), true)
                .rows(encoding, places, place);
    }

    /**
     * What is in a file.
     *
     * @param named whether the names are the file's own
     */
    private record Fields(List<String> names, List<DelimitedText.Row> rows, boolean named) {}

    /** The fields; {@code known} tells a header by its names, if not null. */
    private Fields fields(String shown, InputStream in, TableEncoding known) throws IOException {
        String text = text(shown, in);
        List<String> names = new ArrayList<>();
        int line = 1;
        int from = 0;
        if (startsAsArff(text)) {
            while (from < text.length()) {
                int end = endOfLine(text, from);
                String declared = text.substring(from, end).strip();
                from = Math.min(text.length(), end + 1);
                line++;
                Matcher attribute = ATTRIBUTE.matcher(declared);
                if (attribute.matches()) {
                    names.add(unquoted(attribute.group(1)));
                } else if (declared.toLowerCase(Locale.ROOT).startsWith("@data")) {
                    break;
                }
            }
        }
        boolean arff = !names.isEmpty();
        Character between = arff && delimiter == null ? Character.valueOf(',') : delimiter;
        List<DelimitedText.Row> rows = DelimitedText.rows(shown, text, from, line, between);
        rows = arff ? rows.stream().filter(r -> !r.fields().get(0).startsWith("%")).toList() : rows;
        check(!rows.isEmpty(), "%s: there are no rows", shown);
        check(
                !arff || !rows.get(0).fields().get(0).startsWith("{"),
                "%s, line %d: sparse ARFF is not read; write every value",
                shown,
                rows.get(0).line());
        int width = arff ? names.size() : rows.get(0).fields().size();
        for (DelimitedText.Row row : rows) {
            check(
                    row.fields().size() == width,
                    "%s, line %d: expected %d fields as in the %s, got %d",
                    shown,
                    row.line(),
                    width,
                    arff ? "header" : "first row",
                    row.fields().size());
        }
        if (!arff && hasHeader(rows, known)) {
            names.addAll(rows.get(0).fields());
            rows = rows.subList(1, rows.size());
            check(!rows.isEmpty(), "%s: there are no rows below the header", shown);
            List<String> twice =
                    names.stream().filter(n -> names.indexOf(n) != names.lastIndexOf(n)).toList();
            check(
                    twice.isEmpty(),
                    "%s: two columns are named %s",
                    shown,
                    twice.isEmpty() ? "" : twice.get(0));
        }
        boolean named = !names.isEmpty();
        for (int c = 0; !named && c < width; c++) {
            names.add("column " + (c + 1));
        }
        return new Fields(names, rows, named);
    }

    private boolean hasHeader(List<DelimitedText.Row> rows, TableEncoding known) {
        if (header != null) {
            return header;
        }
        if (known == null) {
            return looksLikeHeader(rows);
        }
        List<String> first = rows.get(0).fields();
        return known.named()
                && (known.columns().stream().anyMatch(c -> first.contains(c.name()))
                        || looksLikeHeader(rows));
    }

    private int labelColumn(String shown, List<String> names) throws IOException {
        if (label == null) {
            return names.size() - 1;
        }
        int found = names.indexOf(label);
        if (found < 0 && label.matches("\\d{1,9}")) {
            found = Integer.parseInt(label) - 1;
        }
        check(
                found >= 0 && found < names.size(),
                "%s: there is no column %s; there are %s",
                shown,
                label,
                names.size() <= 30 ? names : names.subList(0, 30) + " and more");
        return found;
    }

    private static boolean looksLikeHeader(List<DelimitedText.Row> rows) {
        List<String> first = rows.get(0).fields();
        List<DelimitedText.Row> others = rows.subList(1, Math.min(rows.size(), GUESSED_ROWS));
        if (others.isEmpty() || first.stream().anyMatch(f -> f.isEmpty() || number(f))) {
            return false;
        }
        boolean aboveNumbers =
                IntStream.range(0, first.size())
                        .anyMatch(
                                c ->
                                        !missing(first.get(c))
                                                && others.stream()
                                                        .map(r -> r.fields().get(c))
                                                        .allMatch(f -> number(f) || missing(f)));
        boolean unique =
                new HashSet<>(first).size() == first.size()
                        && IntStream.range(0, first.size())
                                .noneMatch(
                                        c ->
                                                others.stream()
                                                        .anyMatch(
                                                                r ->
                                                                        r.fields()
                                                                                .get(c)
                                                                                .equals(
                                                                                        first.get(
                                                                                                c))));
        return aboveNumbers || unique;
    }

    private static boolean startsAsArff(String text) {
        int from = 0;
        while (from < text.length()) {
            int end = endOfLine(text, from);
            String line = text.substring(from, end).strip();
            if (!line.isEmpty() && !line.startsWith("%")) {
                return line.toLowerCase(Locale.ROOT).startsWith("@relation")
                        || line.toLowerCase(Locale.ROOT).startsWith("@attribute");
            }
            from = end + 1;
        }
        return false;
    }

    private static int endOfLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && (text.charAt(0) == '\'' || text.charAt(0) == '"');
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static String text(String file, InputStream in) throws IOException {
        byte[] bytes;
        try {
            BufferedInputStream raw = new BufferedInputStream(in);
            raw.mark(2);
            byte[] magic = raw.readNBytes(2);
            raw.reset();
            boolean zipped =
                    magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
            bytes = (zipped ? new GZIPInputStream(raw, 1 << 16) : raw).readNBytes(MAX_BYTES + 1);
        } catch (EOFException truncated) {
            throw new IOException(file + ": the compressed data ends early", truncated);
        } catch (ZipException corrupt) {
            throw new IOException(
                    file + ": the compressed data is damaged: " + corrupt.getMessage(), corrupt);
        }
        check(bytes.length <= MAX_BYTES, "%s: more than %d bytes of text", file, MAX_BYTES);
        if (bytes.length >= 2 && (bytes[0] & 0xff) + (bytes[1] & 0xff) == 0xfe + 0xff) {
            return new String(bytes, StandardCharsets.UTF_16);
        }
        for (byte value : bytes) {
            check(value != 0, "%s: this is no text; save the table as CSV", file);
        }
        boolean marked =
                bytes.length >= 3
                        && (bytes[0] & 0xff) == 0xef
                        && (bytes[1] & 0xff) == 0xbb
                        && (bytes[2] & 0xff) == 0xbf;
        int from = marked ? 3 : 0;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
        } catch (CharacterCodingException other) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
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
    }
}
