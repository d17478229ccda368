package org.vsml.core;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.random.RandomGenerator;

/**
 * What a learner is, without its meta variables and without an engine: which arrays it has, how
 * they start, and who runs it. An immutable record that can be written to JSON under its {@code
 * type}. VSML is one; each baseline is one. Types are registered with {@link LearnerTypes}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface LearnerConfig {

    /** Names and shapes of the meta variables V_M. */
    ArrayLayout metaVariableLayout();

    /**
     * Bound of the absolute value of a meta variable. Meta-trained ones stay below 100; far beyond
     * this one sums of products leave float.
     */
    double META_VARIABLE_BOUND = 1e6;

    /**
     * Throws unless a learner of this configuration can run with these meta variables: of {@link
     * #metaVariableLayout}, finite and within ±{@link #META_VARIABLE_BOUND}.
     *
     * @param owner whose they are, for the message
     * @throws IllegalArgumentException if they are of no use; the message names the array
     */
    default void requireMetaVariables(NamedArrays metaVariables, String owner) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", owner);
        metaVariables.requireWithin(META_VARIABLE_BOUND, "meta variables", owner);
    }

    /** Random meta variables to start meta-training from. */
    NamedArrays initialMetaVariables(RandomGenerator random);

    /**
     * Names and shapes of the learned variables V_L before any example of a task. The first axis of
     * arrays that every parallel example has of its own is P.
     *
     * @param parallel P, examples a step
     * @throws IllegalArgumentException if the learner cannot work on such a task
     */
    ArrayLayout learnedVariableLayout(TaskShape task, int parallel);

    /** Learned variables before any example of a task. */
    NamedArrays initialLearnedVariables(TaskShape task, int parallel, RandomGenerator random);

    /**
     * Throws unless a learner of this configuration can go on from these learned variables. By
     * default their layout must be {@link #learnedVariableLayout}; a learner whose learned
     * variables grow accepts more.
     *
     * @param where what they should fit, for the message, such as {@code episode 3}
     * @throws IllegalArgumentException if they do not fit
     */
    default void requireLearnedVariables(
            NamedArrays learned, TaskShape task, int parallel, String where) {
        learned.requireLayout(learnedVariableLayout(task, parallel), "learned variables", where);
    }

    /**
     * Meta variables to go on from those of another algorithm: by default its own, whose layout
     * must be {@link #metaVariableLayout}. A learner that contains another one accepts those of the
     * one within.
     *
     * @throws IllegalArgumentException if they are of no use here
     */
    default NamedArrays adopt(LearningAlgorithm other) {
        other.metaVariables()
                .requireLayout(
                        metaVariableLayout(),
                        "the meta variables of " + other.provenance().name(),
                        "this learner");
        return other.metaVariables().copy();
    }

    /** The learner of this configuration on the given engine. */
    Learner learner(Engine engine);

    /**
     * The same learner with other hidden layers, and the same meta variables.
     *
     * @throws IllegalArgumentException if this kind of learner has no hidden layers to choose
     */
    default LearnerConfig withArchitecture(Architecture architecture) {
        throw new IllegalArgumentException(
                "a learner of type "
                        + getClass().getSimpleName()
                        + " has no hidden layers to choose, got "
                        + architecture.hidden());
    }
}
