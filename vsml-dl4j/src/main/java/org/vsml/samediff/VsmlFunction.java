package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * VSML as a function on a SameDiff instance of the user's own: inputs, labels and V_M to logits and
 * V_L, all of them variables that a larger graph can go on with.
 *
 * <pre>{@code
 * Map<String, SDVariable> vM = VsmlFunction.metaVariables(sd, model.initialMetaVariables(random), type);
 * Map<String, SDVariable> vL = VsmlFunction.learnedVariables(sd, starts, type);
 * StepGraph graph = new StepGraph(sd, type, task, starts.size(), 1, vM, vL);
 * SDVariable logits = VsmlFunction.unroll(model, graph, inputs, labels, steps).logits();
 * }</pre>
 *
 * <p>The graph grows with the number of steps. For long episodes {@link SameDiffEngine} runs a
 * window of constant size over them, with the same gradients.
 */
public final class VsmlFunction {

    private VsmlFunction() {}

    /**
     * What comes out of an episode.
     *
     * @param logits [episodes, T, classes], each made before the label of its step was seen
     * @param learnedVariables V_L after the last step, each [episodes, 1, …]
     */
    public record Unrolled(SDVariable logits, Map<String, SDVariable> learnedVariables) {}

    /** Adds V_M to a graph, one trainable variable for each array, of the array's name. */
    public static Map<String, SDVariable> metaVariables(
            SameDiff sameDiff, NamedArrays values, DataType type) {
        Map<String, SDVariable> result = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : values.layout().entries()) {
            INDArray array = array(List.of(values), entry, type, shape(entry));
            result.put(entry.name(), sameDiff.var(entry.name(), array));
        }
        return result;
    }

    /** Adds the V_L that episodes start from to a graph, as constants [episodes, 1, …]. */
    public static Map<String, SDVariable> learnedVariables(
            SameDiff sameDiff, List<NamedArrays> starts, DataType type) {
        require(!starts.isEmpty(), "there must be at least one episode");
        Map<String, SDVariable> result = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : starts.get(0).layout().entries()) {
            long[] one = shape(entry);
            long[] shape = new long[one.length + 1];
            shape[0] = starts.size();
            System.arraycopy(one, 0, shape, 1, one.length);
            INDArray array = array(starts, entry, type, shape);
            result.put(entry.name(), sameDiff.constant(entry.name(), array));
        }
        return result;
    }

    /**
     * Adds the run over an episode to a graph.
     *
     * @param graph the graph, its V_M and starting V_L; one example a step
     * @param inputs [episodes, T, inputs]
     * @param labels [episodes, T, classes], one-hot, all 0 where the label is not known
     * @param steps T
     */
    public static Unrolled unroll(
            Vsml model, StepGraph graph, SDVariable inputs, SDVariable labels, int steps) {
        require(steps >= 1, "steps must be >= 1, got %d", steps);
        require(graph.parallel() == 1, "parallel must be 1, got %d", graph.parallel());
        SameDiff sd = graph.sameDiff();
        TaskShape task = graph.task();
        SDVariable[] inputsOfSteps = sd.unstack(inputs, 1, steps);
        SDVariable[] labelsOfSteps = sd.unstack(labels, 1, steps);
        SDVariable[] logits = new SDVariable[steps];
        StepFunction.Steps run = new VsmlStep(model).begin(graph);
        for (int t = 0; t < steps; t++) {
            SDVariable input = inputsOfSteps[t].reshape(graph.episodes(), task.inputs());
            SDVariable label = labelsOfSteps[t].reshape(graph.episodes(), task.classes());
            logits[t] = run.predict(input);
            SDVariable known = label.sum(true, 1);
            run.learn(sd.nn().softmax(logits[t], 1).mul(known).sub(label), label);
        }
        return new Unrolled(sd.stack(1, logits), run.learnedVariables());
    }

    private static INDArray array(
            List<NamedArrays> values, ArrayLayout.Entry entry, DataType type, long[] shape) {
        double[] all = new double[values.size() * entry.size()];
        for (int i = 0; i < values.size(); i++) {
            double[] one = values.get(i).array(entry.name());
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return Nd4j.createFromArray(all).reshape('c', shape).castTo(type);
    }

    private static long[] shape(ArrayLayout.Entry entry) {
        return entry.shape().stream().mapToLong(Integer::longValue).toArray();
    }
}
