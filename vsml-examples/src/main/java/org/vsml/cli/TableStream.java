package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.vsml.episode.Draws;
import org.vsml.episode.Seeds;
import org.vsml.episode.Table;
import org.vsml.episode.TableEncoding;
import org.vsml.episode.TableRows;

/**
 * Rows in the order of learning.
 *
 * @param inputs [rows][inputs]
 * @param labels [rows], classes
 */
record TableStream(double[][] inputs, int[] labels) {

    /** More classes than this, and as many as every second row, are no classes. */
    private static final int MANY_CLASSES = 20;

    /**
     * The rows of a table.
     *
     * @param file what errors name
     * @throws IllegalArgumentException if its labels are not something to learn; the message says
     *     why
     */
    static TableStream of(Table table, Path file) {
        int classes = table.classes().size();
        require(
                table.rows() >= 2,
                "%s: there is one row only; nothing can be learned from it",
                file);
        require(
                classes >= 2,
                "%s: all rows have the same label, %s; is another column the label? --label says which",
                file,
                table.classes().get(0));
        require(
                classes <= MANY_CLASSES || classes < table.rows() / 2,
                "%s: the label has %d different values in %d rows, such as %s; is it a number or a name rather than a class? --label"
                        + " says which column is the label",
                file,
                classes,
                table.rows(),
                table.classes().get(0));
        double[][] inputs = new double[table.rows()][];
        Arrays.setAll(
                inputs,
                i -> Arrays.copyOfRange(table.inputs(), i * table.size(), (i + 1) * table.size()));
        return new TableStream(inputs, table.labels());
    }

    /** The rows that have a label, of a table that goes on from another. */
    static TableStream of(TableRows rows, TableEncoding encoding, Path file) {
        int[] labelled =
                IntStream.range(0, rows.rows()).filter(i -> rows.labels().get(i) != null).toArray();
        require(
                labelled.length > 0,
                "%s: no row has a label in column %s; --predict predicts rows without",
                file,
                encoding.labelName());
        double[][] inputs = new double[labelled.length][];
        int[] labels = new int[labelled.length];
        for (int i = 0; i < labelled.length; i++) {
            inputs[i] = rows.inputs()[labelled[i]];
            labels[i] = encoding.classes().indexOf(rows.labels().get(labelled[i]));
        }
        return new TableStream(inputs, labels);
    }

    /** These rows in a random order. */
    TableStream shuffled(long seed) {
        int[] order = Draws.permutation(labels().length, Seeds.generator(seed));
        double[][] shuffled = new double[order.length][];
        int[] own = new int[order.length];
        for (int i = 0; i < own.length; i++) {
            shuffled[i] = inputs()[order[i]];
            own[i] = labels()[order[i]];
        }
        return new TableStream(shuffled, own);
    }
}
