package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vsml.cpu.vector.VectorKernels;

/**
 * The products that kernels cut into blocks of rows, against plain sums at every size of a rest.
 */
class TileKernelsTest {

    private static final int MOST_ROWS = 46;
    private static final int MOST_INNER = 7;
    private static final int TILES = 3;

    private final Random random = new Random(5);

    private static List<TileKernels> allKernels() {
        return List.of(
                new PortableKernels().forInputs(20),
                new VectorKernels(false),
                new VectorKernels(true));
    }

    private interface Check {
        void run(TileKernels kernels, int inner, int rows);
    }

    private static void atEverySize(Check check) {
        for (TileKernels kernels : allKernels()) {
            for (int rows = 1; rows <= MOST_ROWS; rows++) {
                for (int inner = 1; inner <= MOST_INNER; inner++) {
                    check.run(kernels, inner, rows);
                }
            }
        }
    }

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void aProductWithOneTileIsThatOfPlainSums() {
        atEverySize(
                (kernels, inner, rows) -> {
                    int width = kernels.width();
                    Matrix weights = new Matrix(gaussian(inner * rows), inner, rows);
                    float[] in = gaussian(inner * width);
                    float[] base = gaussian(rows * width);
                    float[] bias = gaussian(rows);
                    float[] out = new float[rows * width];
                    kernels.multiply(
                            weights,
                            new Slice(in),
                            new Slice(base),
                            new Slice(bias),
                            new Slice(out));
                    checkProduct(weights, in, 0, base, bias, 0, out, 0, width);
                    kernels.multiply(weights, new Slice(in), new Slice(out));
                    checkProduct(weights, in, 0, null, null, 0, out, 0, width);
                });
    }

    @Test
    void aProductWithTwoTilesIsThatOfPlainSums() {
        atEverySize(
                (kernels, inner, rows) -> {
                    int width = kernels.width();
                    Matrix weights = new Matrix(gaussian(inner * rows), inner, rows);
                    int inStep = (inner + 1) * width;
                    float[] in = gaussian(2 * inStep);
                    float[] base = gaussian(rows * width);
                    float[] biases = gaussian(2 * rows);
                    int outStep = (rows + 2) * width;
                    float[] out = new float[2 * outStep];
                    kernels.multiplyPair(
                            weights,
                            new Slice(in, 0, inStep),
                            new Slice(base),
                            new Slice(biases),
                            new Slice(out, 0, outStep));
                    for (int k = 0; k < 2; k++) {
                        checkProduct(
                                weights,
                                in,
                                k * inStep,
                                base,
                                biases,
                                k * rows,
                                out,
                                k * outStep,
                                width);
                    }
                    kernels.multiplyPair(
                            weights,
                            new Slice(in, 0, inStep),
                            null,
                            null,
                            new Slice(out, 0, outStep));
                    for (int k = 0; k < 2; k++) {
                        checkProduct(
                                weights, in, k * inStep, null, null, 0, out, k * outStep, width);
                    }
                });
    }

    private static void checkProduct(
            Matrix weights,
            float[] in,
            int inOffset,
            float[] base,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset,
            int width) {
        for (int r = 0; r < weights.rows(); r++) {
            for (int l = 0; l < width; l++) {
                double sum = base == null ? 0 : base[r * width + l] + bias[biasOffset + r];
                for (int i = 0; i < weights.inner(); i++) {
                    sum +=
                            (double) weights.values()[i * weights.rows() + r]
                                    * in[inOffset + i * width + l];
                }
                assertThat((double) out[outOffset + r * width + l])
                        .as("row %d of %d, %d inner", r, weights.rows(), weights.inner())
                        .isCloseTo(sum, within(1e-5));
            }
        }
    }

    @Test
    void outerProductsAddWhatPlainSumsDo() {
        atEverySize(
                (kernels, inner, rows) -> {
                    int width = kernels.width();
                    int lanes = kernels.accumulatorWidth();
                    float[] left = gaussian(TILES * inner * width);
                    float[] right = gaussian(TILES * rows * width);
                    float[] sums = new float[inner * rows * lanes];
                    kernels.outer(
                            TILES,
                            new Slice(left),
                            new Slice(right),
                            new Matrix(sums, inner, rows));
                    for (int i = 0; i < inner; i++) {
                        for (int r = 0; r < rows; r++) {
                            double expected = 0;
                            for (int j = 0; j < TILES * width; j++) {
                                int a = (j / width * inner + i) * width + j % width;
                                int b = (j / width * rows + r) * width + j % width;
                                expected += (double) left[a] * right[b];
                            }
                            double sum = 0;
                            for (int l = 0; l < lanes; l++) {
                                sum += sums[(i * rows + r) * lanes + l];
                            }
                            assertThat(sum)
                                    .as("%d of %d, %d of %d", i, inner, r, rows)
                                    .isCloseTo(expected, within(1e-4));
                        }
                    }
                });
    }

    @Test
    void tilesAreAddedToBothSums() {
        for (TileKernels kernels : allKernels()) {
            int count = 3 * kernels.width();
            for (int tiles = 1; tiles <= 5; tiles++) {
                float[] values = gaussian(tiles * count);
                float[] first = gaussian(count);
                float[] second = gaussian(count);
                float[] firstBefore = first.clone();
                float[] secondBefore = second.clone();
                kernels.addToBoth(
                        tiles, count, new Slice(values), new Slice(first), new Slice(second));
                for (int l = 0; l < count; l++) {
                    double sum = 0;
                    for (int tile = 0; tile < tiles; tile++) {
                        sum += values[tile * count + l];
                    }
                    assertThat((double) first[l]).isCloseTo(firstBefore[l] + sum, within(1e-5));
                    assertThat((double) second[l]).isCloseTo(secondBefore[l] + sum, within(1e-5));
                }
            }
        }
    }
}
