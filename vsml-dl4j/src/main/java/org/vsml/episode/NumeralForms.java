package org.vsml.episode;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ways to write numbers: with a decimal point or comma, with separators between thousands, with a
 * currency or percent sign.
 */
final class NumeralForms {

    private static final Pattern PLAIN =
            Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");
    private static final Pattern COMMA = Pattern.compile("[-+]?\\d*,\\d+(?:[eE][-+]?\\d+)?");
    private static final Pattern GROUPS_AND_POINT =
            Pattern.compile("[-+]?\\d{1,3}([, '\u2019])\\d{3}(?:\\1\\d{3})*(?:\\.\\d*)?");
    private static final Pattern GROUPS_AND_COMMA =
            Pattern.compile("[-+]?\\d{1,3}([. '\u2019])\\d{3}(?:\\1\\d{3})*(?:,\\d*)?");
    private static final Pattern SIGNED =
            Pattern.compile(
                    "([-+]?)([$\u20ac\u00a3\u00a5]?) ?([-+]?)(.*?) ?([$\u20ac\u00a3\u00a5%]?)");

    private NumeralForms() {}

    static boolean plain(String field) {
        return PLAIN.matcher(field).matches();
    }

    /** Whether a field is a number in any form. */
    static boolean any(String field) {
        return plain(field)
                || (mayBe(field)
                        && (value(field, false, sign(field)) != null
                                || value(field, true, sign(field)) != null));
    }

    /** A field without blanks of all kinds around it, and with an ordinary minus. */
    private static String tidy(String field) {
        int from = 0;
        int to = field.length();
        while (from < to && isBlank(field.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(field.charAt(to - 1))) {
            to--;
        }
        return field.substring(from, to)
                .replace('\u2212', '-')
                .replace('\u00a0', ' ')
                .replace('\u202f', ' ')
                .replace('\u2009', ' ');
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean mayBe(String field) {
        return field.length() <= 64 && field.chars().anyMatch(c -> c >= '0' && c <= '9');
    }

    /** The currency or percent signs of a field. */
    private static String sign(String field) {
        Matcher matcher = SIGNED.matcher(tidy(field));
        return matcher.matches() ? matcher.group(2) + matcher.group(5) : "";
    }

    /** The number as it is written in programs; null if the field is none in this form. */
    static String value(String field, TableEncoding.Numerals numerals) {
        if (numerals.isPlain()) {
            return plain(field) ? field : null;
        }
        return mayBe(field) ? value(field, numerals.decimalComma(), numerals.sign()) : null;
    }

    private static String value(String field, boolean decimalComma, String sign) {
        Matcher parts = SIGNED.matcher(tidy(field));
        if (!parts.matches() || !(parts.group(2) + parts.group(5)).equals(sign)) {
            return null;
        }
        String number = parts.group(1) + parts.group(3) + parts.group(4);
        Matcher groups = (decimalComma ? GROUPS_AND_COMMA : GROUPS_AND_POINT).matcher(number);
        if (groups.matches()) {
            String joined = number.replace(groups.group(1), "");
            return decimalComma ? joined.replace(',', '.') : joined;
        }
        if (decimalComma && COMMA.matcher(number).matches()) {
            return number.replace(',', '.');
        }
        return plain(number) ? number : null;
    }

    /**
     * The form that most of the fields of a column have.
     *
     * @param fields without missing ones
     * @param commasBetween whether commas are between fields, so that in a number they rather
     *     separate thousands
     */
    static TableEncoding.Numerals of(List<String> fields, boolean commasBetween) {
        if (fields.stream().allMatch(NumeralForms::plain)) {
            return TableEncoding.Numerals.PLAIN;
        }
        Set<String> signs = new HashSet<>(fields.stream().map(NumeralForms::sign).toList());
        TableEncoding.Numerals best = TableEncoding.Numerals.PLAIN;
        long most = fields.stream().filter(NumeralForms::plain).count();
        for (String sign : signs) {
            for (boolean comma : new boolean[] {!commasBetween, commasBetween}) {
                TableEncoding.Numerals form = new TableEncoding.Numerals(true, comma, sign);
                long count = fields.stream().filter(f -> value(f, form) != null).count();
                if (count > most) {
                    best = form;
                    most = count;
                }
            }
        }
        return best;
    }
}
