package org.vsml.cpu;

import org.vsml.core.SubRnn;

/**
 * Messages with layer normalisation: what they are made of, and the way back, for a tile of
 * sub-RNNs and one direction. The scale and the offset are applied later, see {@link
 * MessageWeights}.
 */
final class NormalisedMessages {

    private final TileKernels kernels;
    private final int size;
    private final int channels;
    private final int width;
    private final float[] values;
    private final float[] inverse;
    private final float[] ofHidden;

    NormalisedMessages(TileKernels kernels, int size, int channels, int width) {
        this.kernels = kernels;
        this.size = size;
        this.channels = channels;
        this.width = width;
        values = new float[channels * width];
        inverse = new float[width];
        ofHidden = new float[size * width];
    }

    /**
     * Makes the messages of a tile: (m − mean) / sqrt(variance + ε), m = h·w + b, without scale and
     * offset.
     *
     * @param hidden tile of N rows
     */
    void make(MessageWeights direction, float[] hidden, int offset) {
        kernels.multiply(
                direction.weights,
                size,
                channels,
                hidden,
                offset,
                null,
                0,
                direction.bias,
                0,
                values,
                0,
                width);
        normalise();
    }

    private void normalise() {
        for (int l = 0; l < width; l++) {
            float mean = 0;
            for (int m = 0; m < channels; m++) {
                mean += values[m * width + l];
            }
            mean /= channels;
            float variance = 0;
            for (int m = 0; m < channels; m++) {
                float centred = values[m * width + l] - mean;
                values[m * width + l] = centred;
                variance += centred * centred;
            }
            variance /= channels;
            float factor = (float) (1 / Math.sqrt(variance + SubRnn.LAYER_NORM_EPSILON));
            inverse[l] = factor;
            for (int m = 0; m < channels; m++) {
                values[m * width + l] *= factor;
            }
        }
    }

    /** Adds the normalised values of the lanes that are not masked out. */
    void addTo(float[] sums, int offset, float[] mask) {
        for (int m = 0; m < channels; m++) {
            for (int l = 0; l < width; l++) {
                sums[offset + m * width + l] += values[m * width + l] * mask[l];
            }
        }
    }

    /** From the adjoint of the scaled messages to that of the normalised ones, in place. */
    void scaleAdjoint(
            MessageWeights direction, WeightGradients.Message gradients, float[] adjoint) {
        for (int m = 0; m < channels; m++) {
            double total = 0;
            for (int i = m * width; i < (m + 1) * width; i++) {
                total += (double) values[i] * adjoint[i];
                adjoint[i] *= direction.scale[m];
            }
            gradients.scale[m] += total;
        }
    }

    /**
     * The way back of {@link #make}.
     *
     * @param gradients added to
     * @param adjoint of the normalised messages; overwritten
     * @param hidden what the messages were made of
     * @param hiddenAdjoint tile of N rows, added to
     */
    void adjoint(
            MessageWeights direction,
            WeightGradients.Message gradients,
            float[] adjoint,
            float[] hidden,
            int offset,
            float[] hiddenAdjoint,
            int hiddenAdjointOffset) {
        normaliseAdjoint(adjoint);
        for (int m = 0; m < channels; m++) {
            double total = 0;
            for (int i = m * width; i < (m + 1) * width; i++) {
                total += adjoint[i];
            }
            gradients.bias[m] += total;
        }
        kernels.outer(hidden, offset, size, adjoint, 0, channels, 1, gradients.weights, width);
        kernels.multiply(
                direction.transposed,
                channels,
                size,
                adjoint,
                0,
                null,
                0,
                null,
                0,
                ofHidden,
                0,
                width);
        kernels.add(hiddenAdjoint, hiddenAdjointOffset, ofHidden, 0, size * width);
    }

    private void normaliseAdjoint(float[] adjoint) {
        for (int l = 0; l < width; l++) {
            float mean = 0;
            float product = 0;
            for (int m = 0; m < channels; m++) {
                int i = m * width + l;
                mean += adjoint[i];
                product += adjoint[i] * values[i];
            }
            mean /= channels;
            product /= channels;
            for (int m = 0; m < channels; m++) {
                int i = m * width + l;
                adjoint[i] = inverse[l] * (adjoint[i] - mean - values[i] * product);
            }
        }
    }
}
