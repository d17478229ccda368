package org.vsml.dl4j;

import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Between ND4J arrays, in whatever memory they are, and Java ones. */
final class Arrays3d {

    private Arrays3d() {}

    /**
     * Runs something whose arrays must not end up in a workspace of the network, where they would
     * not be valid long enough.
     */
    @SuppressWarnings("try") // the scope is used by being open
    static <T> T outsideWorkspaces(Supplier<T> work) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            return work.get();
        }
    }

    /** The elements in row-major order. */
    static double[] rowMajor(INDArray array) {
        return outsideWorkspaces(
                () -> {
                    INDArray copy = array.dup('c');
                    if (copy.dataType() == DataType.DOUBLE) {
                        return copy.data().asDouble();
                    }
                    float[] single = copy.castTo(DataType.FLOAT).data().asFloat();
                    double[] result = new double[single.length];
                    for (int i = 0; i < result.length; i++) {
                        result[i] = single[i];
                    }
                    return result;
                });
    }

    /** Overwrites an array, which may be a view, with elements in the given order. */
    static void assign(INDArray target, double[] values, char order) {
        outsideWorkspaces(() -> target.assign(like(target, values).reshape(order, target.shape())));
    }

    private static INDArray like(INDArray target, double[] values) {
        if (target.dataType() != DataType.FLOAT) {
            return Nd4j.createFromArray(values);
        }
        float[] single = new float[values.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) values[i];
        }
        return Nd4j.createFromArray(single);
    }
}
