package org.vsml.cpu;

import org.vsml.core.Architecture;
import org.vsml.core.Coordinates;
import org.vsml.core.TaskShape;

/** The coordinates of a layer's sub-RNNs: inputs of theirs that never change. */
final class LayerCoordinates {

    /** Where they are not fed. */
    static final LayerCoordinates NONE = new LayerCoordinates(null, null);

    /** [A, 3], or null. */
    final float[] inputs;

    /** [B, 2], or null. */
    final float[] outputs;

    private LayerCoordinates(float[] inputs, float[] outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    static LayerCoordinates of(Architecture architecture, TaskShape task, int layer) {
        return new LayerCoordinates(
                Floats.of(Coordinates.ofInputs(architecture, task, layer)),
                Floats.of(Coordinates.ofOutputs(architecture, task, layer)));
    }

    /** Coordinate i of sub-RNN (a, b), those of a first. */
    float coordinate(int a, int b, int i) {
        return i < Coordinates.OF_INPUT
                ? inputs[a * Coordinates.OF_INPUT + i]
                : outputs[b * Coordinates.OF_OUTPUT + i - Coordinates.OF_INPUT];
    }

    boolean areFed() {
        return inputs != null;
    }
}
