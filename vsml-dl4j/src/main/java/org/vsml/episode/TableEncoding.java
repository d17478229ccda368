package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;

/**
 * How the fields of a table become inputs and labels, so that other files of the same kind give the
 * same inputs; see {@link TableFile}. Can be written to JSON.
 *
 * @param columns of the file but that of the labels, in its order
 * @param labelName name of the column of labels
 * @param labelPlace where it stands in the file, from 0
 * @param named whether the file names its columns
 * @param classes names of the classes, by label
 * @param ignored numbers, from 1, of columns of the file that are neither inputs nor labels
 */
public record TableEncoding(
        List<Column> columns,
        String labelName,
        int labelPlace,
        boolean named,
        List<String> classes,
        List<Integer> ignored) {

    /**
     * How the numbers of a column are written.
     *
     * @param special whether they are written otherwise than in programs: with a separator between
     *     thousands, a decimal comma, or a sign
     * @param decimalComma whether a comma, not a point, is before the fraction
     * @param sign currency or percent sign before or behind all of them, or empty
     */
    public record Numerals(boolean special, boolean decimalComma, String sign) {

        static final Numerals PLAIN = new Numerals(false, false, "");

        /** Whether they are written as in programs. */
        boolean isPlain() {
            return !special;
        }
    }

    /**
     * A column.
     *
     * @param name its name
     * @param categories the texts that have an input each, {@code ""} for a missing one; empty for
     *     a column of numbers
     * @param marked whether an input says that the number is missing
     * @param mean of the numbers, which stands for a missing one
     * @param numerals how numbers are written
     */
    public record Column(
            String name, List<String> categories, boolean marked, double mean, Numerals numerals) {

        public Column {
            numerals = numerals == null ? Numerals.PLAIN : numerals;
            require(name != null, "a column needs a name");
            categories = List.copyOf(categories);
            require(
                    categories.isEmpty() || !marked,
                    "column %s has categories, of which one is for what is missing",
                    name);
            require(
                    Double.isFinite(mean),
                    "the mean of column %s must be finite, got %s",
                    name,
                    mean);
        }

        /** Whether it holds numbers. */
        boolean isNumber() {
            return categories.isEmpty();
        }

        /** Number of inputs. */
        public int size() {
            return isNumber() ? (marked ? 2 : 1) : categories.size();
        }

        private void addNames(List<String> names) {
            if (isNumber()) {
                names.add(name);
                if (marked) {
                    names.add(name + " missing");
                }
            }
            for (String category : categories) {
                names.add(name + (category.isEmpty() ? " missing" : "=" + category));
            }
        }
    }

    public TableEncoding {
        columns = List.copyOf(columns);
        classes = List.copyOf(classes);
        ignored = ignored == null ? List.of() : List.copyOf(ignored);
        require(!columns.isEmpty(), "a table needs a column beside that of the labels");
        require(
                labelPlace >= 0 && labelPlace <= columns.size() + ignored.size(),
                "the place of the labels must be in [0, %d], got %d",
                columns.size() + ignored.size(),
                labelPlace);
    }

    /** Number of inputs. */
    public int size() {
        return columns.stream().mapToInt(Column::size).sum();
    }

    /** Names of the inputs: of a column of numbers its own, of a text {@code column=text}. */
    public List<String> inputNames() {
        List<String> names = new ArrayList<>();
        columns.forEach(column -> column.addNames(names));
        return names;
    }

    /** The same columns with other classes, such as more of them. */
    public TableEncoding withClasses(List<String> other) {
        return new TableEncoding(columns, labelName, labelPlace, named, other, ignored);
    }
}
