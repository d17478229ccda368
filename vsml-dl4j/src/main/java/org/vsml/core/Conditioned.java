package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A learner that conditions its inputs by itself: any learner, behind a running standardisation of
 * its inputs.
 *
 * @param learner what reads the standardised inputs
 * @param conditioning how they are standardised
 */
public record Conditioned(LearnerConfig learner, Conditioning conditioning)
        implements LearnerConfig {

    public Conditioned {
        require(learner != null, "learner must not be null");
        require(conditioning != null, "conditioning must not be null");
        require(
                !(learner instanceof Conditioned),
                "inputs are conditioned once, got a conditioned learner within another");
    }

    @Override
    public Learner learner(Engine engine) {
        return new ConditionedLearner(this, learner.learner(engine));
    }

    @Override
    public LearnerConfig withArchitecture(Architecture architecture) {
        return new Conditioned(learner.withArchitecture(architecture), conditioning);
    }

    @Override
    public ArrayLayout metaVariableLayout() {
        return learner.metaVariableLayout();
    }

    @Override
    public void requireMetaVariables(NamedArrays metaVariables, String owner) {
        learner.requireMetaVariables(metaVariables, owner);
    }

    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        return learner.initialMetaVariables(random);
    }

    @Override
    public NamedArrays adopt(LearningAlgorithm other) {
        return learner.adopt(other);
    }

    /** The arrays of the learner within, then those of {@link Conditioning}. */
    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        return ArrayLayout.concatenate(
                List.of(
                        learner.learnedVariableLayout(task, parallel),
                        conditioning.layout(task.input())));
    }

    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        return NamedArrays.concatenate(
                List.of(
                        learner.initialLearnedVariables(task, parallel, random),
                        NamedArrays.zeros(conditioning.layout(task.input()))));
    }

    @Override
    public void requireLearnedVariables(
            NamedArrays learned, TaskShape task, int parallel, String where) {
        ArrayLayout own = conditioning.layout(task.input());
        List<ArrayLayout.Entry> entries = learned.layout().entries();
        int inner = entries.size() - own.entries().size();
        require(
                inner >= 0 && entries.subList(inner, entries.size()).equals(own.entries()),
                "learned variables do not fit %s: expected them to end with %s, got %s",
                where,
                own,
                learned.layout());
        learner.requireLearnedVariables(inner(learned), task, parallel, where);
        conditioning.requireStatistics(learned, where);
    }

    /** The learned variables of the learner within. */
    NamedArrays inner(NamedArrays learned) {
        int own = conditioning.layout(InputShape.vector(1)).entries().size();
        return learned.range(0, learned.layout().entries().size() - own);
    }
}
