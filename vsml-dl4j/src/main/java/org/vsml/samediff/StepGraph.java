package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.TaskShape;

/**
 * The graph a {@link StepFunction} writes its steps into, and the variables it finds there.
 *
 * @param sameDiff the graph
 * @param dataType FLOAT or DOUBLE, the type of all variables
 * @param task shape of an example, number of classes
 * @param episodes number of independent episodes side by side
 * @param parallel P, examples a step in each episode
 * @param metaVariables V_M by name, in the shapes of the layout; shared by all episodes
 * @param learnedVariables V_L before the first step by name, each [episodes, P, …]
 */
public record StepGraph(
        SameDiff sameDiff,
        DataType dataType,
        TaskShape task,
        int episodes,
        int parallel,
        Map<String, SDVariable> metaVariables,
        Map<String, SDVariable> learnedVariables) {

    public StepGraph {
        require(dataType.isFPType(), "dataType must be a floating point type, got %s", dataType);
        require(episodes >= 1, "episodes must be >= 1, got %d", episodes);
        require(parallel >= 1, "parallel must be >= 1, got %d", parallel);
        metaVariables = Map.copyOf(metaVariables);
        learnedVariables = Map.copyOf(learnedVariables);
    }

    /** Examples that are run side by side: episodes · P. */
    public int batchSize() {
        return episodes * parallel;
    }

    /** The meta variable of this name. */
    public SDVariable metaVariable(String name) {
        SDVariable variable = metaVariables.get(name);
        require(
                variable != null,
                "there is no meta variable %s; there are %s",
                name,
                metaVariables.keySet());
        return variable;
    }

    /** The learned variable of this name before the first step, [episodes, P, …]. */
    public SDVariable learnedVariable(String name) {
        SDVariable variable = learnedVariables.get(name);
        require(
                variable != null,
                "there is no learned variable %s; there are %s",
                name,
                learnedVariables.keySet());
        return variable;
    }

    /** A constant of the graph's data type. */
    public SDVariable constant(INDArray values) {
        return sameDiff.constant(values.castTo(dataType));
    }

    /** A constant filled with one value. */
    public SDVariable filled(double value, long... shape) {
        return sameDiff.constant(org.nd4j.linalg.factory.Nd4j.valueArrayOf(shape, value, dataType));
    }
}
