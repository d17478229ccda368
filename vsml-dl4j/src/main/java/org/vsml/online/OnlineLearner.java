package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * A classifier that learns from every example as it comes, by a meta-trained learning algorithm
 * that only runs forward: no gradients, no learning rate, any number of inputs and classes.
 *
 * <pre>{@code
 * OnlineLearner learner = OnlineLearner.pretrained().forTask(784, 10);
 * double[] probabilities = learner.predict(x);
 * learner.learn(x, y);
 * }</pre>
 *
 * <p>The algorithm that comes with this library takes inputs as they come, in any units, and keeps
 * what it has seen up to a bound. Others, such as {@code general-1}, which is faster and never
 * grows, want them standardised as in meta-training: mean about 0, standard deviation about 1 over
 * all inputs.
 *
 * <p>A learner is not thread-safe: one thread at a time may use it. Different learners are
 * independent, so that any number of streams can be learned in parallel; they may share one {@link
 * Pretrained}.
 */
public final class OnlineLearner {

    /** The algorithm that comes with this library. */
    public static final String DEFAULT_ALGORITHM = "general-2";

    private final LearningAlgorithm algorithm;
    private final TaskShape task;
    private final LearnerStream stream;
    private long examples;

    OnlineLearner(
            LearningAlgorithm algorithm,
            Learner learner,
            TaskShape task,
            NamedArrays learned,
            long examples) {
        this.algorithm = algorithm;
        this.task = task;
        stream = learner.open(algorithm.metaVariables(), task, learned);
        this.examples = examples;
    }

    /**
     * The algorithm that comes with this library, {@value #DEFAULT_ALGORITHM}, on the best engine
     * of this machine.
     */
    public static Pretrained pretrained() {
        return pretrained(LearningAlgorithm.fromResource(DEFAULT_ALGORITHM), Engine.auto());
    }

    /** A learning algorithm from a file, on the best engine of this machine. */
    public static Pretrained pretrained(Path file) throws IOException {
        return pretrained(LearningAlgorithm.load(file), Engine.auto());
    }

    /** Any learning algorithm on any engine. */
    public static Pretrained pretrained(LearningAlgorithm algorithm, Engine engine) {
        return new Pretrained(algorithm, engine);
    }

    /**
     * Goes on where {@link #save} stopped, bit for bit as if it had not (on the same engine). The
     * file holds the learning algorithm too.
     *
     * @throws IOException if the file cannot be read or is damaged; the message names it
     */
    public static OnlineLearner load(Path file) throws IOException {
        SavedLearner saved = SavedLearner.read(file);
        return saved.open(saved.learner(Engine.auto(), file), file);
    }

    /** The task it learns. */
    public TaskShape task() {
        return task;
    }

    /** Labelled examples learned so far, those before a {@link #save} included. */
    public long examples() {
        return examples;
    }

    /**
     * Class probabilities for an example; learns nothing from it.
     *
     * @param input [inputs], finite and within float
     * @return [classes], adding up to 1
     * @throws IllegalStateException if the algorithm has diverged, so that there are none
     */
    public double[] predict(double[] input) {
        double[] probabilities = new double[task.classes()];
        predict(input, probabilities);
        return probabilities;
    }

    /**
     * {@link #predict(double[])} into an array of the caller's, which may be the same every time:
     * on the cpu engine, nothing else is allocated but where a constant input changes for the first
     * time.
     *
     * @param probabilities [classes], overwritten
     */
    public void predict(double[] input, double[] probabilities) {
        checkInput(input);
        requireRoom(probabilities);
        stream.predict(input, probabilities);
        probabilities(probabilities);
    }

    /**
     * Predicts an example, then learns its label.
     *
     * @param input [inputs], finite and within float
     * @param label in [0, classes)
     * @return the class probabilities predicted before the label was seen
     */
    public double[] learn(double[] input, int label) {
        double[] probabilities = new double[task.classes()];
        learn(input, label, probabilities);
        return probabilities;
    }

    /**
     * {@link #learn(double[], int)} into an array of the caller's, which may be the same every
     * time: on the cpu engine, nothing else is allocated but when a constant input changes for the
     * first time, and for the unit that a memory recruits as long as it is not full: 4 bytes for
     * each of (inputs + 2 · classes · N) values.
     *
     * @param probabilities [classes], overwritten
     */
    public void learn(double[] input, int label, double[] probabilities) {
        checkInput(input);
        requireRoom(probabilities);
        require(
                label >= 0 && label < task.classes(),
                "label must be in [0, %d), got %d",
                task.classes(),
                label);
        stream.learn(input, label, probabilities);
        examples++;
        probabilities(probabilities);
    }

    /** What it has learned: a copy of the learned variables V_L. */
    public NamedArrays learnedVariables() {
        return stream.learnedVariables();
    }

    /**
     * Writes everything that is needed to go on, atomically: the learning algorithm and what was
     * learned.
     *
     * @throws IOException if the file cannot be written; the message names it
     */
    public void save(Path file) throws IOException {
        new SavedLearner(algorithm, task, examples, stream.learnedVariables()).write(file);
    }

    private void requireRoom(double[] probabilities) {
        require(
                probabilities.length == task.classes(),
                "probabilities must have room for %d classes, got %d",
                task.classes(),
                probabilities.length);
    }

    /** From logits to probabilities, in place. */
    private void probabilities(double[] logits) {
        for (int b = 0; b < logits.length; b++) {
            if (!Double.isFinite(logits[b])) {
                throw new IllegalStateException(
                        "algorithm "
                                + algorithm.provenance().name()
                                + " has diverged on this stream: its logit of class "
                                + b
                                + " is "
                                + logits[b]);
            }
        }
        CrossEntropy.softmaxInPlace(logits);
    }

    private void checkInput(double[] input) {
        Examples.requireInput(input, task);
    }
}
