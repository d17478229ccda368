package org.vsml.cpu;

import java.util.Arrays;

/** Small helpers for arrays of floats. */
final class Floats {

    private Floats() {}

    static float[] of(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    /** An array of zeros: the one given if it has that length, else a new one. */
    static float[] zeros(float[] array, int length) {
        if (array == null || array.length != length) {
            return new float[length];
        }
        Arrays.fill(array, 0);
        return array;
    }

    /** An array of zeros: the one given if it has that length, else a new one. */
    static double[] zeros(double[] array, int length) {
        if (array == null || array.length != length) {
            return new double[length];
        }
        Arrays.fill(array, 0);
        return array;
    }

    /** An array to overwrite: the one given if it has that length, else a new one. */
    static float[] room(float[] array, int length) {
        return array == null || array.length != length ? new float[length] : array;
    }

    /** An array to overwrite: the one given if it has that length, else a new one. */
    static double[] room(double[] array, int length) {
        return array == null || array.length != length ? new double[length] : array;
    }

    /** From [rows, columns] to [columns, rows]. */
    static float[] transpose(float[] matrix, int rows, int columns) {
        float[] result = new float[matrix.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * rows + r] = matrix[r * columns + c];
            }
        }
        return result;
    }

    /** Multiplies each row of a tile by what each of its lanes is masked with. */
    static void mask(Slice tile, int count, float[] mask) {
        float[] values = tile.array();
        int offset = tile.offset();
        for (int l = 0; l < count; l++) {
            values[offset + l] *= mask[l % mask.length];
        }
    }

    /** Multiplies the first values of a slice. */
    static void scale(Slice slice, int count, float factor) {
        float[] values = slice.array();
        for (int i = slice.offset(); i < slice.offset() + count; i++) {
            values[i] *= factor;
        }
    }

    /** Adds each row of a tile up over its lanes: sums[r] = Σ tile[r]. */
    static void sumLanes(Slice tile, int rows, int width, float[] sums, int to) {
        float[] values = tile.array();
        for (int r = 0; r < rows; r++) {
            float sum = 0;
            int row = tile.offset() + r * width;
            for (int l = 0; l < width; l++) {
                sum += values[row + l];
            }
            sums[to + r] = sum;
        }
    }

    /** Replaces a stretch of each array by the average over the arrays. */
    static void average(float[][] arrays, int offset, int count) {
        float share = 1f / arrays.length;
        for (int i = offset; i < offset + count; i++) {
            float total = 0;
            for (float[] array : arrays) {
                total += array[i];
            }
            for (float[] array : arrays) {
                array[i] = total * share;
            }
        }
    }

    /** Adds accumulators of so many lanes up to sums, and clears them. */
    static void flush(float[] accumulators, int lanes, double[] sums) {
        for (int i = 0; i < accumulators.length / lanes; i++) {
            double sum = 0;
            for (int l = i * lanes; l < (i + 1) * lanes; l++) {
                sum += accumulators[l];
            }
            sums[i] += sum;
        }
        Arrays.fill(accumulators, 0);
    }
}
