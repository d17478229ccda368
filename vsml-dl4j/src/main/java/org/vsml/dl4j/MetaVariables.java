package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.vsml.core.NamedArrays;

/**
 * V_M of a network's {@link VsmlLayer}, as the rest of this library knows it: what was meta-trained
 * by {@code fit} can be evaluated, saved and used elsewhere, and the other way round. V_M fits
 * networks of any number of features and classes.
 */
public final class MetaVariables {

    private MetaVariables() {}

    /** A copy of V_M. */
    public static NamedArrays of(ComputationGraph graph, String layer) {
        return runtime(graph.getLayer(layer), layer).copyMetaVariables();
    }

    /** A copy of V_M. */
    public static NamedArrays of(MultiLayerNetwork network, int layer) {
        return runtime(network.getLayer(layer), String.valueOf(layer)).copyMetaVariables();
    }

    /**
     * Overwrites V_M.
     *
     * @throws IllegalArgumentException if the arrays are not those of the layer's model
     */
    public static void set(ComputationGraph graph, String layer, NamedArrays metaVariables) {
        runtime(graph.getLayer(layer), layer).setMetaVariables(metaVariables);
    }

    /**
     * Overwrites V_M.
     *
     * @throws IllegalArgumentException if the arrays are not those of the layer's model
     */
    public static void set(MultiLayerNetwork network, int layer, NamedArrays metaVariables) {
        runtime(network.getLayer(layer), String.valueOf(layer)).setMetaVariables(metaVariables);
    }

    private static VsmlLayerRuntime runtime(Layer layer, String name) {
        Layer inner = layer;
        while (inner instanceof BaseWrapperLayer wrapper) {
            inner = wrapper.getUnderlying();
        }
        require(
                inner instanceof VsmlLayerRuntime,
                "layer %s must be a VsmlLayer, got %s",
                name,
                inner);
        return (VsmlLayerRuntime) inner;
    }
}
