package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;

/** A stream made of runs over one example; engines may have faster ones. */
final class RolloutStream implements LearnerStream {

    private final Learner learner;
    private final NamedArrays metaVariables;
    private final TaskShape task;
    private NamedArrays state;

    RolloutStream(Learner learner, NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        learner.requireLearnedVariables(start, task, 1, "the learner's stream");
        this.learner = learner;
        this.metaVariables = metaVariables;
        this.task = task;
        state = start.copy();
    }

    @Override
    public double[] predict(double[] input) {
        try (Rollout rollout = step(input, Examples.UNLABELLED)) {
            return rollout.logits(0);
        }
    }

    @Override
    public double[] learn(double[] input, int label) {
        try (Rollout rollout = step(input, label)) {
            state = rollout.learnedVariables(0);
            return rollout.logits(0);
        }
    }

    @Override
    public NamedArrays learnedVariables() {
        return state.copy();
    }

    private Rollout step(double[] input, int label) {
        require(
                input.length == task.inputs(),
                "an example of this stream has %d inputs, got %d",
                task.inputs(),
                input.length);
        Examples one = Examples.online(task, input.clone(), new int[] {label});
        return learner.run(metaVariables, List.of(state), List.of(one), RolloutOptions.FORWARD);
    }
}
