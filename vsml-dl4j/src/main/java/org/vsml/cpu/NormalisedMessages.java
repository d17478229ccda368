package org.vsml.cpu;

import org.vsml.core.SubRnn;

/**
 * Messages with layer normalisation and their adjoint, for a tile of sub-RNNs and one direction.
 * The scale and the offset are applied later, see {@link MessageWeights}.
 */
final class NormalisedMessages {

    private final TileKernels kernels;
    private final int size;
    private final int channels;
    private final int width;
    private final float[] values;
    private final Slice valueTile;
    private final Slice bias;
    private final float[] inverse;
    private final Slice ofHidden;

    NormalisedMessages(TileKernels kernels, int size, int channels) {
        this.kernels = kernels;
        this.size = size;
        this.channels = channels;
        width = kernels.width();
        values = new float[channels * width];
        valueTile = new Slice(values);
        bias = Slice.unset();
        inverse = new float[width];
        ofHidden = Slice.zeros(size * width);
    }

    /**
     * Makes the messages of a tile: (m − mean) / sqrt(variance + ε), m = h·w + b, without scale and
     * offset.
     *
     * @param hidden tile of N rows
     */
    void make(MessageWeights direction, Slice hidden) {
        kernels.multiply(direction.weights, hidden, null, bias.at(direction.bias, 0), valueTile);
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
    void addTo(Slice sums, float[] mask) {
        float[] array = sums.array();
        for (int m = 0; m < channels; m++) {
            int row = sums.offset() + m * width;
            for (int l = 0; l < width; l++) {
                array[row + l] += values[m * width + l] * mask[l];
            }
        }
    }

    /** From the adjoint of the scaled messages to that of the normalised ones, in place. */
    void scaleAdjoint(
            MessageWeights direction, WeightGradients.Message gradients, Slice adjointTile) {
        float[] adjoint = adjointTile.array();
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
     * The adjoint of {@link #make}.
     *
     * @param gradients added to
     * @param adjoint of the normalised messages, a tile at the beginning of its array; overwritten
     * @param hidden that the messages were made of
     * @param hiddenAdjoint tile of N rows, added to
     */
    void adjoint(
            MessageWeights direction,
            WeightGradients.Message gradients,
            Slice adjoint,
            Slice hidden,
            Slice hiddenAdjoint) {
        normaliseAdjoint(adjoint.array());
        for (int m = 0; m < channels; m++) {
            double total = 0;
            for (int i = m * width; i < (m + 1) * width; i++) {
                total += adjoint.array()[i];
            }
            gradients.bias[m] += total;
        }
        kernels.outer(1, hidden, adjoint, gradients.weights);
        kernels.multiply(direction.transposed, adjoint, ofHidden);
        kernels.add(size * width, hiddenAdjoint, ofHidden);
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
