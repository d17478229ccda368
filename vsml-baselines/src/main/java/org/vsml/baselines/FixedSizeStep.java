package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.samediff.StepFunction;

/**
 * The step of a learner whose meta variables fit one size of task, unlike VSML's. Smaller tasks are
 * padded with zeros, as in the paper (appendix C.2).
 */
abstract class FixedSizeStep implements StepFunction {

    private final TaskShape size;
    private final Parameters parameters;

    /**
     * @param size the largest task
     * @param parameters V_M
     */
    FixedSizeStep(TaskShape size, Parameters parameters) {
        this.size = size;
        this.parameters = parameters;
    }

    /** Learned variables, each with P as its first axis; they start at zero. */
    abstract List<ArrayLayout.Entry> state(int parallel);

    @Override
    public final ArrayLayout metaVariableLayout() {
        return parameters.layout();
    }

    @Override
    public final NamedArrays initialMetaVariables(RandomGenerator random) {
        return parameters.draw(random);
    }

    @Override
    public final ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        require(parallel >= 1, "parallel must be >= 1, got %d", parallel);
        require(
                task.inputs() <= size.inputs() && task.classes() <= size.classes(),
                "this learner is made for at most %d inputs and %d classes, got %d and %d",
                size.inputs(),
                size.classes(),
                task.inputs(),
                task.classes());
        return new ArrayLayout(state(parallel));
    }

    @Override
    public final NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        return NamedArrays.zeros(learnedVariableLayout(task, parallel));
    }
}
