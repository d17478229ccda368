package org.vsml.episode;

import static org.vsml.episode.TableFile.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The fields of a table's file, before any is understood: where the table begins, what is between
 * its fields, and whether it names its columns.
 *
 * @param names of the columns, each another
 * @param types that are declared; empty if none are
 * @param rows all as wide as there are names; at least one
 * @param named whether the names are the file's own
 * @param commas whether commas are between the fields
 */
record TableFields(
        List<String> names,
        List<Arff.Attribute> types,
        List<DelimitedText.Row> rows,
        boolean named,
        boolean commas) {

    private static final int GUESSED_ROWS = 1000;
    private static final Pattern SEPARATOR_LINE =
            Pattern.compile("(?i)\"?sep=(.)\"?[,;\\t ]*(?:\r\n|\n|\r)");
    private static final Pattern NO_TABLE =
            Pattern.compile("\\s*(?:<[!?a-zA-Z]|[\\[{]\\s*[\\[{\"]).*");

    /**
     * Reads the fields of a text.
     *
     * @param shown what messages call the file
     * @param delimiter as {@link TableFile#delimiter}
     * @param header as {@link TableFile#header}
     * @param known tells a header by its names, if not null
     */
    static TableFields of(
            String shown, String text, Character delimiter, Boolean header, TableEncoding known)
            throws IOException {
        if (Arff.begins(text)) {
            Arff arff = Arff.read(shown, text, delimiter);
            check(!arff.rows().isEmpty(), "%s: there are no rows", shown);
            requireWidth(shown, arff.rows(), arff.attributes().size(), "there are attributes");
            List<String> names = arff.attributes().stream().map(Arff.Attribute::name).toList();
            return new TableFields(distinct(names), arff.attributes(), arff.rows(), true, true);
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
                "%s, line %d: expected at least two columns, got %s alone; is the delimiter"
                        + " something else than comma, semicolon, tab, bar and blanks?",
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
        boolean named = hasHeader(rows, header, known);
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
        return new TableFields(distinct(names), List.of(), rows, named, between == ',');
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

    private static boolean hasHeader(
            List<DelimitedText.Row> rows, Boolean header, TableEncoding known) {
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
                                        !TableFile.missing(first.get(c))
                                                && others.stream()
                                                        .map(r -> r.fields().get(c))
                                                        .allMatch(
                                                                f ->
                                                                        NumeralForms.any(f)
                                                                                || TableFile
                                                                                        .missing(
                                                                                                f)));
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
}
