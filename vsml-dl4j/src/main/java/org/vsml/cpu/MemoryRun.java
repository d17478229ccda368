package org.vsml.cpu;

import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.ConditionedEpisode;
import org.vsml.core.NamedArrays;
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

    /**
     * @param conditioned the episode, whose standardised inputs the layer reads
     * @param inputs what the memory reads
     * @param layer run of the layer, which shows its examples to the memory
     */
    MemoryRun(
            VsmlWithMemory model,
            ConditionedEpisode conditioned,
            MemoryInputs inputs,
            Run layer,
            EpisodeMemory memory) {
        this.model = model;
        this.conditioned = conditioned;
        this.inputs = inputs;
        this.layer = layer;
        this.memory = memory;
        task = conditioned.standardised().task();
    }

    @Override
    public void forward() {
        layer.forward();
    }

    @Override
    public float[] logits() {
        return layer.logits();
    }

    @Override
    public ArrayLayout learnedLayout() {
        return ArrayLayout.concatenate(
                List.of(
                        layer.learnedLayout(),
                        model.statisticsLayout(task),
                        memory.learnedLayout()));
    }

    @Override
    public NamedArrays learnedVariables() {
        NamedArrays statistics = NamedArrays.zeros(model.statisticsLayout(task));
        conditioned.end().write(statistics);
        memory.writeDiscriminant(statistics);
        return NamedArrays.concatenate(
                List.of(layer.learnedVariables(), statistics, memory.learnedVariables()));
    }

    @Override
    public NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient) {
        boolean learned = learnedGradient != null;
        memory.beginBackward(learned ? model.ofMemory(learnedGradient, task) : null);
        NamedArrays start =
                layer.backward(
                        logitGradient,
                        learned ? model.ofLayer(learnedGradient, task) : null,
                        metaGradient,
                        inputGradient);
        NamedArrays statistics = NamedArrays.zeros(model.statisticsLayout(task));
        conditioned.backward(inputGradient, learnedGradient, statistics, inputs::adjoint);
        return NamedArrays.concatenate(
                List.of(start, statistics, memory.adjoint().end(metaGradient)));
    }

    @Override
    public void close() {
        layer.close();
    }
}
