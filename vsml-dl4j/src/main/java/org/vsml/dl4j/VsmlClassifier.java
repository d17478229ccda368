package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;

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
public final class VsmlClassifier extends ClassifierEvaluation {

    /** The algorithm that a classifier has by default: one for tables, as they come. */
    public static final String DEFAULT_ALGORITHM = "general-2";

    /** Classes that may appear after the first data, unless the builder says else. */
    public static final int DEFAULT_RESERVE = 2;

    private final ClassifierSession session;

    VsmlClassifier(ClassifierSettings settings) {
        session = new ClassifierSession(settings, new ClassifierListeners(this));
    }

    /** One that goes on from a copy of another's session. */
    private VsmlClassifier(VsmlClassifier other) {
        session = other.session.copy(new ClassifierListeners(this));
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
            LearningAlgorithm chosen =
                    algorithm == null
                            ? LearningAlgorithm.fromResource(DEFAULT_ALGORITHM)
                            : algorithm;
            return new VsmlClassifier(
                    ClassifierSettings.conditioned(
                            chosen, new RowReader(extractor, imageFormat), classes, reserve, seed));
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
        LabelledBatch row = rows().features(example, null).with(new int[] {label});
        return session.fit(example, row, List.of())[0];
    }

    /** {@inheritDoc} Learns its labelled rows, in order. */
    @Override
    public void fit(DataSet data) {
        session.fit(data, List.of());
    }

    /** Learns the rows of one input and one output. */
    public void fit(MultiDataSet data) {
        fit(RowReader.single(data));
    }

    /** Learns what the iterator has left; from the start if nothing. One epoch. */
    @Override
    public void fit(DataSetIterator iterator) {
        session.epoch(iterator);
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
        session.epoch(iterator);
    }

    /** Learns rows with one-hot labels [rows, classes]. */
    @Override
    public void fit(INDArray examples, INDArray labels) {
        fit(examples, labels, null, null);
    }

    /** Learns rows, but those behind a mask. */
    public void fit(
            INDArray examples, INDArray labels, INDArray featuresMask, INDArray labelsMask) {
        LabelledBatch batch = rows().labelled(examples, labels, featuresMask, labelsMask);
        session.fit(examples, batch, List.of());
    }

    /** Learns rows with class indices; -1 where the label is missing. */
    @Override
    public void fit(INDArray examples, int[] labels) {
        session.fit(examples, rows().features(examples, null).with(labels), List.of());
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
        RowReader.rewind(iterator);
        List<INDArray> parts = new ArrayList<>();
        while (iterator.hasNext()) {
            DataSet data = iterator.next();
            parts.add(output(data.getFeatures(), data.getFeaturesMaskArray()));
        }
        require(!parts.isEmpty(), "the iterator has no examples");
        return Nd4j.vstack(parts);
    }

    private INDArray output(INDArray features, INDArray mask) {
        ClassifierHead head = session.requireHead();
        return head.output(rows().features(features, mask).checked(), features.dataType());
    }

    /**
     * {@inheritDoc}
     *
     * @return for each row the most probable class, the first of equals; -1 where probabilities are
     *     NaN
     */
    @Override
    public int[] predict(INDArray features) {
        ClassifierHead head = session.requireHead();
        return head.predict(rows().features(features, null).checked());
    }

    /** {@inheritDoc} Names are those of the data set, else those that were learned with. */
    @Override
    public List<String> predict(DataSet data) {
        List<String> own = data.getLabelNamesList();
        List<String> names = own == null || own.isEmpty() ? labelNames() : own;
        ClassifierHead head = session.requireHead();
        INDArray mask = data.getFeaturesMaskArray();
        return IntStream.of(head.predict(rows().features(data.getFeatures(), mask).checked()))
                .mapToObj(i -> i >= 0 && i < names.size() ? names.get(i) : Integer.toString(i))
                .toList();
    }

    // --- what it is ---

    /** {@inheritDoc} Known classes; those in reserve do not count. */
    @Override
    @SuppressWarnings("deprecation") // of the interface, yet called by pipelines
    public int numLabels() {
        return session.requireHead().classes();
    }

    /** Known classes and those in reserve: as many as it can ever know. */
    public int maxLabels() {
        return session.requireHead().learner().task().classes();
    }

    /** Names of the classes, as the data had them; empty if they had none. */
    public List<String> labelNames() {
        ClassifierHead head = session.head();
        return head == null ? List.of() : head.labelNames();
    }

    /**
     * Keeps a text with it, which {@link #save} writes too: what an application needs to prepare
     * its inputs, such as the names of their columns.
     *
     * @param name of the note; one that is there is replaced
     */
    public void setNote(String name, String text) {
        require(name != null && text != null, "a note needs a name and a text");
        session.notes().put(name, text);
    }

    /** A text that {@link #setNote} has left, before a {@link #save} or after; null for none. */
    public String note(String name) {
        return session.notes().get(name);
    }

    /** Labelled examples learned so far, those before a {@link #save} included. */
    public long examples() {
        return session.examples();
    }

    /** What it has learned: a copy of the learned variables V_L. */
    public NamedArrays learnedVariables() {
        return session.requireHead().learner().state().learned().copy();
    }

    /** The learning algorithm. */
    public LearningAlgorithm algorithm() {
        return session.settings().algorithm();
    }

    /** What it is, in lines of at most 80 characters. */
    public String summary() {
        return ClassifierSummary.of(session);
    }

    @Override
    public String toString() {
        String name = algorithm().provenance().name();
        return "VsmlClassifier(" + name + ", " + examples() + " examples)";
    }

    /** An independent classifier that has learned the same; it has no listeners. */
    @Override
    @SuppressWarnings({"MethodDoesntCallSuperMethod", "super"})
    public VsmlClassifier clone() {
        return new VsmlClassifier(this);
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
        ClassifierFile.save(session, file);
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
        return ClassifierFile.load(file, null);
    }

    /** As {@link #load(File)}. */
    public static VsmlClassifier load(File file, boolean loadUpdater) throws IOException {
        return load(file);
    }

    /** As {@link #load(File)}, behind the same network as before. */
    public static VsmlClassifier load(File file, MultiLayerNetwork network) throws IOException {
        return ClassifierFile.load(
                file, FeatureExtractor.of(network, ClassifierFile.requireLayer(file)));
    }

    /** As {@link #load(File)}, behind the same graph as before. */
    public static VsmlClassifier load(File file, ComputationGraph graph) throws IOException {
        return ClassifierFile.load(
                file, FeatureExtractor.of(graph, ClassifierFile.requireLayer(file)));
    }

    @Override
    ClassifierSession session() {
        return session;
    }

    private RowReader rows() {
        return session.settings().rows();
    }
}
