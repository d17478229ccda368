package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.LayerShape;

/**
 * How a convolution's messages get from pixels to patches and back. Both ways are products with two
 * small selection matrices, one for rows and one for columns, whose zero rows are the padding:
 * exact at every stride and border, and their gradients are beyond doubt (ND4J's col2im has none).
 */
final class Patches {

    private final StepGraph graph;
    private final SameDiff sd;
    private final LayerShape.Convolution shape;
    private final SDVariable rows;
    private final SDVariable columns;

    /**
     * Null for a dense layer, whose patch is the whole input.
     *
     * @throws IllegalArgumentException if it is a layer of a kind that is not known here
     */
    static Patches of(StepGraph graph, LayerShape shape) {
        if (shape instanceof LayerShape.Convolution convolution) {
            return new Patches(graph, convolution);
        }
        require(
                shape instanceof LayerShape.Dense,
                "SameDiff cannot run a layer of shape %s",
                shape);
        return null;
    }

    private Patches(StepGraph graph, LayerShape.Convolution shape) {
        this.graph = graph;
        this.shape = shape;
        sd = graph.sameDiff();
        rows = graph.constant(selection(shape.height(), shape.outputHeight()));
        columns = graph.constant(selection(shape.width(), shape.outputWidth()));
    }

    /** [kernel · outputs, size]: which input each kernel entry reads at each output position. */
    private INDArray selection(int size, int outputs) {
        INDArray selection = Nd4j.zeros(graph.dataType(), (long) shape.kernel() * outputs, size);
        for (int k = 0; k < shape.kernel(); k++) {
            for (int out = 0; out < outputs; out++) {
                int in = shape.inputIndex(out, k);
                if (in >= 0 && in < size) {
                    selection.putScalar((long) k * outputs + out, in, 1);
                }
            }
        }
        return selection;
    }

    /**
     * Messages [C, batch · height · width · channels] → [C, batch · positions · (kernel row, kernel
     * column, channel)].
     */
    SDVariable unfold(SDVariable messages, int messageChannels) {
        int batch = graph.batchSize();
        int k = shape.kernel();
        SDVariable byRow =
                messages.reshape(
                                messageChannels,
                                batch,
                                shape.height(),
                                shape.width(),
                                shape.inputChannels())
                        .permute(2, 0, 1, 3, 4)
                        .reshape(shape.height(), -1);
        SDVariable byColumn =
                sd.mmul(rows, byRow)
                        .reshape(
                                k,
                                shape.outputHeight(),
                                messageChannels,
                                batch,
                                shape.width(),
                                shape.inputChannels())
                        .permute(4, 0, 1, 2, 3, 5)
                        .reshape(shape.width(), -1);
        return sd.mmul(columns, byColumn)
                .reshape(
                        k,
                        shape.outputWidth(),
                        k,
                        shape.outputHeight(),
                        messageChannels,
                        batch,
                        shape.inputChannels())
                .permute(4, 5, 3, 1, 2, 0, 6)
                .reshape(messageChannels, -1);
    }

    /**
     * The adjoint of {@link #unfold}: what every kernel entry sends to a pixel at every position,
     * added up.
     */
    SDVariable fold(SDVariable messages, int messageChannels) {
        int batch = graph.batchSize();
        int k = shape.kernel();
        SDVariable byColumn =
                messages.reshape(
                                messageChannels,
                                batch,
                                shape.outputHeight(),
                                shape.outputWidth(),
                                k,
                                k,
                                shape.inputChannels())
                        .permute(5, 3, 4, 2, 0, 1, 6)
                        .reshape((long) k * shape.outputWidth(), -1);
        SDVariable byRow =
                sd.mmul(columns, byColumn, true, false, false)
                        .reshape(
                                shape.width(),
                                k,
                                shape.outputHeight(),
                                messageChannels,
                                batch,
                                shape.inputChannels())
                        .permute(1, 2, 0, 3, 4, 5)
                        .reshape((long) k * shape.outputHeight(), -1);
        return sd.mmul(rows, byRow, true, false, false)
                .reshape(
                        shape.height(),
                        shape.width(),
                        messageChannels,
                        batch,
                        shape.inputChannels())
                .permute(2, 3, 0, 1, 4)
                .reshape(messageChannels, -1);
    }
}
