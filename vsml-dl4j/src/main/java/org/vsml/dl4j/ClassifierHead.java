package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.CrossEntropy;
import org.vsml.core.InputShape;
import org.vsml.core.TaskShape;
import org.vsml.online.PrequentialScores;

/**
 * What a {@link VsmlClassifier} has once there were data: the learner and the classes it knows.
 * Another one stands for it when a class appears.
 *
 * @param classes known classes, at most those of the learner
 * @param oneColumn whether labels and outputs are one column, the probability of class 1
 * @param labelNames names of the classes; empty if they have none
 */
record ClassifierHead(RowLearner learner, int classes, boolean oneColumn, List<String> labelNames) {

    /** One for the first batch, which has learned nothing. */
    static ClassifierHead fresh(
            ClassifierSettings settings, LabelledBatch batch, List<String> names) {
        int classes = Math.max(2, Math.max(settings.classes(), needed(batch)));
        int capacity = batch.oneColumn() ? 2 : classes + settings.reserve();
        TaskShape task = new TaskShape(batch.shape(), capacity);
        RowLearner learner = RowLearner.fresh(settings.algorithm(), task, settings.seed());
        return new ClassifierHead(learner, classes, batch.oneColumn(), List.of()).named(names);
    }

    /**
     * One that knows the classes of a batch too.
     *
     * @throws IllegalArgumentException if the batch has another shape or more classes than there is
     *     room for
     */
    ClassifierHead with(LabelledBatch batch, List<String> names) {
        requireShape(batch);
        requireColumns(batch);
        int capacity = learner.task().classes();
        int needed = needed(batch);
        require(
                needed <= capacity,
                "the labels need %d classes, but this classifier began with %d and has room for %d in all. Say"
                        + " VsmlClassifier.builder().classes(%d) before the first data, or a larger reserve",
                needed,
                classes,
                capacity,
                needed);
        return new ClassifierHead(learner, Math.max(classes, needed), oneColumn, labelNames)
                .named(names);
    }

    private ClassifierHead named(List<String> names) {
        return names == null || names.size() < labelNames.size()
                ? this
                : new ClassifierHead(learner, classes, oneColumn, List.copyOf(names));
    }

    private static int needed(LabelledBatch batch) {
        int largest = Arrays.stream(batch.labels()).max().orElse(-1);
        return Math.max(batch.oneColumn() ? 2 : batch.width(), largest + 1);
    }

    private void requireShape(LabelledBatch batch) {
        InputShape expected = learner.task().input();
        boolean flattened =
                expected.channels() == 1
                        && batch.shape().channels() == 1
                        && expected.size() == batch.shape().size();
        require(
                flattened || expected.equals(batch.shape()),
                "this classifier has learned examples of %s, got %s. The number of features is that of the first data;"
                        + " other data need another classifier",
                describe(expected),
                describe(batch.shape()));
    }

    /** Throws if labels are one column where the first data had more, or the other way round. */
    void requireColumns(LabelledBatch batch) {
        require(
                batch.width() == 0 || batch.oneColumn() == oneColumn,
                "labels have %d column%s, but the first data had %s",
                batch.width(),
                batch.width() == 1 ? "" : "s",
                oneColumn ? "one column of 0 and 1" : "one-hot labels");
    }

    /** Learns one row; returns the probabilities [classes] predicted before. */
    double[] learn(double[] input, int label) {
        return CrossEntropy.softmax(learner.learn(input, label), 0, classes);
    }

    /** Probabilities [rows][classes], all of one moment; NaN if the learner has diverged. */
    double[][] probabilities(LabelledBatch rows) {
        requireShape(rows);
        double[][] logits = learner.predict(rows.inputs());
        double[][] result = new double[logits.length][];
        Arrays.setAll(result, i -> CrossEntropy.softmax(logits[i], 0, classes));
        return result;
    }

    /** Probabilities [rows, classes], or [rows, 1] where labels have one column. */
    INDArray output(LabelledBatch rows, DataType type) {
        double[][] probabilities = probabilities(rows);
        if (oneColumn) {
            Arrays.setAll(probabilities, i -> new double[] {probabilities[i][1]});
        }
        return Nd4j.createFromArray(probabilities).castTo(type.isFPType() ? type : DataType.FLOAT);
    }

    /** The most probable class of each row; -1 where probabilities are NaN. */
    int[] predict(LabelledBatch rows) {
        return Arrays.stream(probabilities(rows)).mapToInt(ClassifierHead::best).toArray();
    }

    /** Index of the largest; -1 if one of them is NaN, for then the learner has diverged. */
    static int best(double[] probabilities) {
        for (double probability : probabilities) {
            if (Double.isNaN(probability)) {
                return PrequentialScores.NONE;
            }
        }
        return CrossEntropy.argMax(probabilities, 0, probabilities.length);
    }

    /** A shape as messages and summaries say it. */
    static String describe(InputShape shape) {
        return shape.height() == 1 && shape.channels() == 1
                ? String.format(Locale.ROOT, "%,d features", shape.size())
                : String.format(
                        Locale.ROOT,
                        "%d x %d x %d (height, width, channels)",
                        shape.height(),
                        shape.width(),
                        shape.channels());
    }
}
