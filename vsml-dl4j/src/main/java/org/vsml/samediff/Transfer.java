package org.vsml.samediff;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between Java arrays of doubles and ND4J arrays of either precision. */
final class Transfer {

    private Transfer() {}

    /** Overwrites {@code target}, whatever its shape, with as many values. */
    static void write(double[] values, INDArray target) {
        try (INDArray source = Nd4j.createFromArray(values)) {
            target.assign(source.reshape(target.shape()));
        }
    }

    /** All values, row-major. */
    static double[] read(INDArray source) {
        return source.isView() ? source.dup('c').data().asDouble() : source.data().asDouble();
    }
}
