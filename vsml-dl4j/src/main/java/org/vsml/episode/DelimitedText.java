package org.vsml.episode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rows of fields in a text: delimited, with quotes where a field contains the delimiter, a quote
 * (doubled) or a line break; lines end in LF, CRLF or CR. Blanks around a field that is not quoted
 * are dropped, and so are blank lines.
 */
final class DelimitedText {

    private static final String DELIMITERS = ",;\t|";
    private static final int MAX_CELLS = 1 << 24;

    /** Characters of a text that messages show. */
    private static final int SHOWN = 60;

    /**
     * @param line where it begins, from 1
     * @param fields as they are written, without quotes
     */
    record Row(int line, List<String> fields) {}

    private final String name;
    private final String text;
    private final char delimiter;
    private int at;
    private int line;
    private int cells;

    private DelimitedText(String name, String text, int from, int line, char delimiter) {
        this.name = name;
        this.text = text;
        this.delimiter = delimiter;
        this.at = from;
        this.line = line;
    }

    /**
     * All rows from a place on.
     *
     * @param name what messages call the text
     * @param line number of the line at {@code from}
     * @throws IOException if a quote is not closed, or there are too many fields
     */
    static List<Row> rows(String name, String text, int from, int line, char delimiter)
            throws IOException {
        DelimitedText reader = new DelimitedText(name, text, from, line, delimiter);
        List<Row> rows = new ArrayList<>();
        while (reader.at < text.length()) {
            Row row = reader.row();
            if (row.fields().size() > 1 || !row.fields().get(0).isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /**
     * Whichever of comma, semicolon, tab and bar is the most frequent in the first row; blanks, any
     * number of them, if there is none.
     */
    static char delimiter(String text, int from) {
        int[] counts = new int[DELIMITERS.length()];
        boolean quoted = false;
        boolean begun = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"';
            if (!quoted && (c == '\n' || c == '\r') && begun) {
                break;
            }
            begun |= c > ' ';
            int which = DELIMITERS.indexOf(c);
            if (!quoted && which >= 0) {
                counts[which]++;
            }
        }
        int best = 0;
        for (int k = 1; k < counts.length; k++) {
            best = counts[k] > counts[best] ? k : best;
        }
        return counts[best] > 0 ? DELIMITERS.charAt(best) : ' ';
    }

    private Row row() throws IOException {
        int begin = line;
        List<String> fields = new ArrayList<>();
        boolean more = true;
        while (more) {
            if (delimiter == ' ') {
                skipBlanks();
            }
            fields.add(field(fields.size() + 1));
            if (++cells > MAX_CELLS) {
                throw new IOException(
                        String.format(Locale.ROOT, "%s: more than %d fields", name, MAX_CELLS));
            }
            if (delimiter == ' ') {
                skipBlanks();
                more = at < text.length() && !ends(at);
            } else {
                more = at < text.length() && text.charAt(at) == delimiter;
                at += more ? 1 : 0;
            }
        }
        endOfLine();
        return new Row(begin, fields);
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private void endOfLine() {
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
            line++;
            at += at < text.length() && text.charAt(at) == '\n' ? 1 : 0;
        } else if (at < text.length()) {
            at++;
            line++;
        }
    }

    private boolean ends(int i) {
        char c = text.charAt(i);
        return c == delimiter || c == '\n' || c == '\r';
    }

    private String field(int column) throws IOException {
        int start = at;
        while (at < text.length() && text.charAt(at) == ' ' && delimiter != ' ') {
            at++;
        }
        char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote == '"' || quote == '\'') {
            int begin = at;
            String quoted = quoted(quote, column);
            if (quoted != null) {
                return quoted;
            }
            at = begin;
        }
        while (at < text.length() && !ends(at)) {
            at++;
        }
        return text.substring(start, at).strip();
    }

    /** A quoted field; null if an apostrophe turns out to belong to the field. */
    private String quoted(char quote, int column) throws IOException {
        int begin = line;
        int lines = line;
        StringBuilder field = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                lines += c == '\n' ? 1 : 0;
                field.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                field.append(quote);
                at++;
            } else {
                while (at < text.length() && text.charAt(at) == ' ' && delimiter != ' ') {
                    at++;
                }
                if (at >= text.length() || ends(at)) {
                    line = lines;
                    return field.toString();
                }
                break;
            }
        }
        if (quote == '\'') {
            return null;
        }
        throw new IOException(
                String.format(
                        Locale.ROOT,
                        "%s, line %d, column %d: the quote before %s is %s",
                        name,
                        begin,
                        column,
                        shortened(field.toString()),
                        at < text.length()
                                ? "closed, and then followed by more than a delimiter; write a quote within a text twice"
                                : "not closed; write a quote within a text twice"));
    }

    /** The beginning of a text, in one line. */
    static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return "\"" + (line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...") + "\"";
    }
}
