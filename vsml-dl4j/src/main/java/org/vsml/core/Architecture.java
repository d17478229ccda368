package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The layers of a VSML network below its dense output layer. Input size and class count come from
 * the task, so one architecture, like one V_M, serves every task.
 *
 * @param hidden layers from the input upward; empty for the single dense layer of paper section 4.2
 */
public record Architecture(List<HiddenLayer> hidden) {

    private static final int MAX_LAYERS = 64;

    public Architecture {
        hidden = List.copyOf(hidden);
        require(
                hidden.size() < MAX_LAYERS,
                "at most %d hidden layers, got %d",
                MAX_LAYERS - 1,
                hidden.size());
        for (int k = 1; k < hidden.size(); k++) {
            require(
                    hidden.get(k - 1).readsImages() || !hidden.get(k).readsImages(),
                    "a convolution cannot follow a dense layer, got %s",
                    hidden);
        }
    }

    /**
     * Dense hidden layers of these widths, bottom first, below the output layer; none for a single
     * layer.
     */
    public static Architecture dense(int... widths) {
        return new Architecture(
                Arrays.stream(widths).<HiddenLayer>mapToObj(HiddenLayer.Dense::new).toList());
    }

    /** Number of layers K, the output layer included. */
    public int depth() {
        return hidden.size() + 1;
    }

    /** The shape of what each of the K layers reads, layer by layer. */
    List<InputShape> inputShapes(TaskShape task) {
        List<InputShape> shapes = new ArrayList<>();
        shapes.add(task.input());
        for (LayerShape shape : resolve(task).subList(0, hidden.size())) {
            shapes.add(shape.outputShape());
        }
        return shapes;
    }

    /**
     * The sizes of all K layers for a task, the output layer last.
     *
     * @throws IllegalArgumentException if the network would have more sub-RNNs than can be
     *     addressed
     */
    public List<LayerShape> resolve(TaskShape task) {
        List<LayerShape> shapes = new ArrayList<>();
        InputShape below = task.input();
        for (HiddenLayer layer : hidden) {
            LayerShape shape = layer.resolve(below);
            shapes.add(shape);
            below = shape.outputShape();
        }
        shapes.add(new LayerShape.Dense(below.size(), task.classes()));
        return List.copyOf(shapes);
    }
}
