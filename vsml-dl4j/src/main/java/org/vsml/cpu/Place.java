package org.vsml.cpu;

import org.vsml.core.Architecture;
import org.vsml.core.Coordinates;
import org.vsml.core.TaskShape;

/** The coordinates of a layer's sub-RNNs: channels beside those of messages that never change. */
final class Place {

    /** Where they are not fed. */
    static final Place UNKNOWN = new Place(null, null);

    /** [A, 3], or null. */
    final float[] inputs;

    /** [B, 2], or null. */
    final float[] outputs;

    private Place(float[] inputs, float[] outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    static Place of(Architecture architecture, TaskShape task, int layer) {
        return new Place(
                Floats.of(Coordinates.ofInputs(architecture, task, layer)),
                Floats.of(Coordinates.ofOutputs(architecture, task, layer)));
    }

    /** Coordinate i of sub-RNN (a, b), those of a first. */
    float coordinate(int a, int b, int i) {
        return i < Coordinates.OF_INPUT
                ? inputs[a * Coordinates.OF_INPUT + i]
                : outputs[b * Coordinates.OF_OUTPUT + i - Coordinates.OF_INPUT];
    }

    boolean isKnown() {
        return inputs != null;
    }
}
