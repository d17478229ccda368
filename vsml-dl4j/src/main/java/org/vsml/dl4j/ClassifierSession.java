package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * What changes of a {@link VsmlClassifier}, for many threads: batches are learned one after the
 * other, while any number of threads read the head.
 */
final class ClassifierSession {

    private final ClassifierSettings settings;
    private final ClassifierListeners listeners;
    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private final ReentrantLock fitting = new ReentrantLock(true);
    private final AtomicInteger iterations = new AtomicInteger();
    private final AtomicInteger epochs = new AtomicInteger();
    private volatile ClassifierHead head;
    private volatile INDArray input;
    private volatile double score = Double.NaN;

    ClassifierSession(ClassifierSettings settings, ClassifierListeners listeners) {
        this.settings = settings;
        this.listeners = listeners;
    }

    /** Learns a data set, whose own class names come before the given ones. */
    void fit(DataSet data, List<String> names) {
        require(data != null, "the data set must not be null");
        List<String> own = data.getLabelNamesList();
        fit(
                data.getFeatures(),
                settings.rows().labelled(data),
                own == null || own.isEmpty() ? names : own);
    }

    /**
     * Learns the labelled rows of a batch, in order.
     *
     * @param features the array they come from, for listeners
     * @param names of the classes; null or empty where there are none
     * @return the probabilities predicted before each label, null where there is none
     */
    double[][] fit(INDArray features, LabelledBatch batch, List<String> names) {
        fitting.lock();
        try {
            // Nothing has changed if this throws.
            ClassifierHead now =
                    head == null
                            ? ClassifierHead.fresh(settings, batch, names)
                            : head.with(batch, names);
            head = now;
            int[] rows = batch.labelledRows();
            double[][] predicted = new double[batch.inputs().length][];
            double loss = 0;
            for (int row : rows) {
                int label = batch.labels()[row];
                predicted[row] = now.learn(batch.inputs()[row], label);
                loss -= Math.log(predicted[row][label]);
                listeners.predicted(ClassifierHead.best(predicted[row]), label);
            }
            score = loss / rows.length;
            input = features;
            listeners.iterationDone(iterations.get(), epochs.get());
            iterations.incrementAndGet();
            return predicted;
        } finally {
            input = null;
            fitting.unlock();
        }
    }

    /** Learns what an iterator has left. */
    void epoch(DataSetIterator iterator) {
        RowReader.rewind(iterator);
        listeners.epochStarts();
        List<String> names = iterator.getLabels();
        while (iterator.hasNext()) {
            fit(iterator.next(), names);
        }
        listeners.epochEnds();
        epochs.incrementAndGet();
    }

    /** Learns what an iterator has left, of one input and one output. */
    void epoch(MultiDataSetIterator iterator) {
        require(iterator != null, "the iterator must not be null");
        if (!iterator.hasNext() && iterator.resetSupported()) {
            iterator.reset();
        }
        listeners.epochStarts();
        while (iterator.hasNext()) {
            fit(RowReader.single(iterator.next()), List.of());
        }
        listeners.epochEnds();
        epochs.incrementAndGet();
    }

    /** The result of something that must not see a batch half learned. */
    <T> T betweenBatches(Supplier<T> reader) {
        fitting.lock();
        try {
            return reader.get();
        } finally {
            fitting.unlock();
        }
    }

    /** A copy, for another classifier with the same settings. */
    ClassifierSession copy(ClassifierListeners others) {
        return betweenBatches(
                () -> {
                    ClassifierSession copy = new ClassifierSession(settings, others);
                    ClassifierHead now = head;
                    ClassifierHead independent = null;
                    if (now != null) {
                        RowLearner learner =
                                RowLearner.resumed(
                                        settings.algorithm(),
                                        now.learner().task(),
                                        now.learner().state());
                        independent =
                                new ClassifierHead(
                                        learner, now.classes(), now.oneColumn(), now.labelNames());
                    }
                    copy.restore(independent, notes, iterations.get(), epochs.get());
                    copy.score = score;
                    return copy;
                });
    }

    /** Puts a session that has not begun where another one was. */
    void restore(
            ClassifierHead from,
            Map<String, String> withNotes,
            int afterIterations,
            int afterEpochs) {
        head = from;
        notes.putAll(withNotes);
        iterations.set(afterIterations);
        epochs.set(afterEpochs);
    }

    ClassifierSettings settings() {
        return settings;
    }

    ClassifierListeners listeners() {
        return listeners;
    }

    /** Texts that an application keeps with the classifier, by name. */
    Map<String, String> notes() {
        return notes;
    }

    /** The head now, or null before the first data. */
    ClassifierHead head() {
        return head;
    }

    /**
     * The head now.
     *
     * @throws IllegalStateException if there were no data yet
     */
    ClassifierHead requireHead() {
        ClassifierHead now = head;
        if (now == null) {
            throw new IllegalStateException(
                    "the classifier has no sizes before its first data: call fit or learn first");
        }
        return now;
    }

    /** The batch being learned, or null. */
    INDArray input() {
        return input;
    }

    /** Mean cross-entropy in nats of the last batch; NaN before the first. */
    double score() {
        return score;
    }

    int iterations() {
        return iterations.get();
    }

    int epochs() {
        return epochs.get();
    }

    /** Labelled examples learned. */
    long examples() {
        ClassifierHead now = head;
        return now == null ? 0 : now.learner().state().examples();
    }
}
