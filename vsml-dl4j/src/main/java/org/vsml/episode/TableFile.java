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
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

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

    private static final int MAX_BYTES = 1 << 28;
    private static final int GUESSED_ROWS = 1000;
    private static final Pattern SEPARATOR_LINE =
            Pattern.compile("(?i)\"?sep=(.)\"?[,;\\t ]*(?:\r\n|\n|\r)");
    private static final Pattern NO_TABLE =
            Pattern.compile("\\s*(?:<[!?a-zA-Z]|[\\[{]\\s*[\\[{\"]).*");
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
        Fields fields = fields(origin, in, null);
        List<String> names = fields.names();
        int place = labelColumn(origin, names);
        Set<Integer> without = ignoredColumns(origin, names, place);
        check(
                names.size() - without.size() >= 2,
                "%s: of %d columns all but the labels are left out",
                origin,
                names.size());
        return columns(origin, fields, mixed)
                .table(name, place, without, fields.named(), labelsSorted);
    }

    private static TableColumns columns(String origin, Fields fields, boolean mixed) {
        return new TableColumns(
                origin, fields.names(), fields.types(), fields.rows(), fields.commas(), mixed);
    }

    private Set<Integer> ignoredColumns(String origin, List<String> names, int label)
            throws IOException {
        Set<Integer> found = new TreeSet<>();
        for (String column : ignored) {
            int place = place(origin, names, column);
            check(
                    place != label,
                    "%s: column %s has the labels and cannot be left out",
                    origin,
                    column);
            found.add(place);
        }
        return found;
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
            int width = places.length + encoding.ignored().size();
            boolean labelled = names.size() == width + 1;
            check(
                    labelled || names.size() == width,
                    "%s: expected %d columns, or %d with the labels, got %d",
                    file,
                    width,
                    width + 1,
                    names.size());
            place = labelled ? encoding.labelPlace() : -1;
            int k = 0;
            for (int whole = 0; whole <= width; whole++) {
                if (whole != encoding.labelPlace() && !encoding.ignored().contains(whole + 1)) {
                    places[k++] = labelled || whole < encoding.labelPlace() ? whole : whole - 1;
                }
            }
        }
        return columns(file.toString(), fields, true).rows(encoding, places, place);
    }

    /**
     * What is in a file.
     *
     * @param types that are declared; empty if none are
     * @param named whether the names are the file's own
     * @param commas whether commas are between the fields
     */
    private record Fields(
            List<String> names,
            List<Arff.Attribute> types,
            List<DelimitedText.Row> rows,
            boolean named,
            boolean commas) {}

    /** The fields; {@code known} tells a header by its names, if not null. */
    private Fields fields(String shown, InputStream in, TableEncoding known) throws IOException {
        String text = text(shown, in);
        if (Arff.begins(text)) {
            Arff arff = Arff.read(shown, text, delimiter);
            check(!arff.rows().isEmpty(), "%s: there are no rows", shown);
            requireWidth(shown, arff.rows(), arff.attributes().size(), "there are attributes");
            List<String> names = arff.attributes().stream().map(Arff.Attribute::name).toList();
            return new Fields(distinct(names), arff.attributes(), arff.rows(), true, true);
        }
        int from = afterRemarks(text);
        Matcher separator = SEPARATOR_LINE.matcher(text);
        char between = DelimitedText.delimiter(text, from);
        if (from == 0 && separator.lookingAt()) {
            from = separator.end();
            between = separator.group(1).charAt(0);
        }
        between = delimiter == null ? between : delimiter;
        int line = 1 + text.substring(0, from).split("\r\n|\n|\r", -1).length - 1;
        check(
                !NO_TABLE.matcher(text.substring(from, Math.min(text.length(), from + 1000)))
                        .lookingAt(),
                "%s: this is HTML, XML or JSON, not a table; save the table as CSV",
                shown);
        List<DelimitedText.Row> rows = DelimitedText.rows(shown, text, from, line, between);
        check(!rows.isEmpty(), "%s: there are no rows", shown);
        rows = withoutEmptyEnd(rows);
        int width = rows.get(0).fields().size();
        check(
                width >= 2 || known != null,
                "%s, line %d: expected at least two columns, got %s alone; is the delimiter something else than comma, semicolon,"
                        + " tab, bar and blanks?",
                shown,
                rows.get(0).line(),
                DelimitedText.shortened(rows.get(0).fields().get(0)));
        requireWidth(
                shown,
                rows,
                width,
                "in the first row, "
                        + DelimitedText.shortened(String.join(" | ", rows.get(0).fields())));
        List<String> names = new ArrayList<>();
        boolean named = hasHeader(rows, known);
        if (named) {
            names.addAll(rows.get(0).fields());
            rows = rows.subList(1, rows.size());
            check(!rows.isEmpty(), "%s: there are no rows below the header", shown);
        }
        for (int c = 0; c < width; c++) {
            if (!named) {
                names.add("column " + (c + 1));
            } else if (names.get(c).isEmpty()) {
                names.set(c, "column " + (c + 1));
            }
        }
        return new Fields(distinct(names), List.of(), rows, named, between == ',');
    }

    /** Numbers the names that occur before. */
    private static List<String> distinct(List<String> names) {
        List<String> result = new ArrayList<>();
        for (String name : names) {
            String own = name;
            for (int i = 2; result.contains(own); i++) {
                own = name + " (" + i + ")";
            }
            result.add(own);
        }
        return result;
    }

    private static void requireWidth(
            String shown, List<DelimitedText.Row> rows, int width, String where)
            throws IOException {
        for (DelimitedText.Row row : rows) {
            int own = row.fields().size();
            check(
                    own == width,
                    "%s, line %d: expected %d fields, as many as %s; got %d: %s%s",
                    shown,
                    row.line(),
                    width,
                    where,
                    own,
                    DelimitedText.shortened(String.join(" | ", row.fields())),
                    own > width ? "; a text with the delimiter in it needs quotes around it" : "");
        }
    }

    /**
     * Where the table begins: behind lines with #, but at one that has as many delimiters as the
     * line below them all. Is it the only such line, it names the columns, and its # is none of it.
     */
    private static int afterRemarks(String text) {
        List<Integer> remarks = new ArrayList<>();
        int at = 0;
        while (text.startsWith("#", at)) {
            remarks.add(at);
            while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                at++;
            }
            while (at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) {
                at++;
            }
        }
        if (remarks.isEmpty() || at == text.length()) {
            return 0;
        }
        char between = DelimitedText.delimiter(text, at);
        long wanted = delimiters(text, at, between);
        for (int i = 0; i < remarks.size() && between != ' '; i++) {
            if (delimiters(text, remarks.get(i), between) == wanted) {
                return i == remarks.size() - 1 ? remarks.get(i) + 1 : remarks.get(i);
            }
        }
        return at;
    }

    private static long delimiters(String text, int from, char delimiter) {
        return text.substring(from)
                .lines()
                .findFirst()
                .orElse("")
                .chars()
                .filter(c -> c == delimiter)
                .count();
    }

    /** Rows without a last field that is empty everywhere: a delimiter at the end of lines. */
    private static List<DelimitedText.Row> withoutEmptyEnd(List<DelimitedText.Row> rows) {
        int width = rows.get(rows.size() - 1).fields().size();
        boolean empty =
                width > 2
                        && IntStream.range(0, rows.size())
                                .allMatch(
                                        i -> {
                                            List<String> fields = rows.get(i).fields();
                                            return fields.size() == width
                                                    ? fields.get(width - 1).isEmpty()
                                                    : i == 0 && fields.size() == width - 1;
                                        });
        if (!empty) {
            return rows;
        }
        return withoutEmptyEnd(
                rows.stream()
                        .map(
                                r ->
                                        new DelimitedText.Row(
                                                r.line(),
                                                r.fields()
                                                        .subList(
                                                                0,
                                                                Math.min(
                                                                        width - 1,
                                                                        r.fields().size()))))
                        .toList());
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
        return label == null ? names.size() - 1 : place(shown, names, label);
    }

    private static int place(String shown, List<String> names, String column) throws IOException {
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

    private static boolean looksLikeHeader(List<DelimitedText.Row> rows) {
        List<String> first = rows.get(0).fields();
        List<DelimitedText.Row> others = rows.subList(1, Math.min(rows.size(), GUESSED_ROWS));
        if (others.isEmpty() || first.stream().anyMatch(NumeralForms::any)) {
            return false;
        }
        boolean aboveNumbers =
                IntStream.range(0, first.size())
                        .anyMatch(
                                c ->
                                        !missing(first.get(c))
                                                && others.stream()
                                                        .map(r -> r.fields().get(c))
                                                        .allMatch(
                                                                f ->
                                                                        NumeralForms.any(f)
                                                                                || missing(f)));
        boolean unique =
                new HashSet<>(first).size() == first.size()
                        && !first.contains("")
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
        for (int i = 0; i < bytes.length; i++) {
            check(
                    bytes[i] != 0,
                    "%s: this is no text; save the table as CSV in UTF-8 (byte %d is 0)",
                    file,
                    i);
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
        ignored = List.copyOf(ignored);
    }
}
