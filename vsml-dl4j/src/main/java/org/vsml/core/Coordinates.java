package org.vsml.core;

/**
 * Where the sub-RNNs of a layer are (paper, appendix C), as numbers in [−1, 1] that do not depend
 * on the size of the network: −1 for the first place along an axis, 1 for the last, 0 where there
 * is only one. Sub-RNN (a, b) of layer k is told row, column and channel of a, its output b (of a
 * convolution: output channel), and k.
 */
public final class Coordinates {

    /** Coordinates of a: row, column and channel of the input, or of the kernel entry. */
    public static final int OF_INPUT = 3;

    /** Coordinates of b, and of the layer. */
    public static final int OF_OUTPUT = 2;

    /** All coordinates, those of a first. */
    public static final int COUNT = OF_INPUT + OF_OUTPUT;

    private Coordinates() {}

    /** Row, column and channel of every a of layer {@code layer} (from 0): [A, 3]. */
    public static double[] ofInputs(Architecture architecture, TaskShape task, int layer) {
        InputShape shape =
                architecture
                        .resolve(task)
                        .get(layer)
                        .patch(architecture.inputShapes(task).get(layer));
        double[] result = new double[shape.size() * OF_INPUT];
        for (int a = 0; a < shape.size(); a++) {
            int channel = a % shape.channels();
            int column = a / shape.channels() % shape.width();
            int row = a / shape.channels() / shape.width();
            result[a * OF_INPUT] = coordinate(row, shape.height());
            result[a * OF_INPUT + 1] = coordinate(column, shape.width());
            result[a * OF_INPUT + 2] = coordinate(channel, shape.channels());
        }
        return result;
    }

    /** Output and layer of every b of layer {@code layer} (from 0): [B, 2]. */
    public static double[] ofOutputs(Architecture architecture, TaskShape task, int layer) {
        int outputs = architecture.resolve(task).get(layer).stateOutputs();
        double[] result = new double[outputs * OF_OUTPUT];
        for (int b = 0; b < outputs; b++) {
            result[b * OF_OUTPUT] = coordinate(b, outputs);
            result[b * OF_OUTPUT + 1] = coordinate(layer, architecture.depth());
        }
        return result;
    }

    private static double coordinate(int index, int count) {
        return count == 1 ? 0 : 2.0 * index / (count - 1) - 1;
    }
}
