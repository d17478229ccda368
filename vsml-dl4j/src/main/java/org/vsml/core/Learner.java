package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A learner with meta variables that is run over episodes and gives logits, and whose meta-gradient
 * can be taken. VSML and every baseline implement it, so that one meta-trainer, one evaluator and
 * one report serve all.
 *
 * <p>Meta variables V_M are the learning algorithm and never change within an episode; learned
 * variables V_L are what it has learned, and change with every example. The prediction for example
 * t is made before the learner sees label t.
 *
 * <p>Implementations are thread-safe, keep no state between calls, and give the same result for the
 * same arguments whichever thread calls.
 */
public interface Learner {

    /** What is run here; knows the arrays and how they start. */
    LearnerConfig config();

    /** {@link LearnerConfig#metaVariableLayout}. */
    default ArrayLayout metaVariableLayout() {
        return config().metaVariableLayout();
    }

    /** {@link LearnerConfig#initialMetaVariables}. */
    default NamedArrays initialMetaVariables(RandomGenerator random) {
        return config().initialMetaVariables(random);
    }

    /** {@link LearnerConfig#learnedVariableLayout}. */
    default ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        return config().learnedVariableLayout(task, parallel);
    }

    /** {@link LearnerConfig#initialLearnedVariables}. */
    default NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        return config().initialLearnedVariables(task, parallel, random);
    }

    /** {@link LearnerConfig#requireLearnedVariables}. */
    default void requireLearnedVariables(
            NamedArrays learned, TaskShape task, int parallel, String where) {
        config().requireLearnedVariables(learned, task, parallel, where);
    }

    /**
     * Throws unless there is an episode, and for each one start that {@link
     * #requireLearnedVariables fits}: what implementations of {@link #run} ask first.
     */
    default void requireEpisodes(List<NamedArrays> starts, List<Examples> episodes) {
        require(!episodes.isEmpty(), "there must be at least one episode, got none");
        require(
                starts.size() == episodes.size(),
                "there must be one start for each of %d episodes, got %d",
                episodes.size(),
                starts.size());
        for (int i = 0; i < episodes.size(); i++) {
            Examples e = episodes.get(i);
            requireLearnedVariables(starts.get(i), e.task(), e.parallel(), "episode " + i);
        }
    }

    /**
     * Runs episodes side by side with the same meta variables.
     *
     * @param metaVariables V_M, of {@link #metaVariableLayout()}; read during this call and, when
     *     recording, until the rollout is closed
     * @param starts V_L before each episode, that pass {@link #requireLearnedVariables}; not
     *     changed
     * @param episodes what to run over, one for each of {@code starts}; shapes and lengths may
     *     differ
     * @param options whether to record for a gradient, and how
     * @throws IllegalArgumentException if a layout does not fit; the message names what and where
     */
    Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options);

    /**
     * A learner at work on one stream, example by example.
     *
     * @param start V_L to go on from; not changed
     */
    default LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        return new RolloutStream(this, metaVariables, task, start);
    }
}
