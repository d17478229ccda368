package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.deeplearning4j.nn.api.Classifier;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.evaluation.classification.ROCMultiClass;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.CrossEntropy;
import org.vsml.core.InputShape;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.online.PrequentialScores;

/**
 * A classifier that learns online, where a pipeline has a {@code MultiLayerNetwork}:
 *
 * <pre>{@code
 * VsmlClassifier model = VsmlClassifier.pretrained();
 * model.fit(train);                          // learns row after row, in order, each once
 * Evaluation evaluation = model.evaluate(test);
 * }</pre>
 *
 * <ul>
 *   <li>{@code fit} and {@code learn} learn every labelled row once, in order, by an algorithm that
 *       only runs forward: batch sizes and epochs change nothing but the order and number of rows.
 *       A row without a label (zeros, NaN, masked, index -1) is skipped
 *   <li>{@code output}, {@code predict}, {@code evaluate}, {@code score} and all others never learn
 *   <li>the number of features and classes comes with the first data. {@linkplain Builder#reserve
 *       Some more classes} may appear later; until they do they have no column in the output
 *   <li>features are [rows, features] or images [rows, channels, height, width], or [rows, height,
 *       width, channels]; others go through the network of {@link #on(MultiLayerNetwork, String)}
 * </ul>
 *
 * <p>Thread-safe: any number of threads may predict, evaluate and save while one learns. Every call
 * sees the classifier as it is after a whole number of examples, all rows of an {@code output} the
 * same, and gives the bits that a single thread would get. Calls of {@code fit} and {@code learn}
 * from several threads take turns, a batch at a time.
 *
 * <p>Arrays and data sets are only read, never written to.
 */
public final class VsmlClassifier implements Classifier {

    /** The algorithm that a classifier has by default: one for tables, as they come. */
    public static final String DEFAULT_ALGORITHM = "general-2";

    /** Classes that may appear after the first data, unless the builder says else. */
    public static final int DEFAULT_RESERVE = 2;

    /** Listeners of Deeplearning4j 1.0.0-M2.1 that cast the model to one of its networks. */
    private static final Set<String> NETWORKS_ONLY =
            Set.of(
                    "StatsListener",
                    "J7StatsListener",
                    "BaseStatsListener",
                    "CheckpointListener",
                    "PerformanceListener");

    private static final String FORWARD_ONLY =
            "a VsmlClassifier learns forward only, by a fixed algorithm: it has no ";

    private final LearningAlgorithm algorithm;
    private final FeatureExtractor extractor;
    private final CNN2DFormat imageFormat;
    private final int wantedClasses;
    private final int reserve;
    private final long seed;

    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private final ReentrantLock fitting = new ReentrantLock(true);
    private final List<TrainingListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Head head;
    private volatile INDArray input;
    private volatile double score = Double.NaN;
    private final AtomicInteger iterations = new AtomicInteger();
    private final AtomicInteger epochs = new AtomicInteger();

    /**
     * What is there once there were data; replaced when a class appears.
     *
     * @param classes known classes, at most those of the learner
     */
    private record Head(
            RowLearner learner, int classes, boolean oneColumn, List<String> labelNames) {}

    private VsmlClassifier(Builder builder) {
        algorithm = builder.algorithm;
        extractor = builder.extractor;
        imageFormat = builder.imageFormat;
        wantedClasses = builder.classes;
        reserve = builder.reserve;
        seed = builder.seed;
    }

    /** A classifier with the algorithm that comes with this library. */
    public static VsmlClassifier pretrained() {
        return builder().build();
    }

    /** A classifier with any learning algorithm. */
    public static VsmlClassifier pretrained(LearningAlgorithm algorithm) {
        return builder().algorithm(algorithm).build();
    }

    /**
     * A classifier behind a layer of a trained network: a head that keeps learning. A copy of the
     * network is kept and never changes.
     *
     * @param layer name of a layer, whose activations are [rows, features] or of images; layers
     *     without a given name are called layer0, layer1 and so on
     */
    public static VsmlClassifier on(MultiLayerNetwork network, String layer) {
        return builder().on(network, layer).build();
    }

    /** A classifier behind a layer or vertex of a trained graph with one input. */
    public static VsmlClassifier on(ComputationGraph graph, String layer) {
        return builder().on(graph, layer).build();
    }

    /** For all settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** Settings of a {@link VsmlClassifier}; all have defaults. */
    public static final class Builder {

        private LearningAlgorithm algorithm;
        private FeatureExtractor extractor;
        private CNN2DFormat imageFormat;
        private int classes;
        private int reserve = DEFAULT_RESERVE;
        private long seed;

        private Builder() {}

        /**
         * The learning algorithm; default {@value VsmlClassifier#DEFAULT_ALGORITHM}, which comes
         * with this library.
         */
        public Builder algorithm(LearningAlgorithm value) {
            require(value != null, "the algorithm must not be null");
            algorithm = value;
            return this;
        }

        /** Seed of the random learned variables it starts from; default 0. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * Number of classes, where the first data do not show them all: class indices, or labels
         * that will get more columns.
         */
        public Builder classes(int value) {
            require(value >= 2, "classes must be >= 2, got %d", value);
            classes = value;
            return this;
        }

        /**
         * How many classes beyond those of the first data may appear later; default {@value
         * VsmlClassifier#DEFAULT_RESERVE}. Time and memory are proportional to classes and reserve
         * together.
         */
        public Builder reserve(int value) {
            require(value >= 0, "reserve must be >= 0, got %d", value);
            reserve = value;
            return this;
        }

        /**
         * Axes of images. By default NHWC where the last axis alone can be one of colours (at most
         * 4, and the second is more), else NCHW.
         */
        public Builder imageFormat(CNN2DFormat value) {
            imageFormat = value;
            return this;
        }

        /** See {@link VsmlClassifier#on(MultiLayerNetwork, String)}. */
        public Builder on(MultiLayerNetwork network, String layer) {
            extractor = FeatureExtractor.of(network, layer);
            return this;
        }

        /** See {@link VsmlClassifier#on(ComputationGraph, String)}. */
        public Builder on(ComputationGraph graph, String layer) {
            extractor = FeatureExtractor.of(graph, layer);
            return this;
        }

        /** A classifier that has learned nothing yet. */
        public VsmlClassifier build() {
            if (algorithm == null) {
                algorithm = LearningAlgorithm.fromResource(DEFAULT_ALGORITHM);
            }
            algorithm =
                    new LearningAlgorithm(
                            InputConditioning.conditioned(algorithm.config()),
                            algorithm.metaVariables(),
                            algorithm.provenance());
            return new VsmlClassifier(this);
        }
    }

    // --- learning ---

    /**
     * Predicts an example, then learns its label.
     *
     * @param example values of one example
     * @param label class index
     * @return the class probabilities predicted before the label was seen
     */
    public double[] learn(double[] example, int label) {
        require(example != null, "the example must not be null");
        require(label >= 0, "label must be a class index >= 0, got %d", label);
        INDArray row = Nd4j.createFromArray(example.clone()).reshape(1, example.length);
        return learn(row, label);
    }

    /**
     * Predicts an example, then learns its label.
     *
     * @param example one row, [1, features], or one image
     * @param label class index
     * @return the class probabilities predicted before the label was seen
     */
    public double[] learn(INDArray example, int label) {
        require(label >= 0, "label must be a class index >= 0, got %d", label);
        LabelledBatch batch = read(example, null).with(new int[] {label});
        return fit(example, batch, List.of())[0];
    }

    /** {@inheritDoc} Learns its labelled rows, in order. */
    @Override
    public void fit(DataSet data) {
        require(data != null, "the data set must not be null");
        fit(data.getFeatures(), read(data), data.getLabelNamesList());
    }

    /** Learns the rows of one input and one output. */
    public void fit(MultiDataSet data) {
        fit(single(data));
    }

    /** Learns what the iterator has left; from the start if nothing. One epoch. */
    @Override
    public void fit(DataSetIterator iterator) {
        require(iterator != null, "the iterator must not be null");
        rewind(iterator);
        listeners.forEach(listener -> listener.onEpochStart(this));
        List<String> names = iterator.getLabels();
        while (iterator.hasNext()) {
            DataSet data = iterator.next();
            List<String> own = data.getLabelNamesList();
            fit(data.getFeatures(), read(data), own == null || own.isEmpty() ? names : own);
        }
        listeners.forEach(listener -> listener.onEpochEnd(this));
        epochs.incrementAndGet();
    }

    /** Goes through an iterator several times: every row is learned so many times. */
    public void fit(DataSetIterator iterator, int numberOfEpochs) {
        require(numberOfEpochs >= 1, "epochs must be >= 1, got %d", numberOfEpochs);
        require(
                numberOfEpochs == 1 || iterator.resetSupported(),
                "%d epochs need an iterator that can be reset",
                numberOfEpochs);
        for (int i = 0; i < numberOfEpochs; i++) {
            fit(iterator);
        }
    }

    /** Learns what the iterator has left, of one input and one output. One epoch. */
    public void fit(MultiDataSetIterator iterator) {
        if (!iterator.hasNext() && iterator.resetSupported()) {
            iterator.reset();
        }
        listeners.forEach(listener -> listener.onEpochStart(this));
        while (iterator.hasNext()) {
            fit(iterator.next());
        }
        listeners.forEach(listener -> listener.onEpochEnd(this));
        epochs.incrementAndGet();
    }

    /** Learns rows with one-hot labels [rows, classes]. */
    @Override
    public void fit(INDArray examples, INDArray labels) {
        fit(examples, labels, null, null);
    }

    /** Learns rows, but those behind a mask. */
    public void fit(
            INDArray examples, INDArray labels, INDArray featuresMask, INDArray labelsMask) {
        LabelledBatch batch =
                read(examples, featuresMask).with(labels, rowMask(featuresMask), labelsMask);
        fit(examples, batch, List.of());
    }

    /** Learns rows with class indices; -1 where the label is missing. */
    @Override
    public void fit(INDArray examples, int[] labels) {
        fit(examples, read(examples, null).with(labels), List.of());
    }

    /** Learns a batch; returns the probabilities predicted before each label, null where none. */
    private double[][] fit(INDArray features, LabelledBatch batch, List<String> names) {
        fitting.lock();
        try {
            Head now = headFor(batch, names);
            int[] rows = batch.labelledRows();
            double[][] predicted = new double[batch.inputs().length][];
            double loss = 0;
            for (int row : rows) {
                int label = batch.labels()[row];
                double[] logits = now.learner().learn(batch.inputs()[row], label);
                predicted[row] = CrossEntropy.softmax(logits, 0, now.classes());
                loss -= Math.log(predicted[row][label]);
                for (TrainingListener listener : listeners) {
                    if (listener instanceof PrequentialListener prequential) {
                        prequential.predicted(best(predicted[row]), label);
                    }
                }
            }
            score = loss / rows.length;
            input = features;
            listeners.forEach(
                    listener -> listener.iterationDone(this, iterations.get(), epochs.get()));
            iterations.incrementAndGet();
            return predicted;
        } finally {
            input = null;
            fitting.unlock();
        }
    }

    /** The head that can learn a batch; nothing has changed if it throws. */
    private Head headFor(LabelledBatch batch, List<String> names) {
        Head now = head;
        int largest = Arrays.stream(batch.labels()).max().orElse(-1);
        int needed = Math.max(batch.oneColumn() ? 2 : batch.width(), largest + 1);
        if (now == null) {
            int classes = Math.max(2, Math.max(wantedClasses, needed));
            int capacity = batch.oneColumn() ? 2 : classes + reserve;
            TaskShape task = new TaskShape(batch.shape(), capacity);
            now =
                    new Head(
                            RowLearner.fresh(algorithm, task, seed),
                            classes,
                            batch.oneColumn(),
                            List.of());
        } else {
            requireShape(now, batch);
            requireColumns(now, batch);
            int capacity = now.learner().task().classes();
            require(
                    needed <= capacity,
                    "the labels need %d classes, but this classifier began with %d and has room for %d in all. Say"
                            + " VsmlClassifier.builder().classes(%d) before the first data, or a larger reserve",
                    needed,
                    now.classes(),
                    capacity,
                    needed);
        }
        List<String> known =
                names == null || names.size() < now.labelNames().size()
                        ? now.labelNames()
                        : List.copyOf(names);
        now = new Head(now.learner(), Math.max(now.classes(), needed), now.oneColumn(), known);
        head = now;
        return now;
    }

    private void requireShape(Head now, LabelledBatch batch) {
        InputShape expected = now.learner().task().input();
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

    private static void requireColumns(Head now, LabelledBatch batch) {
        require(
                batch.width() == 0 || batch.oneColumn() == now.oneColumn(),
                "labels have %d column%s, but the first data had %s",
                batch.width(),
                batch.width() == 1 ? "" : "s",
                now.oneColumn() ? "one column of 0 and 1" : "one-hot labels");
    }

    // --- predicting ---

    /**
     * Class probabilities; learns nothing.
     *
     * @return [rows, classes], rows adding up to 1; where labels have one column [rows, 1], the
     *     probability of 1. NaN if the classifier has diverged
     */
    public INDArray output(INDArray features) {
        return output(features, null);
    }

    /** As {@link #output(INDArray)}; there is no difference between training and test. */
    public INDArray output(INDArray features, boolean train) {
        return output(features, null);
    }

    /** As {@link #output(INDArray)}; masks are for the network in front of it. */
    public INDArray output(
            INDArray features, boolean train, INDArray featuresMask, INDArray labelsMask) {
        return output(features, featuresMask);
    }

    /** The probabilities of all rows that an iterator has left. */
    public INDArray output(DataSetIterator iterator) {
        rewind(iterator);
        List<INDArray> parts = new ArrayList<>();
        while (iterator.hasNext()) {
            DataSet data = iterator.next();
            parts.add(output(data.getFeatures(), data.getFeaturesMaskArray()));
        }
        require(!parts.isEmpty(), "the iterator has no examples");
        return Nd4j.vstack(parts);
    }

    private INDArray output(INDArray features, INDArray mask) {
        Head now = requireHead();
        double[][] probabilities = probabilities(now, read(features, mask).checked());
        DataType type = features.dataType().isFPType() ? features.dataType() : DataType.FLOAT;
        if (now.oneColumn()) {
            double[][] ones = new double[probabilities.length][];
            Arrays.setAll(ones, i -> new double[] {probabilities[i][1]});
            return matrix(ones, type);
        }
        return matrix(probabilities, type);
    }

    /**
     * {@inheritDoc}
     *
     * @return for each row the most probable class, the first of equals; -1 where probabilities are
     *     NaN
     */
    @Override
    public int[] predict(INDArray features) {
        Head now = requireHead();
        return Arrays.stream(probabilities(now, read(features, null).checked()))
                .mapToInt(VsmlClassifier::best)
                .toArray();
    }

    /** {@inheritDoc} Names are those of the data set, else those that were learned with. */
    @Override
    public List<String> predict(DataSet data) {
        List<String> own = data.getLabelNamesList();
        List<String> names = own == null || own.isEmpty() ? labelNames() : own;
        Head now = requireHead();
        LabelledBatch rows = read(data.getFeatures(), data.getFeaturesMaskArray()).checked();
        return Arrays.stream(probabilities(now, rows))
                .mapToInt(VsmlClassifier::best)
                .mapToObj(i -> i >= 0 && i < names.size() ? names.get(i) : Integer.toString(i))
                .toList();
    }

    private double[][] probabilities(Head now, LabelledBatch rows) {
        requireShape(now, rows);
        double[][] logits = now.learner().predict(rows.inputs());
        double[][] result = new double[logits.length][];
        Arrays.setAll(result, i -> CrossEntropy.softmax(logits[i], 0, now.classes()));
        return result;
    }

    /** Index of the largest; -1 if one of them is NaN, for then the learner has diverged. */
    static int best(double[] probabilities) {
        for (double probability : probabilities) {
            if (Double.isNaN(probability)) {
                return -1;
            }
        }
        return CrossEntropy.argMax(probabilities, 0, probabilities.length);
    }

    // --- measuring ---

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
            names = labelNames();
        }
        // Evaluation takes the number of classes from the names, so there must be enough.
        boolean enough = names.size() >= numLabels() && !requireHead().oneColumn();
        Evaluation evaluation = new Evaluation(enough ? names : null, top);
        return doEvaluation(iterator, evaluation)[0];
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
        rewind(iterator);
        while (iterator.hasNext()) {
            DataSet data = iterator.next();
            Head now = requireHead();
            LabelledBatch batch = read(data);
            requireColumns(now, batch);
            int[] rows = batch.labelledRows();
            if (rows.length == 0) {
                continue;
            }
            double[][] predicted = requireFinite(probabilities(now, selected(batch, rows)));
            int classes = Math.max(now.classes(), batch.width());
            double[][] labels = new double[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                int label = batch.labels()[rows[i]];
                if (now.oneColumn()) {
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
            for (T evaluation : evaluations) {
                evaluation.eval(
                        matrix(labels, DataType.DOUBLE), matrix(predicted, DataType.DOUBLE), shown);
            }
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
        Head now = requireHead();
        LabelledBatch batch = read(examples, null).with(labels, null, null);
        int[] rows = batch.labelledRows();
        double[][] predicted = requireFinite(probabilities(now, selected(batch, rows)));
        int classes = Math.max(now.classes(), batch.width());
        Evaluation evaluation = new Evaluation(classes);
        for (int i = 0; i < rows.length; i++) {
            evaluation.eval(best(predicted[i]), batch.labels()[rows[i]]);
        }
        return evaluation.f1();
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

    private double[] losses(DataSet data) {
        Head now = requireHead();
        LabelledBatch batch = read(data);
        requireColumns(now, batch);
        int[] rows = batch.labelledRows();
        double[][] predicted = requireFinite(probabilities(now, selected(batch, rows)));
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

    /**
     * {@inheritDoc}
     *
     * @return mean cross-entropy in nats of the last batch learned, each row predicted before its
     *     label was seen; NaN before the first
     */
    @Override
    public double score() {
        return score;
    }

    // --- what it is ---

    /** {@inheritDoc} Known classes; those in reserve do not count. */
    @Override
    @SuppressWarnings("deprecation") // of the interface, yet called by pipelines
    public int numLabels() {
        return requireHead().classes();
    }

    /** Known classes and those in reserve: as many as it can ever know. */
    public int maxLabels() {
        return requireHead().learner().task().classes();
    }

    /** Names of the classes, as the data had them; empty if they had none. */
    public List<String> labelNames() {
        Head now = head;
        return now == null ? List.of() : now.labelNames();
    }

    /**
     * Keeps a text with it, which {@link #save} writes too: what an application needs to prepare
     * its inputs, such as the names of their columns.
     *
     * @param name of the note; one that is there is replaced
     */
    public void setNote(String name, String text) {
        require(name != null && text != null, "a note needs a name and a text");
        notes.put(name, text);
    }

    /** A text that {@link #setNote} has left, before a {@link #save} or after; null for none. */
    public String note(String name) {
        return notes.get(name);
    }

    /** Labelled examples learned so far, those before a {@link #save} included. */
    public long examples() {
        Head now = head;
        return now == null ? 0 : now.learner().state().examples();
    }

    /** What it has learned: a copy of the learned variables V_L. */
    public NamedArrays learnedVariables() {
        return requireHead().learner().state().learned().copy();
    }

    /** The learning algorithm. */
    public LearningAlgorithm algorithm() {
        return algorithm;
    }

    /** Batches learned so far. */
    public int getIterationCount() {
        return iterations.get();
    }

    /** Passes over an iterator so far. */
    public int getEpochCount() {
        return epochs.get();
    }

    /** What it is, in lines of at most 80 characters. */
    public String summary() {
        Head now = head;
        StringBuilder text = new StringBuilder();
        line(text, "VsmlClassifier", "learns online, every labelled row once, in order");
        line(text, "algorithm", algorithm.provenance().name());
        line(
                text,
                "V_M",
                String.format(
                        Locale.ROOT,
                        "%,d values, fixed",
                        algorithm.metaVariables().values().length));
        if (extractor != null) {
            line(text, "behind layer", extractor.layer());
        }
        line(text, "conditioning", InputConditioning.DESCRIPTION);
        if (now == null) {
            line(text, "sizes", "come with the first data");
            return text.toString();
        }
        TaskShape task = now.learner().task();
        line(text, "inputs", describe(task.input()));
        line(
                text,
                "classes",
                String.format(
                        Locale.ROOT,
                        "%,d, room for %,d more",
                        now.classes(),
                        task.classes() - now.classes()));
        line(
                text,
                "V_L",
                String.format(
                        Locale.ROOT,
                        "%,d values, learned from %,d examples",
                        now.learner().state().learned().values().length,
                        examples()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        String shown = value.length() <= 62 ? value : value.substring(0, 59) + "...";
        text.append(String.format(Locale.ROOT, "%-16s  %s%n", name, shown));
    }

    @Override
    public String toString() {
        return "VsmlClassifier(" + algorithm.provenance().name() + ", " + examples() + " examples)";
    }

    /** An independent classifier that has learned the same; it has no listeners. */
    @Override
    @SuppressWarnings({"MethodDoesntCallSuperMethod", "super"})
    public VsmlClassifier clone() {
        fitting.lock();
        try {
            Builder builder = new Builder();
            builder.algorithm = algorithm;
            builder.extractor = extractor;
            builder.imageFormat = imageFormat;
            builder.classes = wantedClasses;
            builder.reserve = reserve;
            builder.seed = seed;
            VsmlClassifier copy = new VsmlClassifier(builder);
            Head now = head;
            if (now != null) {
                RowLearner learner =
                        RowLearner.resumed(algorithm, now.learner().task(), now.learner().state());
                copy.head = new Head(learner, now.classes(), now.oneColumn(), now.labelNames());
            }
            copy.notes.putAll(notes);
            copy.score = score;
            copy.iterations.set(iterations.get());
            copy.epochs.set(epochs.get());
            return copy;
        } finally {
            fitting.unlock();
        }
    }

    // --- files ---

    /**
     * Writes everything that is needed to go on, atomically, in this library's own format: V_M,
     * V_L, what is known of the inputs, and the names of the classes. Of a network in front of it
     * the file has a hash only.
     *
     * @throws IOException if the file cannot be written; the message names it
     * @throws IllegalStateException if there were no data yet
     */
    public void save(File file) throws IOException {
        SavedClassifier saved;
        fitting.lock();
        try {
            Head now = requireHead();
            RowLearner.State state = now.learner().state();
            saved =
                    new SavedClassifier(
                            algorithm,
                            new SavedClassifier.Header(
                                    now.learner().task(),
                                    now.classes(),
                                    now.oneColumn(),
                                    now.labelNames(),
                                    imageFormat,
                                    state.examples(),
                                    iterations.get(),
                                    epochs.get(),
                                    extractor == null ? null : extractor.layer(),
                                    extractor == null ? null : extractor.sha256(),
                                    notes),
                            state.learned());
        } finally {
            fitting.unlock();
        }
        saved.write(file.toPath());
    }

    /** As {@link #save(File)}; there is no updater whose state could be left out. */
    public void save(File file, boolean saveUpdater) throws IOException {
        save(file);
    }

    /**
     * Goes on where {@link #save} stopped, bit for bit as if it had not (on the same engine).
     *
     * @throws IOException if the file cannot be read or is damaged; the message names it
     * @throws IllegalArgumentException if it stood behind a network
     */
    public static VsmlClassifier load(File file) throws IOException {
        return load(file, (FeatureExtractor) null);
    }

    /** As {@link #load(File)}. */
    public static VsmlClassifier load(File file, boolean loadUpdater) throws IOException {
        return load(file);
    }

    /** As {@link #load(File)}, behind the same network as before. */
    public static VsmlClassifier load(File file, MultiLayerNetwork network) throws IOException {
        return load(file, FeatureExtractor.of(network, requireLayer(file)));
    }

    /** As {@link #load(File)}, behind the same graph as before. */
    public static VsmlClassifier load(File file, ComputationGraph graph) throws IOException {
        return load(file, FeatureExtractor.of(graph, requireLayer(file)));
    }

    private static String requireLayer(File file) throws IOException {
        String layer = SavedClassifier.read(file.toPath()).header().layer();
        require(layer != null, "%s was saved without a network in front of it", file);
        return layer;
    }

    private static VsmlClassifier load(File file, FeatureExtractor extractor) throws IOException {
        SavedClassifier saved = SavedClassifier.read(file.toPath());
        SavedClassifier.Header header = saved.header();
        require(
                header.layer() == null || extractor != null,
                "%s was saved behind layer \"%s\" of a network, which is not in the file: load(file, network)",
                file,
                header.layer());
        require(
                extractor == null || extractor.sha256().equals(header.networkSha256()),
                "%s was saved behind a network with parameters of SHA-256 %s, got %s",
                file,
                header.networkSha256(),
                extractor == null ? null : extractor.sha256());
        Builder builder = new Builder();
        builder.algorithm = saved.algorithm();
        builder.extractor = extractor;
        builder.imageFormat = header.imageFormat();
        VsmlClassifier result = new VsmlClassifier(builder);
        try {
            RowLearner learner =
                    RowLearner.resumed(
                            saved.algorithm(),
                            header.task(),
                            new RowLearner.State(saved.learned(), header.examples()));
            result.head =
                    new Head(learner, header.classes(), header.oneColumn(), header.labelNames());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold a valid classifier: " + e.getMessage(), e);
        }
        result.notes.putAll(header.notes());
        result.iterations.set(header.iterations());
        result.epochs.set(header.epochs());
        return result;
    }

    // --- listeners ---

    /** {@inheritDoc} They hear of every batch and epoch; of no forward pass and no gradient. */
    @Override
    public void setListeners(Collection<TrainingListener> values) {
        listeners.clear();
        if (values != null) {
            addListeners(values.toArray(TrainingListener[]::new));
        }
    }

    @Override
    public void setListeners(TrainingListener... values) {
        setListeners(values == null ? List.of() : Arrays.asList(values));
    }

    @Override
    public void addListeners(TrainingListener... values) {
        for (TrainingListener listener : values) {
            String type = listener.getClass().getSimpleName();
            require(
                    !NETWORKS_ONLY.contains(type),
                    "a %s looks into a MultiLayerNetwork or ComputationGraph, which a VsmlClassifier is not. %s",
                    type,
                    type.equals("CheckpointListener")
                            ? "Call save(File)"
                            : "A PrequentialListener keeps accuracy and kappas, a ScoreIterationListener logs the loss");
            listeners.add(listener);
        }
    }

    /** The listeners. */
    public Collection<TrainingListener> getListeners() {
        return List.copyOf(listeners);
    }

    // --- what a Model has besides ---

    /** {@inheritDoc} Does nothing: sizes come with the first data. */
    @Override
    public void init() {
        // Pipelines call it after the constructor.
    }

    /** {@inheritDoc} The batch being learned, for listeners; else null. */
    @Override
    public INDArray input() {
        return input;
    }

    /** {@inheritDoc} Rows of the batch being learned; 0 between batches. */
    @Override
    public int batchSize() {
        INDArray now = input;
        return now == null ? 0 : (int) now.size(0);
    }

    /** {@inheritDoc} Values of V_L, which is what is learned; 0 before the first data. */
    @Override
    public long numParams() {
        Head now = head;
        return now == null ? 0 : now.learner().state().learned().values().length;
    }

    @Override
    public long numParams(boolean backwards) {
        return numParams();
    }

    /** {@inheritDoc} Forgets nothing. */
    @Override
    public void clear() {
        // There is no input that is kept.
    }

    /** {@inheritDoc} Does nothing: it holds no native memory. */
    @Override
    public void close() {
        // It may be used on.
    }

    /** Always throws, as Deeplearning4j's networks do: there is nothing to fit without data. */
    @Override
    @SuppressWarnings("deprecation") // of the interface
    public void fit() {
        throw new UnsupportedOperationException("fit needs data: fit(DataSetIterator)");
    }

    /** Always throws. */
    @Override
    public void fit(INDArray data, LayerWorkspaceMgr workspaces) {
        throw new UnsupportedOperationException(
                "a VsmlClassifier learns from labels: fit(features, labels)");
    }

    /** Always throws. */
    @Override
    public void update(Gradient gradient) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public void update(INDArray gradient, String parameter) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public void computeGradientAndScore(LayerWorkspaceMgr workspaces) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public Gradient gradient() {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public Pair<Gradient, Double> gradientAndScore() {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public INDArray getGradientsViewArray() {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public ConvexOptimizer getOptimizer() {
        throw refused("optimizer");
    }

    /** Always throws: {@link #learnedVariables} and {@link #save} give what was learned. */
    @Override
    public INDArray params() {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParams(INDArray parameters) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParamsViewArray(INDArray parameters) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public INDArray getParam(String name) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public Map<String, INDArray> paramTable() {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public Map<String, INDArray> paramTable(boolean backpropOnly) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParamTable(Map<String, INDArray> table) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParam(String name, INDArray value) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public NeuralNetConfiguration conf() {
        throw refused("configuration");
    }

    /** Always throws. */
    @Override
    public void setConf(NeuralNetConfiguration configuration) {
        throw refused("configuration");
    }

    /** Always throws. */
    @Override
    public void applyConstraints(int iteration, int epoch) {
        throw refused("parameters");
    }

    private static UnsupportedOperationException refused(String what) {
        return new UnsupportedOperationException(
                FORWARD_ONLY
                        + what
                        + ". What it learned is in learnedVariables(), and save(File) writes it");
    }

    // --- reading ---

    private LabelledBatch read(DataSet data) {
        INDArray mask = data.getFeaturesMaskArray();
        return read(data.getFeatures(), mask)
                .with(data.getLabels(), rowMask(mask), data.getLabelsMaskArray());
    }

    /** Features, through the network in front if there is one. */
    private LabelledBatch read(INDArray features, INDArray mask) {
        return extractor == null
                ? LabelledBatch.features(features, imageFormat)
                : LabelledBatch.features(extractor.activations(features, mask), null);
    }

    /** A mask of features that is one of rows; those of sequences are the extractor's. */
    private INDArray rowMask(INDArray mask) {
        return extractor != null && mask != null && mask.length() != mask.size(0) ? null : mask;
    }

    private static DataSet single(MultiDataSet data) {
        require(
                data.numFeatureArrays() == 1 && data.numLabelsArrays() == 1,
                "a VsmlClassifier has one input and one output, got %d and %d",
                data.numFeatureArrays(),
                data.numLabelsArrays());
        return new org.nd4j.linalg.dataset.DataSet(
                data.getFeatures(0),
                data.getLabels(0),
                data.getFeaturesMaskArrays() == null ? null : data.getFeaturesMaskArray(0),
                data.getLabelsMaskArrays() == null ? null : data.getLabelsMaskArray(0));
    }

    private static LabelledBatch selected(LabelledBatch batch, int[] rows) {
        double[][] inputs = new double[rows.length][];
        Arrays.setAll(inputs, i -> batch.inputs()[rows[i]]);
        return new LabelledBatch(batch.shape(), inputs, null, 0);
    }

    private static double[][] requireFinite(double[][] probabilities) {
        for (int i = 0; i < probabilities.length; i++) {
            if (best(probabilities[i]) == PrequentialScores.NONE) {
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

    private Head requireHead() {
        Head now = head;
        if (now == null) {
            throw new IllegalStateException(
                    "the classifier has no sizes before its first data: call fit or learn first");
        }
        return now;
    }

    private static void rewind(DataSetIterator iterator) {
        require(iterator != null, "the iterator must not be null");
        if (!iterator.hasNext() && iterator.resetSupported()) {
            iterator.reset();
        }
    }

    private static INDArray matrix(double[][] rows, DataType type) {
        return Nd4j.createFromArray(rows).castTo(type);
    }

    private static String describe(InputShape shape) {
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
