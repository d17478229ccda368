package org.vsml.samediff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.ArrayLayout;
import org.vsml.core.ConditionedEpisode;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.core.RunningStatistics;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * An episode of a layer with a memory: a {@link MemoryGraphRun} and the statistics of its inputs.
 */
final class MemoryEpisode {

    private final Examples examples;
    private final RolloutOptions options;
    private final List<MemoryGraphRun.Inputs> inputs = new ArrayList<>();
    private final ConditionedEpisode conditioned;
    private final MemoryGraphRun run;
    private final double[] logits;

    /**
     * @param memoryBudget bytes the recording may take
     */
    MemoryEpisode(
            VsmlWithMemory model,
            MemoryGraph graph,
            Map<String, INDArray> metaVariables,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            long memoryBudget) {
        this.examples = examples;
        this.options = options;
        TaskShape task = examples.task();
        conditioned =
                ConditionedEpisode.of(
                        model.conditioning(),
                        start,
                        examples,
                        options,
                        (example, statistics) ->
                                inputs.add(
                                        MemoryGraphRun.Inputs.of(
                                                examples.inputs(),
                                                example * task.inputs(),
                                                statistics)));
        long all =
                (long) examples.length()
                        * model.layer().learnedVariableLayout(task, 1).size()
                        * Double.BYTES;
        int stride = all <= memoryBudget ? 1 : (int) Math.ceil(Math.sqrt(examples.length()));
        run =
                new MemoryGraphRun(
                        model, task, graph, metaVariables, start, options.record() ? stride : 0);
        logits = new double[examples.length() * task.classes()];
    }

    void forward() {
        for (int t = 0; t < examples.length(); t++) {
            double[] y = run.learn(inputs.get(t), examples.labels()[t]);
            System.arraycopy(y, 0, logits, t * y.length, y.length);
        }
    }

    double[] logits() {
        return logits;
    }

    NamedArrays learnedVariables() {
        return run.learnedVariables(conditioned.end());
    }

    ArrayLayout learnedLayout() {
        return run.learnedLayout();
    }

    /**
     * The way back.
     *
     * @param metaGradient added to
     * @param inputGradient overwritten; null if not wanted
     * @return gradient of the starting learned variables
     */
    NamedArrays backward(
            double[] ofLogits,
            NamedArrays ofEnd,
            ArrayLayout metaLayout,
            double[] metaGradient,
            double[] inputGradient) {
        int count = examples.task().inputs();
        List<MemoryGraphRun.Inputs> ofInputs = new ArrayList<>();
        for (int t = 0; t < examples.length() && inputGradient != null; t++) {
            ofInputs.add(
                    new MemoryGraphRun.Inputs(
                            new double[count], new double[count], new double[count]));
        }
        NamedArrays ofStart =
                Detached.call(
                        () ->
                                new MemoryAdjoint(run)
                                        .backward(
                                                ofLogits,
                                                ofEnd,
                                                options.truncation(),
                                                metaLayout,
                                                metaGradient,
                                                ofInputs));
        for (int t = 0; t < ofInputs.size(); t++) {
            System.arraycopy(ofInputs.get(t).standardised(), 0, inputGradient, t * count, count);
        }
        conditioned.backward(
                inputGradient,
                ofEnd,
                ofStart,
                (example, statistics, adjoint, of) ->
                        observed(ofInputs.get(example), example, statistics, adjoint, of));
        return ofStart;
    }

    /** Back through what the memory reads of an example. */
    private static void observed(
            MemoryGraphRun.Inputs gradient,
            int example,
            RunningStatistics statistics,
            RunningStatistics.Adjoint adjoint,
            double[] ofInputs) {
        for (int a = 0; a < gradient.relative().length; a++) {
            double ofRelative = gradient.relative()[a];
            ofInputs[example * gradient.relative().length + a] += ofRelative;
            adjoint.relative(statistics, a, ofRelative);
            adjoint.inverseSquaredScale(statistics, a, gradient.scales()[a]);
        }
    }
}
