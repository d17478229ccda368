package org.vsml.dl4j;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.evaluation.classification.ROCMultiClass;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.online.PrequentialScores;

/** The methods of a {@link VsmlClassifier} that measure it on labelled rows; none learns. */
abstract class ClassifierEvaluation extends ForwardOnlyModel {

    ClassifierEvaluation() {}

    /** Accuracy, precision, recall and so on over what the iterator has left; learns nothing. */
    public Evaluation evaluate(DataSetIterator iterator) {
        return evaluate(iterator, null);
    }

    /** As {@link #evaluate(DataSetIterator)}, with names of the classes. */
    public Evaluation evaluate(DataSetIterator iterator, List<String> labels) {
        return evaluate(iterator, labels, 1);
    }

    /**
     * As {@link #evaluate(DataSetIterator)}, counting the {@code top} most probable classes too.
     */
    public Evaluation evaluate(DataSetIterator iterator, List<String> labels, int top) {
        List<String> names = labels != null ? labels : iterator.getLabels();
        if (names == null || names.isEmpty()) {
            ClassifierHead head = session().head();
            names = head == null ? List.of() : head.labelNames();
        }
        return doEvaluation(iterator, named(names, top))[0];
    }

    /** Area under the ROC curve of two classes; exact. */
    public ROC evaluateROC(DataSetIterator iterator) {
        return evaluateROC(iterator, 0);
    }

    /** Area under the ROC curve of two classes. */
    public ROC evaluateROC(DataSetIterator iterator, int thresholdSteps) {
        return doEvaluation(iterator, new ROC(thresholdSteps))[0];
    }

    /** Area under the ROC curve of each class against all others; exact. */
    public ROCMultiClass evaluateROCMultiClass(DataSetIterator iterator) {
        return evaluateROCMultiClass(iterator, 0);
    }

    /** Area under the ROC curve of each class against all others. */
    public ROCMultiClass evaluateROCMultiClass(DataSetIterator iterator, int thresholdSteps) {
        return doEvaluation(iterator, new ROCMultiClass(thresholdSteps))[0];
    }

    /**
     * Shows predictions of all labelled rows to any evaluations; learns nothing. A class of the
     * labels that was never learned has probability 0.
     *
     * @throws IllegalStateException if the classifier has diverged: no class is right then
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // handed out, as Deeplearning4j's own does
    public final <T extends IEvaluation<?>> T[] doEvaluation(
            DataSetIterator iterator, T... evaluations) {
        RowReader.rewind(iterator);
        while (iterator.hasNext()) {
            evaluate(iterator.next(), evaluations);
        }
        return evaluations;
    }

    /** {@inheritDoc} Learns nothing. */
    @Override
    public double f1Score(DataSet data) {
        return f1Score(data.getFeatures(), data.getLabels());
    }

    /** {@inheritDoc} Learns nothing. */
    @Override
    public double f1Score(INDArray examples, INDArray labels) {
        return f1(session().settings().rows().labelled(examples, labels, null, null));
    }

    /** Mean cross-entropy in nats over the labelled rows of a data set; learns nothing. */
    public double score(DataSet data) {
        return Arrays.stream(losses(data))
                .filter(loss -> !Double.isNaN(loss))
                .average()
                .orElse(Double.NaN);
    }

    /** As {@link #score(DataSet)}; there is no difference between training and test. */
    public double score(DataSet data, boolean training) {
        return score(data);
    }

    /**
     * Cross-entropy in nats of each row; learns nothing.
     *
     * @return [rows, 1]; NaN where a row has no label
     */
    public INDArray scoreExamples(DataSet data, boolean addRegularizationTerms) {
        double[] losses = losses(data);
        return Nd4j.createFromArray(losses).reshape(losses.length, 1);
    }

    /**
     * {@inheritDoc}
     *
     * @return mean cross-entropy in nats of the last batch learned, each row predicted before its
     *     label was seen; NaN before the first
     */
    @Override
    public double score() {
        return session().score();
    }

    /** An evaluation with these names of the classes, if there are enough. */
    private Evaluation named(List<String> names, int top) {
        ClassifierHead head = session().requireHead();
        // Evaluation takes the number of classes from the names, so there must be enough.
        boolean enough = names.size() >= head.classes() && !head.oneColumn();
        return new Evaluation(enough ? names : null, top);
    }

    private void evaluate(DataSet data, IEvaluation<?>[] evaluations) {
        ClassifierHead head = session().requireHead();
        LabelledBatch batch = session().settings().rows().labelled(data);
        head.requireColumns(batch);
        int[] rows = batch.labelledRows();
        if (rows.length == 0) {
            return;
        }
        double[][] predicted = finite(head, batch, rows);
        int classes = Math.max(head.classes(), batch.width());
        double[][] labels = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            int label = batch.labels()[rows[i]];
            if (head.oneColumn()) {
                labels[i] = new double[] {label};
                predicted[i] = new double[] {predicted[i][1]};
            } else {
                labels[i] = new double[classes];
                labels[i][label] = 1;
                predicted[i] = Arrays.copyOf(predicted[i], classes);
            }
        }
        List<Serializable> meta = data.getExampleMetaData();
        List<Serializable> shown =
                meta == null ? null : Arrays.stream(rows).mapToObj(meta::get).toList();
        for (IEvaluation<?> evaluation : evaluations) {
            evaluation.eval(Nd4j.createFromArray(labels), Nd4j.createFromArray(predicted), shown);
        }
    }

    /** F1 over the labelled rows of a batch. */
    private double f1(LabelledBatch batch) {
        ClassifierHead head = session().requireHead();
        int[] rows = batch.labelledRows();
        double[][] predicted = finite(head, batch, rows);
        Evaluation evaluation = new Evaluation(Math.max(head.classes(), batch.width()));
        for (int i = 0; i < rows.length; i++) {
            evaluation.eval(ClassifierHead.best(predicted[i]), batch.labels()[rows[i]]);
        }
        return evaluation.f1();
    }

    /** Cross-entropy in nats of each row; NaN where a row has no label. */
    private double[] losses(DataSet data) {
        ClassifierHead head = session().requireHead();
        LabelledBatch batch = session().settings().rows().labelled(data);
        head.requireColumns(batch);
        int[] rows = batch.labelledRows();
        double[][] predicted = finite(head, batch, rows);
        double[] losses = new double[batch.labels().length];
        Arrays.fill(losses, Double.NaN);
        for (int i = 0; i < rows.length; i++) {
            int label = batch.labels()[rows[i]];
            losses[rows[i]] =
                    label < predicted[i].length
                            ? -Math.log(predicted[i][label])
                            : Double.POSITIVE_INFINITY;
        }
        return losses;
    }

    private static double[][] finite(ClassifierHead head, LabelledBatch batch, int[] rows) {
        double[][] inputs = new double[rows.length][];
        Arrays.setAll(inputs, i -> batch.inputs()[rows[i]]);
        double[][] probabilities =
                head.probabilities(new LabelledBatch(batch.shape(), inputs, null, 0));
        for (int i = 0; i < probabilities.length; i++) {
            if (ClassifierHead.best(probabilities[i]) == PrequentialScores.NONE) {
                throw new IllegalStateException(
                        "the classifier has diverged: the probabilities of row "
                                + i
                                + " are "
                                + Arrays.toString(probabilities[i])
                                + ", so no class is right");
            }
        }
        return probabilities;
    }
}
