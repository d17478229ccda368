package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A {@link VsmlVertex} at work. */
@SuppressWarnings(
        "overrides") // of the base class: its setInputs takes an array where the interface has
// varargs
final class VsmlVertexRuntime extends BaseGraphVertex {

    private static final long serialVersionUID = 1L;

    private transient INDArray labelMask;

    VsmlVertexRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, null, null, type);
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        require(canDoForward(), "%s: both inputs, examples and labels, must be set", this);
        INDArray labels = labels();
        INDArray examples = examples(labels, workspaces);
        long features = examples.size(1);
        long[] shape = {labels.size(0), features + labels.size(1), labels.size(2)};
        INDArray output = workspaces.create(ArrayType.ACTIVATIONS, dataType, shape, 'f');
        output.get(channels(0, features)).assign(examples);
        INDArray shown = output.get(channels(features, shape[1]));
        if (labelMask == null) {
            shown.assign(labels);
        } else {
            require(
                    labelMask.length() == shape[0] * shape[2],
                    "%s: the mask of the labels must be [episodes, T] = [%d, %d], got %s",
                    this,
                    shape[0],
                    shape[2],
                    Arrays.toString(labelMask.shape()));
            Arrays3d.assign(shown, selected(labels), 'c');
        }
        return output;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
        require(canDoBackward(), "%s: inputs and errors must be set", this);
        INDArray labels = labels();
        long classes = labels.size(1);
        long features = epsilon.size(1) - classes;
        INDArray examples =
                workspaces.dup(ArrayType.ACTIVATION_GRAD, epsilon.get(channels(0, features)), 'f');
        InputPreProcessor reshape = reshape(inputs[0]);
        if (reshape != null) {
            examples = reshape.backprop(examples, (int) labels.size(0), workspaces);
        }
        if (!Arrays.equals(examples.shape(), inputs[0].shape())) {
            examples = examples.reshape('f', inputs[0].shape());
        }
        INDArray none =
                workspaces.create(ArrayType.ACTIVATION_GRAD, dataType, inputs[1].shape(), 'f');
        return new Pair<>(
                null,
                new INDArray[] {workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, examples), none});
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] masks, MaskState state, int minibatchSize) {
        labelMask = masks == null ? null : masks[1];
        INDArray mask = masks == null ? null : masks[0];
        if (mask != null && mask.rank() == 4) {
            mask = TimeSeriesUtils.reshapeCnnMaskToTimeSeriesMask(mask, minibatchSize);
        } else if (mask != null && mask.size(0) != minibatchSize) {
            mask = TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, minibatchSize);
        }
        return new Pair<>(mask, state);
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        require(gradients == null, "%s has no parameters", this);
    }

    @Override
    public void clear() {
        super.clear();
        labelMask = null;
    }

    @Override
    public String toString() {
        return "VsmlVertex \"" + vertexName + "\"";
    }

    /** Labels [episodes, classes, T]. */
    private INDArray labels() {
        INDArray labels = inputs[1];
        require(
                labels.rank() == 3 || labels.rank() == 2,
                "%s expects labels [episodes, classes, T], got rank %d, shape %s",
                this,
                labels.rank(),
                Arrays.toString(labels.shape()));
        require(
                labels.length() > 0,
                "%s needs at least one step, got labels %s",
                this,
                Arrays.toString(labels.shape()));
        return labels.rank() == 3 ? labels : labels.reshape(labels.size(0), labels.size(1), 1);
    }

    /**
     * The elements of labels [episodes, classes, T], 0 where the mask is: whatever stands there,
     * NaN too, is not looked at.
     */
    private double[] selected(INDArray labels) {
        double[] values = Arrays3d.rowMajor(labels);
        double[] flags = Arrays3d.rowMajor(labelMask);
        int classes = (int) labels.size(1);
        int steps = (int) labels.size(2);
        for (int i = 0; i < values.length; i++) {
            if (flags[i / (classes * steps) * steps + i % steps] == 0) {
                values[i] = 0;
            }
        }
        return values;
    }

    /** Examples [episodes, features, T]. */
    private INDArray examples(INDArray labels, LayerWorkspaceMgr workspaces) {
        INDArray examples = inputs[0];
        InputPreProcessor reshape = reshape(examples);
        if (reshape != null) {
            require(
                    examples.size(0) == labels.size(0) * labels.size(2),
                    "%s expects an example for each of %d x %d labels (episodes x T), got %s",
                    this,
                    labels.size(0),
                    labels.size(2),
                    Arrays.toString(examples.shape()));
            examples = reshape.preProcess(examples, (int) labels.size(0), workspaces);
        }
        require(
                examples.rank() == 3,
                "%s expects examples [episodes, features, T], got %s",
                this,
                Arrays.toString(examples.shape()));
        require(
                examples.size(0) == labels.size(0) && examples.size(2) == labels.size(2),
                "%s: examples and labels must be of the same episodes and steps, got %s and %s",
                this,
                Arrays.toString(examples.shape()),
                Arrays.toString(labels.shape()));
        return examples;
    }

    /** How activations of single examples become sequences; null if they are already. */
    private static InputPreProcessor reshape(INDArray examples) {
        return switch (examples.rank()) {
            case 2 -> new FeedForwardToRnnPreProcessor();
            case 4 ->
                    new CnnToRnnPreProcessor(examples.size(2), examples.size(3), examples.size(1));
            default -> null;
        };
    }

    private static INDArrayIndex[] channels(long from, long to) {
        return new INDArrayIndex[] {
            NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all()
        };
    }
}
