package org.vsml.cpu;

/**
 * A matrix that tiles are multiplied by, or the accumulators of its gradient.
 *
 * @param values [inner, rows]; of accumulators [inner, rows, {@link TileKernels#accumulatorWidth}]
 * @param inner rows of the tile that is multiplied
 * @param rows rows of the product
 */
public record Matrix(float[] values, int inner, int rows) {

    /** The part that tiles of so many rows are multiplied by; shares the values. */
    Matrix first(int count) {
        return new Matrix(values, count, rows);
    }

    Matrix transposed() {
        return new Matrix(Floats.transpose(values, inner, rows), rows, inner);
    }
}
