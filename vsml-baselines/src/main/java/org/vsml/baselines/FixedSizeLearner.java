package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.samediff.SameDiffLearner;
import org.vsml.samediff.StepFunction;

/**
 * A learner whose meta variables fit one size of task, unlike VSML's, and the steps that run it in
 * SameDiff. Smaller tasks are padded with zeros, as in the paper (appendix C.2).
 */
interface FixedSizeLearner extends LearnerConfig, StepFunction {

    /** The largest task. */
    TaskShape task();

    /** V_M. */
    Parameters parameters();

    /** V_L, each array with P as its first axis; they start at zero. */
    List<ArrayLayout.Entry> state(int parallel);

    @Override
    default LearnerConfig config() {
        return this;
    }

    @Override
    default Learner learner(Engine engine) {
        return new SameDiffLearner(this, engine.precision());
    }

    @Override
    default ArrayLayout metaVariableLayout() {
        return parameters().layout();
    }

    @Override
    default NamedArrays initialMetaVariables(RandomGenerator random) {
        return parameters().draw(random);
    }

    @Override
    default ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        require(parallel >= 1, "parallel must be >= 1, got %d", parallel);
        require(
                task.inputs() <= task().inputs() && task.classes() <= task().classes(),
                "this learner is made for at most %d inputs and %d classes, got %d and %d",
                task().inputs(),
                task().classes(),
                task.inputs(),
                task.classes());
        return new ArrayLayout(state(parallel));
    }

    @Override
    default NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        return NamedArrays.zeros(learnedVariableLayout(task, parallel));
    }
}
