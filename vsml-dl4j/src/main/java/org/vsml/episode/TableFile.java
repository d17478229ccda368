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
 * UTF-8, with or without a byte order mark, or else ISO 8859-1.
 *
 * <p>Classes are numbered in the order of their numbers if all labels are whole numbers, otherwise
 * in the order of first appearance or of their names; a class that does not occur has no number.
 *
 * @param delimiter between fields; null for whichever of comma, semicolon, tab and bar is the most
 *     frequent in the first row
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
    private static final Set<String> MISSING =
            Set.of("", "?", "na", "n/a", "nan", "null", "none", "missing");

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
        String text = text(file);
        String shown = file.toString();
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
        List<DelimitedText.Row> rows = DelimitedText.rows(shown, text, from, line, delimiter);
        rows = arff ? rows.stream().filter(r -> !r.fields().get(0).startsWith("%")).toList() : rows;
        check(!rows.isEmpty(), "%s: there are no rows", shown);
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
        if (!arff && (header == null ? looksLikeHeader(rows) : header)) {
            names.addAll(rows.get(0).fields());
            rows = rows.subList(1, rows.size());
            check(!rows.isEmpty(), "%s: there are no rows below the header", shown);
        }
        boolean named = !names.isEmpty();
        for (int c = 0; !named && c < width; c++) {
            names.add("column " + (c + 1));
        }
        check(width >= 2, "%s: expected at least two columns, got %d", shown, width);
        int labels = labelColumn(shown, names);
        return new TableColumns(shown, names, rows, mixed).table(name, labels, labelsSorted);
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

    private static String text(Path file) throws IOException {
        byte[] bytes;
        try (BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
            raw.mark(2);
            byte[] magic = raw.readNBytes(2);
            raw.reset();
            boolean zipped =
                    magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
            InputStream in = zipped ? new GZIPInputStream(raw, 1 << 16) : raw;
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (EOFException truncated) {
            throw new IOException(file + ": the compressed data ends early", truncated);
        } catch (ZipException corrupt) {
            throw new IOException(
                    file + ": the compressed data is damaged: " + corrupt.getMessage(), corrupt);
        }
        check(bytes.length <= MAX_BYTES, "%s: more than %d bytes of text", file, MAX_BYTES);
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
