package org.vsml.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Between ND4J arrays, wherever they live, and Java ones. */
final class Arrays3d {

    private Arrays3d() {}

    /** The elements in row-major order. */
    @SuppressWarnings("try") // the scope is used by being open
    static double[] rowMajor(INDArray array) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
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
        }
    }

    /** Overwrites an array, which may be a view, with elements in the given order. */
    @SuppressWarnings("try")
    static void assign(INDArray target, double[] values, char order) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray source;
            if (target.dataType() == DataType.FLOAT) {
                float[] single = new float[values.length];
                for (int i = 0; i < single.length; i++) {
                    single[i] = (float) values[i];
                }
                source = Nd4j.createFromArray(single);
            } else {
                source = Nd4j.createFromArray(values);
            }
            target.assign(source.reshape(order, target.shape()));
        }
    }
}
