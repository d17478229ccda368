package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import org.vsml.core.Engine;
import org.vsml.core.Heap;
import org.vsml.core.Learner;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

/**
 * A meta-trained learning algorithm, ready for tasks of any size. Immutable and thread-safe: one is
 * enough for any number of online learners.
 */
public final class Pretrained {

    private final LearningAlgorithm algorithm;
    private final Learner learner;

    Pretrained(LearningAlgorithm algorithm, Engine engine) {
        this.algorithm = algorithm;
        learner = algorithm.learner(engine);
    }

    /** What it is and where it comes from. */
    public LearningAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * A learner that knows nothing yet, with seed 0.
     *
     * @param inputs values of an example
     * @param classes number of classes
     */
    public OnlineLearner forTask(int inputs, int classes) {
        return forTask(TaskShape.of(inputs, classes), 0);
    }

    /**
     * A learner that knows nothing yet.
     *
     * @param seed of the random initial learned variables
     */
    public OnlineLearner forTask(TaskShape task, long seed) {
        require(task != null, "task must not be null");
        // Its start, a copy in the engine and a workspace of the same size.
        Heap.require(
                3L * Double.BYTES * learner.learnedVariableLayout(task, 1).size(),
                task.inputs() + " inputs and " + task.classes() + " classes",
                "lower the number of inputs or classes");
        return new OnlineLearner(
                algorithm,
                learner,
                task,
                learner.initialLearnedVariables(task, 1, Seeds.generator(seed)),
                0);
    }

    /**
     * Goes on where {@link OnlineLearner#save} stopped, bit for bit as if it had not (on the same
     * engine).
     *
     * @throws IOException if the file cannot be read, is damaged, or was made by another learning
     *     algorithm; the message names it
     */
    public OnlineLearner load(Path file) throws IOException {
        SavedLearner saved = SavedLearner.read(file);
        String own = algorithm.metaVariables().sha256();
        String other = saved.algorithm().metaVariables().sha256();
        if (!own.equals(other)) {
            throw new IOException(
                    file
                            + " was saved by the learning algorithm "
                            + saved.algorithm().provenance().name()
                            + " with meta variables of SHA-256 "
                            + other
                            + ", expected "
                            + algorithm.provenance().name()
                            + " with "
                            + own);
        }
        return saved.open(learner, file);
    }

    /** The algorithm under a name for tables, as a contender of a {@link Comparison}. */
    public OnlineAlgorithm named(String name) {
        return new LearnerAlgorithm(name, learner, algorithm.metaVariables());
    }
}
