package org.vsml.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vsml.core.ArrayLayout;
import org.vsml.core.LayerShape;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * A model with its meta variables, laid out for one task: which layer runs when and with which
 * weights. Belongs to one run, hence to one thread.
 */
final class Network {

    /**
     * One layer's turn in a step.
     *
     * @param layer from 0 at the input
     * @param reverse whether in the reverse pass
     */
    record Turn(int layer, boolean reverse) {}

    final Vsml model;
    final TaskShape task;
    final List<LayerShape> shapes;
    final Layer[] layers;

    /** Turns before the prediction, from the input upward. */
    final List<Turn> forwardPass = new ArrayList<>();

    /** Turns after the prediction, from the output downward; empty without a backward pass. */
    final List<Turn> reversePass = new ArrayList<>();

    private final Map<String, Weights> weights = new HashMap<>();

    /** The same by turn: forward passes, then reverse passes. */
    private final Weights[][] weightsOfTurns;

    Network(Vsml model, NamedArrays meta, TaskShape task, TileKernels kernels) {
        this.model = model;
        this.task = task;
        shapes = model.architecture().resolve(task);
        layers = new Layer[shapes.size()];
        for (int k = 0; k < layers.length; k++) {
            layers[k] = layer(k, kernels);
            forwardPass.add(new Turn(k, false));
            if (model.dynamics().backwardPass()) {
                reversePass.add(0, new Turn(k, true));
            }
        }
        for (boolean reverse : new boolean[] {false, true}) {
            for (int k = 0; k < layers.length; k++) {
                weights.computeIfAbsent(
                        model.metaVariablePrefix(k, reverse),
                        prefix -> new Weights(meta, prefix, model.subRnn()));
            }
        }
        weightsOfTurns = new Weights[2][layers.length];
        for (int k = 0; k < layers.length; k++) {
            weightsOfTurns[0][k] = weights.get(model.metaVariablePrefix(k, false));
            weightsOfTurns[1][k] = weights.get(model.metaVariablePrefix(k, true));
        }
    }

    private Layer layer(int k, TileKernels kernels) {
        LayerShape shape = shapes.get(k);
        int channels = forwardChannels(k);
        LayerCoordinates coordinates =
                model.subRnn().coordinates()
                        ? LayerCoordinates.of(model.architecture(), task, k)
                        : LayerCoordinates.NONE;
        if (shape instanceof LayerShape.Dense dense) {
            return new TiledDense(dense, channels, coordinates, model, kernels);
        }
        return new TiledConvolution(
                (LayerShape.Convolution) shape, channels, coordinates, model, kernels);
    }

    /** The only layer, of a model that has a memory beside it. */
    TiledDense dense() {
        return (TiledDense) layers[0];
    }

    int depth() {
        return layers.length;
    }

    String prefix(Turn turn) {
        return model.metaVariablePrefix(turn.layer(), turn.reverse());
    }

    Weights weights(Turn turn) {
        return weightsOfTurns[turn.reverse() ? 1 : 0][turn.layer()];
    }

    /** One accumulator for each set of weights, by prefix. */
    Map<String, WeightGradients> newGradients(int accumulatorWidth) {
        Map<String, WeightGradients> result = new HashMap<>();
        weights.keySet()
                .forEach(
                        prefix ->
                                result.put(
                                        prefix,
                                        new WeightGradients(model.subRnn(), accumulatorWidth)));
        return result;
    }

    /** Channels of the forward messages that a layer reads: an input has only its value. */
    int forwardChannels(int layer) {
        return layer == 0 ? 1 : model.subRnn().forwardMessageSize();
    }

    ArrayLayout learnedLayout(int parallel) {
        return model.learnedVariableLayout(task, parallel);
    }

    boolean downIsRead(Turn turn) {
        boolean reverse = model.dynamics().backwardPass();
        return turn.layer() > 0 && turn.reverse() == reverse;
    }

    boolean upIsRead(Turn turn) {
        return !turn.reverse();
    }
}
