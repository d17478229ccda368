package org.vsml.cpu;

import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;

/** An episode of a layer with a memory beside it. */
final class MemoryRun implements Run {

    private final Run layer;
    private final EpisodeMemory memory;
    private final int layerArrays;

    /**
     * @param layer run of the layer, which shows its examples to the memory
     * @param layerArrays arrays of the learned variables that are the layer's; they come first
     */
    MemoryRun(Run layer, EpisodeMemory memory, int layerArrays) {
        this.layer = layer;
        this.memory = memory;
        this.layerArrays = layerArrays;
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
        return ArrayLayout.concatenate(List.of(layer.learnedLayout(), memory.learnedLayout()));
    }

    @Override
    public NamedArrays learnedVariables() {
        return NamedArrays.concatenate(
                List.of(layer.learnedVariables(), memory.learnedVariables()));
    }

    @Override
    public NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient) {
        NamedArrays ofLayer = null;
        NamedArrays ofMemory = null;
        if (learnedGradient != null) {
            int arrays = learnedGradient.layout().entries().size();
            ofLayer = learnedGradient.range(0, layerArrays);
            ofMemory = learnedGradient.range(layerArrays, arrays);
        }
        // The layer overwrites its inputs' gradient example by example.
        double[] inputs = inputGradient == null ? null : new double[inputGradient.length];
        memory.beginBackward(ofMemory, inputs);
        NamedArrays start =
                layer.backward(logitGradient, ofLayer, metaGradient, inputGradient);
        for (int i = 0; inputs != null && i < inputs.length; i++) {
            inputGradient[i] += inputs[i];
        }
        return NamedArrays.concatenate(List.of(start, memory.endBackward(metaGradient)));
    }

    @Override
    public void close() {
        layer.close();
    }
}
