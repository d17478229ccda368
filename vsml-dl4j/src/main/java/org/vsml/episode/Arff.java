package org.vsml.episode;

import static org.vsml.episode.TableFile.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads ARFF: attributes, then rows, dense or sparse. Dates, strings and nominal values are texts.
 *
 * @param attributes the columns
 * @param rows with a field for each of them
 */
record Arff(List<Attribute> attributes, List<DelimitedText.Row> rows) {

    private static final Pattern ATTRIBUTE =
            Pattern.compile(
                    "@attribute\\s+('[^']*'|\"[^\"]*\"|[^\\s{]+)\\s*(\\{.*\\}|\\S+).*",
                    Pattern.CASE_INSENSITIVE);
    private static final List<String> NUMBERS = List.of("numeric", "real", "integer");
    private static final List<String> TEXTS = List.of("string", "date");

    /**
     * A column.
     *
     * @param values the declared ones, empty if it is not nominal
     * @param text whether it may hold anything but numbers
     */
    record Attribute(String name, List<String> values, boolean text) {

        /** Whether numbers stand for themselves, not for categories. */
        boolean isNumber() {
            return !text;
        }
    }

    /** Whether a text is ARFF: begins with a relation or an attribute. */
    static boolean begins(String text) {
        int from = 0;
        while (from < text.length()) {
            int end = endOfLine(text, from);
            String line = text.substring(from, end).strip();
            if (!line.isEmpty() && !line.startsWith("%")) {
                return starts(line, "@relation") || starts(line, "@attribute");
            }
            from = end + 1;
        }
        return false;
    }

    private static boolean starts(String line, String word) {
        return line.toLowerCase(Locale.ROOT).startsWith(word);
    }

    private static int endOfLine(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /**
     * Reads a text that {@linkplain #begins is ARFF}.
     *
     * @param delimiter between fields; null for commas, or tabs where the first row has no comma
     */
    static Arff read(String file, String text, Character delimiter) throws IOException {
        List<Attribute> attributes = new ArrayList<>();
        int from = 0;
        int line = 1;
        boolean data = false;
        while (from < text.length() && !data) {
            int end = endOfLine(text, from);
            String declared = text.substring(from, end).strip();
            if (starts(declared, "@attribute")) {
                attributes.add(attribute(file, line, declared));
            }
            data = starts(declared, "@data");
            from = afterLine(text, end);
            line++;
        }
        check(data, "%s: there is no line @data between the attributes and the rows", file);
        Character between = delimiter == null ? delimiter(text, from) : delimiter;
        List<DelimitedText.Row> rows = new ArrayList<>();
        for (DelimitedText.Row row : DelimitedText.rows(file, text, from, line, between)) {
            String first = row.fields().get(0);
            if (first.startsWith("%")) {
                continue;
            }
            List<String> fields = row.fields();
            boolean weighted =
                    fields.size() == attributes.size() + 1
                            && fields.get(attributes.size()).matches("\\{[^ ]*\\}");
            check(
                    !weighted,
                    "%s, line %d: %s is the weight of a row; rows are learned with equal weights, take the weights out of the file",
                    file,
                    row.line(),
                    fields.get(fields.size() - 1));
            rows.add(
                    first.startsWith("{")
                            ? new DelimitedText.Row(
                                    row.line(), dense(file, row.line(), fields, attributes))
                            : row);
        }
        return new Arff(attributes, rows);
    }

    private static int afterLine(String text, int end) {
        boolean crlf = text.startsWith("\r\n", end);
        return Math.min(text.length(), end + (crlf ? 2 : 1));
    }

    private static char delimiter(String text, int from) {
        int at = from;
        while (at < text.length()) {
            int end = endOfLine(text, at);
            String line = text.substring(at, end).strip();
            if (!line.isEmpty() && !line.startsWith("%")) {
                return line.indexOf(',') < 0 && line.indexOf('\t') >= 0 ? '\t' : ',';
            }
            at = end + 1;
        }
        return ',';
    }

    private static Attribute attribute(String file, int line, String declared) throws IOException {
        Matcher matcher = ATTRIBUTE.matcher(declared);
        check(
                matcher.matches(),
                "%s, line %d: expected @attribute NAME TYPE, got %s",
                file,
                line,
                declared);
        String name = unquoted(matcher.group(1));
        String type = matcher.group(2).toLowerCase(Locale.ROOT);
        if (type.startsWith("{")) {
            String values = matcher.group(2);
            List<DelimitedText.Row> split =
                    DelimitedText.rows(
                            file, values.substring(1, values.length() - 1), 0, line, ',');
            return new Attribute(name, split.isEmpty() ? List.of("") : split.get(0).fields(), true);
        }
        check(
                NUMBERS.contains(type) || TEXTS.contains(type),
                "%s, line %d: attribute %s is %s; expected one of %s, %s or values in braces",
                file,
                line,
                name,
                type,
                String.join(", ", NUMBERS),
                String.join(", ", TEXTS));
        return new Attribute(name, List.of(), TEXTS.contains(type));
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && (text.charAt(0) == '\'' || text.charAt(0) == '"');
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** What is not written in a sparse row is 0, or the first value that was declared. */
    private static List<String> dense(
            String file, int line, List<String> fields, List<Attribute> attributes)
            throws IOException {
        String joined = String.join(",", fields).strip();
        check(
                joined.endsWith("}"),
                "%s, line %d: a sparse row begins with { and ends with }, got %s",
                file,
                line,
                joined);
        Map<Integer, String> written = new HashMap<>();
        for (String pair : joined.substring(1, joined.length() - 1).split(",", -1)) {
            String[] parts = pair.strip().split("\\s+", 2);
            if (parts.length == 1 && parts[0].isEmpty()) {
                continue;
            }
            check(
                    parts.length == 2
                            && parts[0].matches("\\d{1,7}")
                            && Integer.parseInt(parts[0]) < attributes.size(),
                    "%s, line %d: expected a number of an attribute in [0, %d] and its value, got %s",
                    file,
                    line,
                    attributes.size() - 1,
                    pair.strip());
            written.put(Integer.parseInt(parts[0]), unquoted(parts[1].strip()));
        }
        String[] dense = new String[attributes.size()];
        Arrays.setAll(
                dense,
                c -> {
                    List<String> values = attributes.get(c).values();
                    return written.getOrDefault(c, values.isEmpty() ? "0" : values.get(0));
                });
        return new ArrayList<>(Arrays.asList(dense));
    }
}
