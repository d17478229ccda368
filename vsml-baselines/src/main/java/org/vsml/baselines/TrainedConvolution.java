package org.vsml.baselines;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.vsml.core.InputShape;
import org.vsml.math.Vectors;

/**
 * A 3×3 convolution of stride 2, padded with zeros by one, with its optimizer: a dense layer that
 * goes over the patches of an image. Images are flat [height, width, channels].
 */
final class TrainedConvolution {

    private static final int KERNEL = 3;
    private static final int STRIDE = 2;

    private final InputShape input;
    private final InputShape output;
    private final TrainedDense filters;
    private final float[] patch;
    private final float[] pixel;
    private final float[][] weightGradients;
    private final float[] biasGradients;

    TrainedConvolution(
            GradientDescent.Optimizer optimizer, double rate, InputShape input, int channels) {
        this.input = input;
        output =
                new InputShape(
                        (input.height() + STRIDE - 1) / STRIDE,
                        (input.width() + STRIDE - 1) / STRIDE,
                        channels);
        patch = new float[KERNEL * KERNEL * input.channels()];
        pixel = new float[channels];
        filters = new TrainedDense(optimizer, rate, patch.length, channels);
        weightGradients = new float[channels][patch.length];
        biasGradients = new float[channels];
    }

    InputShape output() {
        return output;
    }

    void initialise(RandomGenerator random) {
        filters.initialise(random);
    }

    void forward(float[] x, float[] y) {
        int channels = output.channels();
        for (int position = 0; position < y.length / channels; position++) {
            gather(x, position);
            filters.forward(patch, pixel);
            System.arraycopy(pixel, 0, y, position * channels, channels);
        }
    }

    /**
     * A step down the gradient.
     *
     * @param x the input
     * @param error ∂loss/∂output
     * @param inputError receives ∂loss/∂input, by the weights before the step; null if not wanted
     */
    void backwardAndUpdate(float[] x, float[] error, float[] inputError) {
        int channels = output.channels();
        for (float[] row : weightGradients) {
            Arrays.fill(row, 0);
        }
        Arrays.fill(biasGradients, 0);
        if (inputError != null) {
            Arrays.fill(inputError, 0);
        }
        for (int position = 0; position < error.length / channels; position++) {
            gather(x, position);
            System.arraycopy(error, position * channels, pixel, 0, channels);
            for (int o = 0; o < channels; o++) {
                Vectors.addScaled(weightGradients[o], pixel[o], patch);
                biasGradients[o] += pixel[o];
            }
            if (inputError != null) {
                filters.backward(pixel, patch);
                scatter(inputError, position);
            }
        }
        filters.descend(weightGradients, biasGradients);
    }

    private void gather(float[] x, int position) {
        int channels = input.channels();
        for (int tap = 0; tap < KERNEL * KERNEL; tap++) {
            int from = offset(position, tap);
            for (int c = 0; c < channels; c++) {
                patch[tap * channels + c] = from < 0 ? 0 : x[from + c];
            }
        }
    }

    private void scatter(float[] inputError, int position) {
        int channels = input.channels();
        for (int tap = 0; tap < KERNEL * KERNEL; tap++) {
            int to = offset(position, tap);
            for (int c = 0; c < channels && to >= 0; c++) {
                inputError[to + c] += patch[tap * channels + c];
            }
        }
    }

    /** Where in the input a tap of a position reads, or −1 in the padding. */
    private int offset(int position, int tap) {
        int row = position / output.width() * STRIDE + tap / KERNEL - 1;
        int column = position % output.width() * STRIDE + tap % KERNEL - 1;
        boolean inside = row >= 0 && row < input.height() && column >= 0 && column < input.width();
        return inside ? (row * input.width() + column) * input.channels() : -1;
    }
}
