package org.vsml.cpu;

import org.vsml.core.SubRnn;

/** Layer normalisation over the channels of each lane of a tile of messages. */
final class Normaliser {

    private final int channels;
    private final int width;

    /** Messages on entry of {@link #normalise}, normalised ones on return. */
    final float[] values;

    private final float[] inverse;

    Normaliser(int channels, int width) {
        this.channels = channels;
        this.width = width;
        values = new float[channels * width];
        inverse = new float[width];
    }

    /** (m − mean) / sqrt(variance + ε), without scale and offset. */
    void normalise() {
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

    /** From the adjoint of the normalised values to that of the messages, in place. */
    void adjoint(float[] adjoint) {
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
