package org.vsml.dl4j;

import java.util.concurrent.locks.ReentrantLock;
import org.vsml.core.Engine;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

/**
 * A learner at work on one stream, for many threads: the one place where this package meets the
 * contract of online learning. Every call sees the learner after a whole number of examples.
 */
final class RowLearner {

    /** Rows of a call from which on it predicts from a copy, beside a thread that learns. */
    private static final int ROWS_OF_A_COPY = 16;

    private final LearningAlgorithm algorithm;
    private final TaskShape task;
    private final Learner learner;
    private final LearnerStream stream;
    private final ReentrantLock lock = new ReentrantLock(true);
    private long examples;
    private NamedArrays copy;

    private RowLearner(
            LearningAlgorithm algorithm,
            TaskShape task,
            Learner learner,
            NamedArrays learned,
            long examples) {
        this.algorithm = algorithm;
        this.task = task;
        this.learner = learner;
        this.examples = examples;
        stream = learner.open(algorithm.metaVariables(), task, learned);
    }

    /** What it has learned, and from how many examples. */
    record State(NamedArrays learned, long examples) {}

    /** One that has learned nothing. */
    static RowLearner fresh(LearningAlgorithm algorithm, TaskShape task, long seed) {
        Learner learner = algorithm.learner(Engine.auto());
        NamedArrays start = learner.initialLearnedVariables(task, 1, Seeds.generator(seed));
        return new RowLearner(algorithm, task, learner, start, 0);
    }

    /**
     * One that goes on.
     *
     * @throws IllegalArgumentException if the state is not one of this algorithm and task
     */
    static RowLearner resumed(LearningAlgorithm algorithm, TaskShape task, State state) {
        Learner learner = algorithm.learner(Engine.auto());
        learner.requireLearnedVariables(state.learned(), task, 1, "task " + task);
        return new RowLearner(algorithm, task, learner, state.learned(), state.examples());
    }

    TaskShape task() {
        return task;
    }

    /**
     * Learns one example.
     *
     * @return the logits [classes] that were predicted before the label was seen
     */
    double[] learn(double[] input, int label) {
        lock.lock();
        try {
            double[] logits = stream.learn(input, label);
            examples++;
            copy = null;
            return logits;
        } finally {
            lock.unlock();
        }
    }

    /** Logits [rows][classes], all of one moment; learns nothing. */
    double[][] predict(double[][] inputs) {
        double[][] logits = new double[inputs.length][];
        NamedArrays learned;
        lock.lock();
        try {
            if (inputs.length < ROWS_OF_A_COPY) {
                return predict(stream, inputs, logits);
            }
            learned = copied();
        } finally {
            lock.unlock();
        }
        return predict(learner.open(algorithm.metaVariables(), task, learned), inputs, logits);
    }

    State state() {
        lock.lock();
        try {
            return new State(copied(), examples);
        } finally {
            lock.unlock();
        }
    }

    private NamedArrays copied() {
        if (copy == null) {
            copy = stream.learnedVariables();
        }
        return copy;
    }

    private static double[][] predict(LearnerStream from, double[][] inputs, double[][] logits) {
        for (int i = 0; i < inputs.length; i++) {
            logits[i] = from.predict(inputs[i]);
        }
        return logits;
    }
}
