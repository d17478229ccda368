package org.vsml.report;

import static org.vsml.core.Checks.require;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Rows under named columns: what a command prints, and what it writes to summary.json and CSV.
 * Cells are text, numbers, booleans or null; a number that is not finite counts as null, since JSON
 * has no such numbers.
 */
public final class Table {

    private static final String GAP = "  ";
    private static final String NOTHING = "-";

    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    /** An empty table with these columns, in this order. */
    public Table(String... columns) {
        this(List.of(columns));
    }

    /** An empty table with these columns, in this order. */
    public Table(List<String> columns) {
        this.columns = List.copyOf(columns);
        require(!columns.isEmpty(), "a table needs at least one column, got none");
        require(
                columns.stream().distinct().count() == columns.size(),
                "column names must differ, got %s",
                columns);
    }

    /**
     * A table of one row for each record: a column for each record component, named in snake_case
     * ({@code metaLoss} becomes {@code meta_loss}).
     *
     * @param type the rows' class; accessible to this package, so public
     */
    public static <R extends Record> Table of(Class<R> type, List<? extends R> records) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> names = new ArrayList<>();
        for (RecordComponent component : components) {
            names.add(snakeCase(component.getName()));
        }
        Table table = new Table(names);
        for (R row : records) {
            Object[] cells = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                try {
                    cells[i] = components[i].getAccessor().invoke(row);
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new IllegalArgumentException(
                            "cannot read "
                                    + components[i].getName()
                                    + " of "
                                    + type
                                    + ": is it public?",
                            e);
                }
            }
            table.row(cells);
        }
        return table;
    }

    /**
     * Adds a row: one cell for each column.
     *
     * @return this table
     */
    public Table row(Object... cells) {
        require(
                cells.length == columns.size(),
                "a row needs %d cells %s, got %d",
                columns.size(),
                columns,
                cells.length);
        List<Object> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            row.add(cell(cells[i], columns.get(i)));
        }
        rows.add(Collections.unmodifiableList(row));
        return this;
    }

    /** The column names in order. */
    public List<String> columns() {
        return columns;
    }

    /** The rows as flat maps from column to cell, in column order. */
    public List<Map<String, Object>> rows() {
        List<Map<String, Object>> result = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                map.put(columns.get(i), row.get(i));
            }
            result.add(map);
        }
        return result;
    }

    /**
     * Aligned text, one line a row under the column names; numbers to the right, at four
     * significant digits.
     */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns);
        for (List<Object> row : rows) {
            lines.add(row.stream().map(Table::printed).toList());
        }
        int[] widths = new int[columns.size()];
        boolean[] numeric = new boolean[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            widths[i] = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
            numeric[i] = rows.stream().noneMatch(r -> r.get(column) instanceof String);
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < columns.size(); i++) {
                String padding = " ".repeat(widths[i] - line.get(i).length());
                out.append(i == 0 ? "" : GAP)
                        .append(numeric[i] ? padding + line.get(i) : line.get(i) + padding);
            }
            text.append(out.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /**
     * Comma-separated values with a header line, numbers in full precision (RFC 4180, line ends
     * {@code \n}).
     */
    public String csv() {
        StringBuilder text = new StringBuilder();
        text.append(columns.stream().map(Table::quoted).collect(Collectors.joining(",")))
                .append('\n');
        for (List<Object> row : rows) {
            text.append(
                            row.stream()
                                    .map(cell -> cell == null ? "" : quoted(cell.toString()))
                                    .collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    /** A table in Markdown, numbers as in {@link #text()}. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        line(text, columns);
        line(text, columns.stream().map(c -> "---").toList());
        rows.forEach(row -> line(text, row.stream().map(Table::printed).toList()));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ")
                .append(
                        cells.stream()
                                .map(cell -> cell.replace("|", "\\|"))
                                .collect(Collectors.joining(" | ")))
                .append(" |\n");
    }

    @Override
    public String toString() {
        return text();
    }

    private static Object cell(Object value, String column) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? value : null;
        }
        if (value == null
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof String) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        throw new IllegalArgumentException(
                String.format(
                        "column %s must hold text, a number, a boolean or null, got %s",
                        column, value.getClass()));
    }

    private static String printed(Object cell) {
        if (cell == null) {
            return NOTHING;
        }
        if (cell instanceof Double || cell instanceof Float) {
            return number(((Number) cell).doubleValue());
        }
        return cell.toString();
    }

    /** Four significant digits; plain notation between 1e-4 and 1e7. */
    private static String number(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < 1e-4 || size >= 1e7) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int whole = (int) Math.floor(Math.log10(size));
        return String.format(Locale.ROOT, "%." + Math.min(Math.max(3 - whole, 0), 4) + "f", value);
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
