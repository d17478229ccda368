package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.InputShape;

/**
 * The two inputs of a VSML network, examples and labels, made into one: put it before a {@link
 * VsmlLayer}, or let {@link #addTo} do both.
 *
 * <ul>
 *   <li>examples: [episodes, features, T]; or activations of a feature extractor that works example
 *       by example, [episodes · T, features] or [episodes · T, channels, height, width]. Of input
 *       types {@code InputType.convolutional} and {@code convolutionalFlat} a VsmlLayer with
 *       convolutions takes the images' shape
 *   <li>labels: [episodes, classes, T], one-hot, all 0 where the label is not known
 *   <li>output: [episodes, features + classes, T]
 * </ul>
 *
 * <p>The mask of the examples says which steps exist; that of the labels says which labels are
 * shown, the others count as not known. With T = 1 both inputs may leave the time axis out.
 *
 * <p>The parameters are in the layer behind it, because in Deeplearning4j 1.0.0-M2.1 only layers
 * count as having any.
 */
public final class VsmlVertex extends GraphVertex {

    private static final long serialVersionUID = 1L;

    /** A vertex; it has no settings. */
    public VsmlVertex() {}

    /**
     * Adds a VSML network with two inputs to a graph: a vertex {@code name + "-episodes"} that
     * joins them, and the layer.
     *
     * @param name name of the layer, for what is to follow it
     * @param examples the input, layer or vertex that gives the examples
     * @param labels the input that gives the labels
     */
    public static ComputationGraphConfiguration.GraphBuilder addTo(
            ComputationGraphConfiguration.GraphBuilder graph,
            String name,
            VsmlLayer layer,
            String examples,
            String labels) {
        String joined = name + "-episodes";
        return graph.addVertex(joined, new VsmlVertex(), examples, labels)
                .addLayer(name, layer, joined);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        require(
                inputs.length == 2,
                "a VsmlVertex has two inputs, examples and labels, got %d",
                inputs.length);
        require(
                inputs[1] instanceof InputType.InputTypeRecurrent
                        || inputs[1] instanceof InputType.InputTypeFeedForward,
                "the second input of a VsmlVertex are labels [episodes, classes, T], InputType.recurrent(classes), got %s",
                inputs[1]);
        long features = size(inputs[0], "examples");
        long classes = size(inputs[1], "labels");
        if (features <= 0 || classes <= 0) {
            return InputType.recurrent(-1, RNNFormat.NCW);
        }
        long steps = -1;
        for (InputType input : inputs) {
            if (input instanceof InputType.InputTypeRecurrent recurrent && steps <= 0) {
                steps = recurrent.getTimeSeriesLength();
            }
        }
        InputShape images = images(inputs[0]);
        return images == null
                ? InputType.recurrent(features + classes, steps, RNNFormat.NCW)
                : new ImageEpisodes(features + classes, steps, images);
    }

    /** The shape of images; null where examples are none. */
    private static InputShape images(InputType type) {
        if (type instanceof InputType.InputTypeConvolutional images) {
            return new InputShape(
                    (int) images.getHeight(), (int) images.getWidth(), (int) images.getChannels());
        }
        if (type instanceof InputType.InputTypeConvolutionalFlat images) {
            return new InputShape(
                    (int) images.getHeight(), (int) images.getWidth(), (int) images.getDepth());
        }
        return null;
    }

    private static long size(InputType type, String what) {
        if (type instanceof InputType.InputTypeRecurrent recurrent) {
            require(
                    recurrent.getFormat() != RNNFormat.NWC,
                    "a VsmlVertex reads NCW %s [episodes, size, T], got the format NWC: permute(0, 2, 1) the data and use"
                            + " RNNFormat.NCW",
                    what);
            return recurrent.getSize();
        }
        if (type instanceof InputType.InputTypeFeedForward flat) {
            return flat.getSize();
        }
        if (type instanceof InputType.InputTypeConvolutionalFlat flat) {
            return flat.getFlattenedSize();
        }
        require(
                type instanceof InputType.InputTypeConvolutional,
                "a VsmlVertex reads recurrent, feed-forward or convolutional %s, got %s",
                what,
                type);
        InputType.InputTypeConvolutional images = (InputType.InputTypeConvolutional) type;
        require(
                images.getFormat() != CNN2DFormat.NHWC,
                "a VsmlVertex reads NCHW images [episodes * T, channels, height, width], got the format NHWC: build the"
                        + " feature extractor with CNN2DFormat.NCHW");
        return images.getChannels() * images.getHeight() * images.getWidth();
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray parameters,
            boolean initialise,
            DataType type) {
        return new VsmlVertexRuntime(graph, name, index, type);
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        InputType output = getOutputType(-1, inputs);
        long size = Math.abs(output.arrayElementsPerExample());
        return new LayerMemoryReport.Builder(null, VsmlVertex.class, inputs[0], output)
                .standardMemory(0, 0)
                .workingMemory(0, size, 0, 2 * size)
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    @Override
    public VsmlVertex clone() {
        return new VsmlVertex();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsmlVertex;
    }

    @Override
    public int hashCode() {
        return VsmlVertex.class.hashCode();
    }

    @Override
    public String toString() {
        return "VsmlVertex()";
    }
}
