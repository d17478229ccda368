package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.math.Hashes;

/**
 * Activations of one layer of a network that does not change: a copy of the network is kept. Of
 * several threads one at a time computes.
 */
final class FeatureExtractor {

    private final MultiLayerNetwork network;
    private final ComputationGraph graph;
    private final String layer;
    private final int index;
    private final String sha256;

    private FeatureExtractor(
            MultiLayerNetwork network, ComputationGraph graph, String layer, int index) {
        this.network = network;
        this.graph = graph;
        this.layer = layer;
        this.index = index;
        sha256 = hash(network == null ? graph.params() : network.params());
    }

    static FeatureExtractor of(MultiLayerNetwork network, String layer) {
        require(network != null, "the network must not be null");
        network.init();
        List<String> names = network.getLayerNames();
        int index = names.indexOf(layer);
        require(index >= 0, "the network has no layer \"%s\"; there are %s", layer, names);
        return new FeatureExtractor(network.clone(), null, layer, index);
    }

    static FeatureExtractor of(ComputationGraph graph, String layer) {
        require(graph != null, "the graph must not be null");
        graph.init();
        require(
                graph.getVertex(layer) != null,
                "the graph has no layer or vertex \"%s\"; there are %s",
                layer,
                graph.getConfiguration().getVertices().keySet());
        require(
                graph.getNumInputArrays() == 1,
                "a feature extractor must have one input, the graph has %d",
                graph.getNumInputArrays());
        return new FeatureExtractor(null, graph.clone(), layer, 0);
    }

    String layer() {
        return layer;
    }

    /** SHA-256 of the network's parameters. */
    String sha256() {
        return sha256;
    }

    /** Activations [rows, features] or [rows, channels, height, width]. */
    synchronized INDArray activations(INDArray features, INDArray mask) {
        require(features != null, "features must not be null");
        INDArray result = network == null ? ofGraph(features, mask) : ofNetwork(features, mask);
        require(
                result.rank() != 3,
                "layer \"%s\" gives sequences %s: name a layer behind LastTimeStep or GlobalPoolingLayer, whose"
                        + " activations are [rows, features]",
                layer,
                Arrays.toString(result.shape()));
        return result;
    }

    private INDArray ofNetwork(INDArray features, INDArray mask) {
        if (mask != null) {
            network.setLayerMaskArrays(mask, null);
        }
        try {
            List<INDArray> all = network.feedForwardToLayer(index, features, false);
            return all.get(all.size() - 1);
        } finally {
            network.clearLayerMaskArrays();
            network.clear();
        }
    }

    private INDArray ofGraph(INDArray features, INDArray mask) {
        if (mask != null) {
            graph.setLayerMaskArrays(new INDArray[] {mask}, null);
        }
        try {
            Map<String, INDArray> all = graph.feedForward(new INDArray[] {features}, false);
            return all.get(layer);
        } finally {
            graph.clearLayerMaskArrays();
            graph.clear();
        }
    }

    private static String hash(INDArray parameters) {
        MessageDigest digest = Hashes.sha256();
        if (parameters != null) {
            for (double value : Arrays3d.rowMajor(parameters)) {
                digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(value).flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
