package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.RunningStatistics;

/** What a memory reads of the examples of an episode, and the gradient of that. */
final class MemoryInputs {

    /** Inputs of an example. */
    final int size;

    /** [T, inputs], measured from the first example of the stream. */
    final float[] relative;

    /** [T, inputs], 1 / scale_a² with what had been seen up to each example. */
    final float[] scales;

    /** x̂ [T, inputs]. */
    private double[] standardised;

    /** Gradients of relative inputs and scales, [T, inputs]; null if they are not asked for. */
    final double[] ofRelative;

    final double[] ofScales;

    MemoryInputs(int length, int size, boolean gradient) {
        this.size = size;
        relative = new float[length * size];
        scales = new float[length * size];
        ofRelative = gradient ? new double[length * size] : null;
        ofScales = gradient ? new double[length * size] : null;
    }

    /** Sets x̂ of all examples, which is read, not copied. */
    void setStandardised(double[] values) {
        standardised = values;
    }

    /** Whether x̂ of an example is this. */
    boolean isStandardised(int example, double[] values) {
        return Arrays.equals(
                standardised, example * size, (example + 1) * size, values, 0, values.length);
    }

    /** Copies x̂ of an example. */
    void standardised(int example, double[] to) {
        System.arraycopy(standardised, example * size, to, 0, size);
    }

    /**
     * Sets an example.
     *
     * @param inputs where it begins at {@code offset}
     * @param statistics with the example taken in
     */
    void set(int example, double[] inputs, int offset, RunningStatistics statistics) {
        for (int a = 0; a < size; a++) {
            int i = example * size + a;
            relative[i] = (float) statistics.relative(inputs[offset + a], a);
            scales[i] = (float) statistics.inverseSquaredScale(a);
        }
    }

    /**
     * The way back of {@link #set}.
     *
     * @param ofInputs gradient of the episode's inputs as they came, added to
     */
    void adjoint(
            int example,
            RunningStatistics statistics,
            RunningStatistics.Adjoint adjoint,
            double[] ofInputs) {
        for (int a = 0; a < size; a++) {
            int i = example * size + a;
            ofInputs[i] += ofRelative[i];
            adjoint.relative(statistics, a, ofRelative[i]);
            adjoint.inverseSquaredScale(statistics, a, ofScales[i]);
        }
    }
}
