package org.vsml.episode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.vsml.episode.DelimitedText.Row;

/** Makes numbers of the fields of a table. */
final class TableColumns {

    private static final int MAX_VALUES = 1 << 26;

    /**
     * A column of text with more values than this is a name or a mistake rather than a category.
     */
    private static final int MAX_CATEGORIES = 1000;

    /** A column of text with fewer values than this is one of categories, whatever they are. */
    private static final int FEW_CATEGORIES = 20;

    private static final Pattern DATE =
            Pattern.compile("\\d{1,4}([-/.])\\d{1,2}\\1\\d{1,4}(?:[T ].*)?");
    private static final Pattern INFINITE =
            Pattern.compile("(?i)[-+]?(?:inf|infinity|\u221e|1\\.#inf)");

    private static final int MAX_CLASSES = 1 << 16;

    /** Texts among so many times as many numbers are mistakes rather than categories. */
    private static final int NUMBERS_OF_A_MISTAKE = 20;

    private final String file;
    private final List<String> names;
    private final List<Arff.Attribute> types;
    private final List<Row> rows;
    private final boolean commas;
    private final boolean mixed;

    /**
     * @param file what messages call the table
     * @param names of the columns
     * @param types that are declared; empty if none are
     * @param rows with as many fields each
     * @param commas whether commas are between the fields
     * @param mixed see {@link TableFile}
     */
    TableColumns(
            String file,
            List<String> names,
            List<Arff.Attribute> types,
            List<Row> rows,
            boolean commas,
            boolean mixed) {
        this.file = file;
        this.names = names;
        this.types = types;
        this.rows = rows;
        this.commas = commas;
        this.mixed = mixed;
    }

    /** Finds out what the columns hold, and encodes them. */
    EncodedTable table(
            String name, int label, Set<Integer> without, boolean named, boolean labelsSorted)
            throws IOException {
        List<Row> labelled = rows;
        if (mixed) {
            labelled =
                    rows.stream().filter(r -> !TableFile.missing(r.fields().get(label))).toList();
            TableFile.check(
                    !labelled.isEmpty(),
                    "%s: no row has a label in column %d (%s)",
                    file,
                    label + 1,
                    names.get(label));
        }
        List<TableEncoding.Column> columns = new ArrayList<>();
        int[] places =
                IntStream.range(0, names.size())
                        .filter(c -> c != label && !without.contains(c))
                        .toArray();
        long size = 0;
        for (int c : places) {
            TableEncoding.Column column = column(labelled, c);
            columns.add(column);
            size += column.size();
            TableFile.check(
                    size * labelled.size() <= MAX_VALUES,
                    "%s: %d rows of %d or more inputs are more than %d values; column %d (%s) is the first too many",
                    file,
                    labelled.size(),
                    size,
                    MAX_VALUES,
                    c + 1,
                    names.get(c));
        }
        if (!types.isEmpty()) {
            requireDeclared(labelled, label);
        }
        Map<String, Integer> classes = classes(labelled, label, labelsSorted);
        TableEncoding encoding =
                new TableEncoding(
                        columns,
                        names.get(label),
                        label,
                        named,
                        List.copyOf(classes.keySet()),
                        without.stream().map(c -> c + 1).toList());
        double[] inputs = new double[labelled.size() * encoding.size()];
        double[] sums = new double[columns.size()];
        int[] seen = new int[columns.size()];
        int at = 0;
        for (Row row : labelled) {
            for (int k = 0; k < columns.size(); k++) {
                int c = places[k];
                // What was there before: a stream does not know the mean of what is to come.
                double fill = seen[k] == 0 ? 0 : sums[k] / seen[k];
                encode(row, c, columns.get(k), fill, inputs, at);
                if (columns.get(k).isNumber() && !missingNumber(row.fields().get(c))) {
                    sums[k] += inputs[at];
                    seen[k]++;
                }
                at += columns.get(k).size();
            }
        }
        int[] labels =
                labelled.stream().mapToInt(r -> classes.get(key(r.fields().get(label)))).toArray();
        Table table =
                new Table(
                        name,
                        file,
                        encoding.inputNames(),
                        List.copyOf(classes.keySet()),
                        inputs,
                        labels);
        return new EncodedTable(table, encoding, rows.size() - labelled.size());
    }

    /**
     * Encodes rows as another table was.
     *
     * @param places where the columns of the encoding are
     * @param label where the labels are; -1 for nowhere
     */
    TableRows rows(TableEncoding encoding, int[] places, int label) throws IOException {
        double[][] inputs = new double[rows.size()][encoding.size()];
        String[] labels = new String[rows.size()];
        int[] lines = new int[rows.size()];
        int unseen = 0;
        for (int i = 0; i < inputs.length; i++) {
            Row row = rows.get(i);
            int at = 0;
            for (int k = 0; k < places.length; k++) {
                TableEncoding.Column column = encoding.columns().get(k);
                unseen += encode(row, places[k], column, column.mean(), inputs[i], at) ? 0 : 1;
                at += column.size();
            }
            lines[i] = row.line();
            String field = label < 0 ? "" : row.fields().get(label);
            labels[i] = TableFile.missing(field) ? null : key(field);
        }
        return new TableRows(file, inputs, Arrays.asList(labels), lines, unseen);
    }

    /**
     * Writes the inputs of a field.
     *
     * @return false if it is a text that has no input
     */
    private boolean encode(
            Row row, int place, TableEncoding.Column column, double fill, double[] inputs, int at)
            throws IOException {
        String field = row.fields().get(place);
        if (!column.isNumber()) {
            int category = column.categories().indexOf(TableFile.missing(field) ? "" : field);
            if (category >= 0) {
                inputs[at + category] = 1;
            }
            return category >= 0;
        }
        if (missingNumber(field)) {
            inputs[at] = fill;
            if (column.marked()) {
                inputs[at + 1] = 1;
            }
            return true;
        }
        String number = NumeralForms.value(field, column.numerals());
        if (number == null) {
            throw wrong(row, place, "a number", DelimitedText.shortened(field));
        }
        inputs[at] = Double.parseDouble(number);
        if (Math.abs(inputs[at]) > Float.MAX_VALUE) {
            throw wrong(row, place, "a number of at most " + Float.MAX_VALUE, field);
        }
        return true;
    }

    private static boolean missingNumber(String field) {
        return TableFile.missing(field) || TableFile.missingAmongNumbers(field);
    }

    private TableEncoding.Column column(List<Row> labelled, int c) throws IOException {
        boolean declared = !types.isEmpty();
        TableEncoding.Numerals numerals =
                declared
                        ? TableEncoding.Numerals.PLAIN
                        : NumeralForms.of(
                                labelled.stream()
                                        .map(r -> r.fields().get(c))
                                        .filter(f -> !missingNumber(f))
                                        .toList(),
                                commas);
        if (declared && !types.get(c).isNumber()) {
            TableFile.check(
                    mixed,
                    "%s: column %d (%s) is declared to be of text, and only numbers are read here",
                    file,
                    c + 1,
                    names.get(c));
            requireDeclared(labelled, c);
            int texts = types.get(c).values().isEmpty() ? different(labelled, c) : 0;
            List<String> categories = categories(labelled, c, texts);
            return new TableEncoding.Column(names.get(c), categories, false, 0, numerals);
        }
        int numbers = 0;
        int texts = 0;
        int lacking = 0;
        double sum = 0;
        Row firstText = null;
        boolean allLackInWords = true;
        for (Row row : labelled) {
            String field = row.fields().get(c);
            String number = NumeralForms.value(field, numerals);
            if (number != null) {
                numbers++;
                sum += Double.parseDouble(number);
            } else if (TableFile.missing(field)) {
                lacking++;
            } else {
                texts++;
                firstText = firstText == null ? row : firstText;
                allLackInWords &= TableFile.missingAmongNumbers(field);
            }
            if (!mixed && number == null) {
                throw wrong(
                        row,
                        c,
                        "a number",
                        texts > 0 ? DelimitedText.shortened(field) : "a missing value");
            }
        }
        if (texts == 0 || (numbers > 0 && allLackInWords)) {
            double mean = numbers == 0 ? 0 : sum / numbers;
            return new TableEncoding.Column(
                    names.get(c),
                    List.of(),
                    lacking + texts > 0,
                    Double.isFinite(mean) ? mean : 0,
                    numerals);
        }
        Row infinite =
                labelled.stream()
                        .filter(r -> INFINITE.matcher(r.fields().get(c)).matches())
                        .findFirst()
                        .orElse(null);
        if (numbers > 0 && infinite != null) {
            throw wrong(
                    infinite,
                    c,
                    "a finite number",
                    DelimitedText.shortened(infinite.fields().get(c))
                            + "; write ? where there is none");
        }
        int different = different(labelled, c);
        if (declared
                || numbers >= NUMBERS_OF_A_MISTAKE * texts
                || (numbers >= texts && different > FEW_CATEGORIES)) {
            throw wrong(
                    firstText,
                    c,
                    declared
                            ? "a number, as declared"
                            : "a number as in " + numbers + " other rows",
                    DelimitedText.shortened(firstText.fields().get(c))
                            + "; write ? where there is none");
        }
        return new TableEncoding.Column(
                names.get(c),
                categories(labelled, c, different),
                false,
                0,
                TableEncoding.Numerals.PLAIN);
    }

    private static int different(List<Row> labelled, int c) {
        return (int) labelled.stream().map(r -> r.fields().get(c)).distinct().count();
    }

    private void requireDeclared(List<Row> labelled, int c) throws IOException {
        List<String> values = types.get(c).values();
        for (Row row : labelled) {
            String field = row.fields().get(c);
            if (!values.isEmpty() && !TableFile.missing(field) && !values.contains(field)) {
                throw wrong(
                        row,
                        c,
                        "one of the declared values "
                                + DelimitedText.shortened(String.join(", ", values)),
                        DelimitedText.shortened(field));
            }
        }
    }

    /** The texts of a column, of which so many are different. */
    private List<String> categories(List<Row> labelled, int c, int different) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        boolean dates = true;
        for (Row row : labelled) {
            String field = row.fields().get(c);
            boolean missing = TableFile.missing(field);
            dates &= missing || DATE.matcher(field).matches();
            if (found.add(missing ? "" : field)) {
                int most =
                        dates || 2 * different > labelled.size() ? FEW_CATEGORIES : MAX_CATEGORIES;
                TableFile.check(
                        found.size() <= most,
                        "%s, line %d, column %d (%s): %s is different text number %d in %d rows; is it a %s rather than a category?"
                                + " Leave the column out: learn --ignore %d",
                        file,
                        row.line(),
                        c + 1,
                        names.get(c),
                        DelimitedText.shortened(field),
                        found.size(),
                        labelled.size(),
                        dates ? "date" : "name, or a number written in an unusual way,",
                        c + 1);
            }
        }
        return List.copyOf(found);
    }

    /** 1.0 and 1 are one class. */
    private static String key(String label) {
        boolean whole = label.matches("[-+]?\\d{1,15}(?:[.,]0*)?");
        return whole ? Long.toString(Long.parseLong(label.split("[.,]", 2)[0])) : label;
    }

    private Map<String, Integer> classes(List<Row> labelled, int label, boolean sorted)
            throws IOException {
        Set<String> found = new LinkedHashSet<>();
        for (Row row : labelled) {
            String field = row.fields().get(label);
            if (TableFile.missing(field)) {
                throw wrong(row, label, "a label", "a missing value");
            }
            found.add(key(field));
            TableFile.check(
                    found.size() <= MAX_CLASSES,
                    "%s, line %d: more than %d classes in column %d (%s)",
                    file,
                    row.line(),
                    MAX_CLASSES,
                    label + 1,
                    names.get(label));
        }
        String[] ordered = found.toArray(String[]::new);
        if (Arrays.stream(ordered).allMatch(k -> k.matches("-?\\d{1,15}"))) {
            Arrays.sort(ordered, Comparator.comparingLong(Long::parseLong));
        } else if (sorted) {
            Arrays.sort(ordered);
        }
        TableFile.check(
                ordered.length < 2 || !mostlyFractions(ordered),
                "%s: the labels in column %d (%s) are %d different numbers such as %s: a regression, not classes",
                file,
                label + 1,
                names.get(label),
                ordered.length,
                ordered[0]);
        Map<String, Integer> classes = new LinkedHashMap<>();
        for (String key : ordered) {
            classes.put(key, classes.size());
        }
        return classes;
    }

    private static boolean mostlyFractions(String[] labels) {
        return labels.length > FEW_CATEGORIES
                && Arrays.stream(labels).allMatch(NumeralForms::any)
                && !Arrays.stream(labels).allMatch(k -> k.matches("[-+]?\\d+"));
    }

    private IOException wrong(Row row, int column, String expected, String actual) {
        return new IOException(
                String.format(
                        Locale.ROOT,
                        "%s, line %d, column %d (%s): expected %s, got %s",
                        file,
                        row.line(),
                        column + 1,
                        names.get(column),
                        expected,
                        actual));
    }
}
