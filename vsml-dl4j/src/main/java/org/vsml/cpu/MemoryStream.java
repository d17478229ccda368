package org.vsml.cpu;

import java.util.List;
import org.vsml.core.Examples;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.OpinionPool;
import org.vsml.core.RunningStatistics;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/** A stream of a layer with a memory beside it. */
final class MemoryStream implements LearnerStream {

    private final VsmlWithMemory model;
    private final TaskShape task;
    private final RunningStatistics statistics;
    private final MemoryInputs inputs;
    private final LearnerStream layer;
    private final EpisodeMemory memory;

    /** Null if there is none. */
    private final OpinionPool pool;

    private final double[] standardised;

    /** The statistics with an example that is only predicted; scratch memory. */
    private final RunningStatistics trial;

    /**
     * @param inputs what the memory reads of the present example
     * @param layer stream of the layer, which shows its examples to the memory
     * @param pool what it says is pooled with the discriminant's opinions there; or null
     */
    MemoryStream(
            VsmlWithMemory model,
            TaskShape task,
            RunningStatistics statistics,
            MemoryInputs inputs,
            LearnerStream layer,
            EpisodeMemory memory,
            OpinionPool pool) {
        this.model = model;
        this.task = task;
        this.statistics = statistics;
        this.inputs = inputs;
        this.layer = layer;
        this.memory = memory;
        this.pool = pool;
        trial = statistics.copy();
        standardised = new double[task.inputs()];
        inputs.setStandardised(standardised);
    }

    @Override
    public double[] predict(double[] input) {
        double[] logits = new double[task.classes()];
        predict(input, logits);
        return logits;
    }

    @Override
    public void predict(double[] input, double[] logits) {
        Examples.requireInput(input, task);
        trial.set(statistics);
        show(trial, input);
        layer.predict(standardised, logits);
        pool(logits);
    }

    private void pool(double[] logits) {
        if (pool != null) {
            pool.predict(memory.lastOpinions(), logits);
            for (int b = 0; b < task.classes(); b++) {
                // As runs of whole episodes keep them.
                logits[b] = (float) logits[b];
            }
        }
    }

    @Override
    public double[] learn(double[] input, int label) {
        double[] logits = new double[task.classes()];
        learn(input, label, logits);
        return logits;
    }

    @Override
    public void learn(double[] input, int label, double[] logits) {
        Examples.requireInput(input, task);
        Examples.requireLabel(label, task);
        show(statistics, input);
        layer.learn(standardised, label, logits);
        pool(logits);
        if (pool != null) {
            pool.learn(label);
        }
    }

    private void show(RunningStatistics with, double[] input) {
        with.observe(input, 0);
        with.transform(input, 0, standardised, 0);
        inputs.set(0, input, 0, with);
    }

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays own = NamedArrays.zeros(model.statisticsLayout(task));
        statistics.write(own);
        memory.writeDiscriminant(own);
        NamedArrays pooled = NamedArrays.zeros(model.poolLayout());
        if (pool != null) {
            pool.write(pooled);
        }
        return NamedArrays.concatenate(
                List.of(layer.learnedVariables(), own, pooled, memory.learnedVariables()));
    }
}
