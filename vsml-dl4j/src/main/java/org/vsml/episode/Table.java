package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.List;

/**
 * Labelled rows of numbers, in the order of their file. The arrays are owned by this object; treat
 * them as read-only.
 *
 * @param name such as {@code vowel}
 * @param origin where it comes from, for messages and reports
 * @param columns names of the inputs, [size]
 * @param classes names of the classes, by label
 * @param inputs [rows, size], finite
 * @param labels [rows], each in [0, classes)
 */
public record Table(
        String name,
        String origin,
        List<String> columns,
        List<String> classes,
        double[] inputs,
        int[] labels) {

    public Table {
        columns = List.copyOf(columns);
        classes = List.copyOf(classes);
        require(!columns.isEmpty(), "table %s (%s) has no column but the label", name, origin);
        require(labels.length >= 1, "table %s (%s) has no rows", name, origin);
        require(
                (long) labels.length * columns.size() == inputs.length,
                "%d rows of %d columns in table %s need %d values, got %d",
                labels.length,
                columns.size(),
                name,
                (long) labels.length * columns.size(),
                inputs.length);
    }

    /** Number of rows. */
    public int rows() {
        return labels.length;
    }

    /** Number of inputs of a row. */
    public int size() {
        return columns.size();
    }
}
