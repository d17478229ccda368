package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vsml.core.InputShape;

class TrainedConvolutionTest {

    private static final InputShape INPUT = new InputShape(5, 4, 2);
    private static final int CHANNELS = 3;

    private final Random random = new Random(1);
    private final TrainedConvolution layer =
            new TrainedConvolution(GradientDescent.Optimizer.SGD, 1, INPUT, CHANNELS);

    private float[] draw(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private float[] output(float[] x) {
        float[] y = new float[3 * 2 * CHANNELS];
        layer.forward(x, y);
        return y;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void inputGradientIsThatOfDifferences() {
        layer.initialise(random);
        float[] x = draw(INPUT.size());
        float[] error = draw(18);
        double[] expected = new double[x.length];
        // The output is linear in the input, so one wide difference is exact but for rounding.
        for (int i = 0; i < x.length; i++) {
            float kept = x[i];
            x[i] = kept + 1;
            double more = dot(output(x), error);
            x[i] = kept;
            expected[i] = more - dot(output(x), error);
        }
        float[] gradient = new float[x.length];
        layer.backwardAndUpdate(x, error, gradient);
        for (int i = 0; i < x.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    /**
     * Weights start at 0 here, so that after one step of rate 1 they are the negative gradient: for
     * any other input the output is −Σ over positions p of that and q of the trained input of
     * ⟨patch_p, patch'_q⟩·error_q, less the bias Σ error_q.
     */
    @Test
    void weightGradientIsErrorTimesPatchSummedOverPositions() {
        float[] x = draw(INPUT.size());
        float[] error = draw(18);
        layer.backwardAndUpdate(x, error, null);
        float[] other = draw(INPUT.size());
        float[] y = output(other);
        for (int p = 0; p < 6; p++) {
            for (int o = 0; o < CHANNELS; o++) {
                double expected = 0;
                for (int q = 0; q < 6; q++) {
                    expected -= error[q * CHANNELS + o] * (1 + overlap(other, p, x, q));
                }
                assertThat((double) y[p * CHANNELS + o]).isCloseTo(expected, within(1e-4));
            }
        }
    }

    /** ⟨patch of a at position p, patch of b at position q⟩, zero outside the image. */
    private static double overlap(float[] a, int p, float[] b, int q) {
        double sum = 0;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                for (int c = 0; c < 2; c++) {
                    sum +=
                            value(a, p / 2 * 2 + dy, p % 2 * 2 + dx, c)
                                    * value(b, q / 2 * 2 + dy, q % 2 * 2 + dx, c);
                }
            }
        }
        return sum;
    }

    private static double value(float[] image, int row, int column, int channel) {
        return row < 0 || row >= 5 || column < 0 || column >= 4
                ? 0
                : image[(row * 4 + column) * 2 + channel];
    }
}
