package org.vsml.episode;

import org.vsml.episode.DelimitedText.Row;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes numbers of the fields of a table. */
final class TableColumns {

    private static final int MAX_VALUES = 1 << 26;

    /**
     * A column of text with more values than this is a name or a mistake rather than a category.
     */
    private static final int MAX_CATEGORIES = 1000;

    private static final int MAX_CLASSES = 1 << 16;

    private final String file;
    private final List<String> names;
    private final List<Row> rows;
    private final boolean mixed;

    /**
     * @param file what messages call the table
     * @param names of the columns
     * @param rows with as many fields each
     * @param mixed see {@link TableFile}
     */
    TableColumns(String file, List<String> names, List<Row> rows, boolean mixed) {
        this.file = file;
        this.names = names;
        this.rows = rows;
        this.mixed = mixed;
    }

    Table table(String name, int label, boolean labelsSorted) throws IOException {
        List<Row> labelled = rows;
        if (mixed) {
            labelled =
                    rows.stream().filter(r -> !TableFile.missing(r.fields().get(label))).toList();
            TableFile.check(!labelled.isEmpty(), "%s: no row has a label", file);
        }
        List<String> columns = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (int c = 0; c < names.size(); c++) {
            if (c != label) {
                read(labelled, c, columns, values);
                TableFile.check(
                        (long) values.size() * labelled.size() <= MAX_VALUES,
                        "%s: %d rows of %d or more columns are more than %d values; column %d (%s) is the first too many",
                        file,
                        labelled.size(),
                        values.size(),
                        MAX_VALUES,
                        c + 1,
                        names.get(c));
            }
        }
        int size = values.size();
        double[] inputs = new double[labelled.size() * size];
        for (int a = 0; a < size; a++) {
            for (int i = 0; i < labelled.size(); i++) {
                inputs[i * size + a] = values.get(a)[i];
            }
        }
        Map<String, Integer> classes = classes(labelled, label, labelsSorted);
        int[] labels =
                labelled.stream().mapToInt(r -> classes.get(key(r.fields().get(label)))).toArray();
        return new Table(name, file, columns, List.copyOf(classes.keySet()), inputs, labels);
    }

    /** Adds what becomes of a column. */
    private void read(List<Row> labelled, int c, List<String> columns, List<double[]> values)
            throws IOException {
        int numbers = 0;
        int texts = 0;
        int lacking = 0;
        for (Row row : labelled) {
            String field = row.fields().get(c);
            if (TableFile.missing(field)) {
                lacking++;
                if (!mixed) {
                    throw wrong(row, c, "a number", "a missing value");
                }
            } else if (TableFile.number(field)) {
                numbers++;
            } else {
                texts++;
                if (!mixed || texts <= 2 && numbers >= 100) {
                    throw wrong(
                            row,
                            c,
                            "a number" + (mixed ? beside(numbers) : ""),
                            "\"" + field + "\"");
                }
            }
        }
        if (texts > 0) {
            categories(labelled, c, columns, values);
            return;
        }
        double[] column = new double[labelled.size()];
        double[] marks = new double[labelled.size()];
        double sum = 0;
        int seen = 0;
        for (int i = 0; i < column.length; i++) {
            Row row = labelled.get(i);
            String field = row.fields().get(c);
            if (TableFile.missing(field)) {
                marks[i] = 1;
                column[i] = seen == 0 ? 0 : sum / seen;
                continue;
            }
            column[i] = Double.parseDouble(field);
            if (Math.abs(column[i]) > Float.MAX_VALUE) {
                throw wrong(row, c, "a number of at most " + Float.MAX_VALUE, field);
            }
            sum += column[i];
            seen++;
        }
        columns.add(names.get(c));
        values.add(column);
        if (lacking > 0) {
            columns.add(names.get(c) + " missing");
            values.add(marks);
        }
    }

    private static String beside(int numbers) {
        return numbers == 0 ? "" : " as in " + numbers + " rows before";
    }

    /** One column for each value, and one for a missing value if there is any. */
    private void categories(List<Row> labelled, int c, List<String> columns, List<double[]> values)
            throws IOException {
        Map<String, double[]> found = new LinkedHashMap<>();
        for (int i = 0; i < labelled.size(); i++) {
            Row row = labelled.get(i);
            String field = row.fields().get(c);
            String category = TableFile.missing(field) ? "" : field;
            if (!found.containsKey(category)) {
                TableFile.check(
                        found.size() < MAX_CATEGORIES
                                && (long) (values.size() + found.size()) * labelled.size()
                                        < MAX_VALUES,
                        "%s, line %d, column %d (%s): \"%s\" is the %dth different text; is it a name rather than a category?",
                        file,
                        row.line(),
                        c + 1,
                        names.get(c),
                        field,
                        found.size() + 1);
                found.put(category, new double[labelled.size()]);
            }
            found.get(category)[i] = 1;
        }
        found.forEach(
                (category, column) -> {
                    columns.add(names.get(c) + (category.isEmpty() ? " missing" : "=" + category));
                    values.add(column);
                });
    }

    /** 1.0 and 1 are one class. */
    private static String key(String label) {
        boolean whole = label.matches("[-+]?\\d{1,15}(?:\\.0*)?");
        return whole ? Long.toString((long) Double.parseDouble(label)) : label;
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
        return labels.length > 100
                && Arrays.stream(labels).allMatch(TableFile::number)
                && Arrays.stream(labels).anyMatch(k -> k.contains("."));
    }

    private IOException wrong(Row row, int column, String expected, String actual) {
        return new IOException(
                String.format(
                        java.util.Locale.ROOT,
                        "%s, line %d, column %d (%s): expected %s, got %s",
                        file,
                        row.line(),
                        column + 1,
                        names.get(column),
                        expected,
                        actual));
    }
}
