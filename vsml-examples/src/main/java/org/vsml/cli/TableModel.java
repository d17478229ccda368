package org.vsml.cli;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Json;
import org.vsml.dl4j.VsmlClassifier;
import org.vsml.episode.TableEncoding;
import org.vsml.episode.TableRows;
import org.vsml.report.Table;

/**
 * A learner and how the columns of its table are read, which is kept in its file as a note.
 *
 * @param learner has begun with that table
 * @param encoding of its columns and classes
 * @param origin the file it was loaded from; null if it is new
 */
record TableModel(VsmlClassifier learner, TableEncoding encoding, Path origin) {

    private static final String NOTE = "table";

    /** Rows that are predicted at once. */
    private static final int BATCH = 1000;

    /**
     * What was predicted of rows.
     *
     * @param table a line for each: line of the file, label, predicted, p of each class
     * @param labelled how many have a label
     * @param right how many of those were predicted
     */
    record Predictions(Table table, int labelled, int right) {

        /** How well, if there are labels. */
        String accuracy() {
            return labelled == 0
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "; of %,d with a label %.3f are right",
                            labelled,
                            (double) right / labelled);
        }
    }

    /**
     * A learner that {@link #save} has written.
     *
     * @throws IOException if it cannot be read, or has no such note
     */
    static TableModel load(Path file) throws IOException {
        VsmlClassifier learner = VsmlClassifier.load(file.toFile());
        String note = learner.note(NOTE);
        require(
                note != null,
                "%s was not saved by ./vsml learn: it does not say what the columns of its table were",
                file);
        try {
            TableEncoding encoding = Json.mapper().readValue(note, TableEncoding.class);
            return new TableModel(learner, encoding, file);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(
                    file + " does not say what the columns of its table were: " + e.getMessage(),
                    e);
        }
    }

    /** Writes both into one file. */
    void save(Path file) throws IOException {
        learner.setNote(NOTE, Json.mapper().writeValueAsString(encoding));
        learner.save(file.toFile());
    }

    /** The same learner with the classes of these rows, too, as far as it has room for them. */
    TableModel withClassesOf(TableRows rows) {
        List<String> classes = new ArrayList<>(encoding.classes());
        for (int i = 0; i < rows.rows(); i++) {
            String found = rows.labels().get(i);
            if (found != null && !classes.contains(found)) {
                require(
                        classes.size() < learner.maxLabels(),
                        "%s, line %d: class %s is new, and the learner in %s has room for the %d classes it knows only; learn the"
                                + " first table again with --reserve N",
                        rows.origin(),
                        rows.lines()[i],
                        found,
                        origin,
                        classes.size());
                classes.add(found);
            }
        }
        return new TableModel(learner, encoding.withClasses(classes), origin);
    }

    /** Predicts rows without learning from them. */
    Predictions predict(TableRows rows) {
        List<String> classes = encoding.classes();
        List<String> columns = new ArrayList<>(List.of("line", "label", "predicted"));
        classes.forEach(c -> columns.add("p(" + c + ")"));
        Table table = new Table(columns);
        int labelled = 0;
        int right = 0;
        for (int from = 0; from < rows.rows(); from += BATCH) {
            int to = Math.min(rows.rows(), from + BATCH);
            INDArray inputs = Nd4j.createFromArray(Arrays.copyOfRange(rows.inputs(), from, to));
            double[][] probabilities = learner.output(inputs).toDoubleMatrix();
            for (int i = from; i < to; i++) {
                double[] own = Arrays.copyOf(probabilities[i - from], classes.size());
                String predicted = classes.get(CrossEntropy.argMax(own, 0, own.length));
                String actual = rows.labels().get(i);
                labelled += actual == null ? 0 : 1;
                right += predicted.equals(actual) ? 1 : 0;
                List<Object> row = new ArrayList<>();
                Collections.addAll(row, rows.lines()[i], actual, predicted);
                Arrays.stream(own).forEach(row::add);
                table.row(row.toArray());
            }
        }
        return new Predictions(table, labelled, right);
    }
}
