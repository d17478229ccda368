package org.vsml.cpu;

import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.ConditionedEpisode;
import org.vsml.core.NamedArrays;
import org.vsml.core.OpinionPool;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/** An episode of a layer with a memory beside it. */
final class MemoryRun implements Run {

    private final VsmlWithMemory model;
    private final TaskShape task;
    private final ConditionedEpisode conditioned;
    private final MemoryInputs inputs;
    private final Run layer;
    private final EpisodeMemory memory;

    /** Null if there is none. */
    private final OpinionPool pool;

    private final RolloutOptions options;

    /** What the discriminant has said of each example; null without a pool. */
    private final List<double[]> opinions;

    /** What is predicted at last; null without a pool. */
    private float[] predictions;

    /**
     * @param conditioned the episode, whose standardised inputs the layer reads
     * @param inputs what the memory reads
     * @param layer run of the layer, which shows its examples to the memory
     * @param pool what it says is pooled with the discriminant's opinions there; or null
     */
    MemoryRun(
            VsmlWithMemory model,
            ConditionedEpisode conditioned,
            MemoryInputs inputs,
            Run layer,
            EpisodeMemory memory,
            OpinionPool pool,
            RolloutOptions options) {
        this.model = model;
        this.conditioned = conditioned;
        this.inputs = inputs;
        this.layer = layer;
        this.memory = memory;
        this.pool = pool;
        this.options = options;
        opinions = pool == null ? null : memory.keepOpinions();
        task = conditioned.standardised().task();
    }

    @Override
    public void forward() {
        layer.forward();
        if (pool != null) {
            predictions = layer.logits().clone();
            double[] logits = new double[task.classes()];
            for (int t = 0; t < opinions.size(); t++) {
                for (int b = 0; b < logits.length; b++) {
                    logits[b] = predictions[t * logits.length + b];
                }
                pool.predict(opinions.get(t), logits);
                pool.learn(conditioned.standardised().labels()[t]);
                for (int b = 0; b < logits.length; b++) {
                    predictions[t * logits.length + b] = (float) logits[b];
                }
            }
            opinions.clear();
        }
    }

    @Override
    public float[] logits() {
        return pool == null ? layer.logits() : predictions;
    }

    @Override
    public ArrayLayout learnedLayout() {
        return ArrayLayout.concatenate(
                List.of(
                        layer.learnedLayout(),
                        model.statisticsLayout(task),
                        model.poolLayout(),
                        memory.learnedLayout()));
    }

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays statistics = NamedArrays.zeros(model.statisticsLayout(task));
        conditioned.end().write(statistics);
        memory.writeDiscriminant(statistics);
        NamedArrays pooled = NamedArrays.zeros(model.poolLayout());
        if (pool != null) {
            pool.write(pooled);
        }
        return NamedArrays.concatenate(
                List.of(layer.learnedVariables(), statistics, pooled, memory.learnedVariables()));
    }

    @Override
    public NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient) {
        boolean learned = learnedGradient != null;
        NamedArrays pooled = NamedArrays.zeros(model.poolLayout());
        double[] ofLayersLogits =
                pool == null
                        ? logitGradient
                        : pool.backward(
                                logitGradient, learnedGradient, pooled, options.truncation());
        memory.beginBackward(learned ? model.ofMemory(learnedGradient, task) : null);
        NamedArrays start =
                layer.backward(
                        ofLayersLogits,
                        learned ? model.ofLayer(learnedGradient, task) : null,
                        metaGradient,
                        inputGradient);
        NamedArrays statistics = NamedArrays.zeros(model.statisticsLayout(task));
        conditioned.backward(inputGradient, learnedGradient, statistics, inputs::adjoint);
        return NamedArrays.concatenate(
                List.of(start, statistics, pooled, memory.adjoint().end(metaGradient)));
    }

    @Override
    public void close() {
        layer.close();
    }
}
