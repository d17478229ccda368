package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.vsml.core.InputShape;

/**
 * One draw of a {@link View}: what becomes of the images of one episode. Not thread-safe: it has
 * working memory.
 */
abstract class ViewMapping {

    private final InputShape shape;

    private ViewMapping(InputShape shape) {
        this.shape = shape;
    }

    /** Shape of the result. */
    InputShape shape() {
        return shape;
    }

    /**
     * Maps one image.
     *
     * @param image [height, width, channels] of the set; not changed
     * @param into receives {@code shape().size()} values from {@code offset} on
     */
    abstract void apply(float[] image, double[] into, int offset);

    /**
     * Checks that a view can be had of images.
     *
     * @throws IllegalArgumentException if it asks for more inputs than there are
     */
    static void requireFits(View view, ImageSet set) {
        if (view instanceof View.Pixels pixels) {
            require(
                    pixels.inputs().max() <= set.shape().size(),
                    "inputs of a pixels view must be at most the %d values of an image of %s, got up to %d",
                    set.shape().size(),
                    set.name(),
                    pixels.inputs().max());
        }
    }

    static ViewMapping of(View view, InputShape images, RandomGenerator random) {
        int size = images.size();
        if (view instanceof View.Full) {
            return new Selection(images, null);
        } else if (view instanceof View.Shuffled) {
            return new Selection(images, Draws.some(Draws.range(size), size, random));
        } else if (view instanceof View.Pixels pixels) {
            int inputs = pixels.inputs().draw(random);
            // Still an image, of one column, if it was one: its inputs are of one kind.
            InputShape shape =
                    images.height() > 1 ? new InputShape(inputs, 1, 1) : InputShape.vector(inputs);
            return new Selection(shape, Draws.some(Draws.range(size), inputs, random));
        } else if (view instanceof View.Projection projection) {
            int inputs = projection.inputs() == null ? size : projection.inputs().draw(random);
            return new Projection(size, inputs, random);
        } else if (view instanceof View.Resized resized) {
            return new Resampling(images, resized.height(), resized.width());
        }
        throw new IllegalStateException("unknown view " + view);
    }

    private static final class Selection extends ViewMapping {
        private final int[] chosen;

        /** All values if {@code chosen} is null. */
        Selection(InputShape shape, int[] chosen) {
            super(shape);
            this.chosen = chosen;
        }

        @Override
        void apply(float[] image, double[] into, int offset) {
            int count = shape().size();
            for (int i = 0; i < count; i++) {
                into[offset + i] = image[chosen == null ? i : chosen[i]];
            }
        }
    }

    private static final class Projection extends ViewMapping {
        private final float[] matrix;
        private final float[] sums;
        private final int inputs;

        Projection(int inputs, int outputs, RandomGenerator random) {
            super(InputShape.vector(outputs));
            require(
                    (long) inputs * outputs <= 1 << 28,
                    "a projection of %d to %d inputs is too large",
                    inputs,
                    outputs);
            this.inputs = inputs;
            matrix = new float[inputs * outputs];
            sums = new float[outputs];
            Draws.fillNormal(matrix, 1 / Math.sqrt(inputs), random);
        }

        @Override
        void apply(float[] image, double[] into, int offset) {
            int outputs = sums.length;
            Arrays.fill(sums, 0);
            int i = 0;
            for (; i + 4 <= inputs; i += 4) {
                addFour(image, i, matrix, i * outputs, sums);
            }
            for (; i < inputs; i++) {
                addScaled(image[i], matrix, i * outputs, sums);
            }
            for (int j = 0; j < outputs; j++) {
                into[offset + j] = sums[j];
            }
        }

        /**
         * The loop that the time goes to: adjacent values, so that it is vectorised; four inputs at
         * once, so that the sums are loaded and stored once for them, and added up in their order.
         */
        private static void addFour(float[] image, int i, float[] matrix, int from, float[] sums) {
            float first = image[i];
            float second = image[i + 1];
            float third = image[i + 2];
            float fourth = image[i + 3];
            int count = sums.length;
            for (int j = 0; j < count; j++) {
                float sum = sums[j] + first * matrix[from + j];
                sum += second * matrix[from + count + j];
                sum += third * matrix[from + 2 * count + j];
                sums[j] = sum + fourth * matrix[from + 3 * count + j];
            }
        }

        private static void addScaled(float factor, float[] matrix, int from, float[] sums) {
            for (int j = 0; j < sums.length; j++) {
                sums[j] += factor * matrix[from + j];
            }
        }
    }

    /**
     * Separable resampling; each output row or column is a weighted mean of a few adjacent input
     * ones.
     */
    private static final class Resampling extends ViewMapping {
        private final InputShape images;
        private final Taps rows;
        private final Taps columns;
        private final double[] narrowed;

        Resampling(InputShape images, int height, int width) {
            super(new InputShape(height, width, images.channels()));
            this.images = images;
            rows = Taps.of(images.height(), height);
            columns = Taps.of(images.width(), width);
            narrowed = new double[images.height() * width * images.channels()];
        }

        @Override
        void apply(float[] image, double[] into, int offset) {
            int channels = images.channels();
            int width = shape().width();
            for (int y = 0; y < images.height(); y++) {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < channels; c++) {
                        double sum = 0;
                        for (int k = 0; k < columns.weights[x].length; k++) {
                            int from = columns.first[x] + k;
                            sum +=
                                    columns.weights[x][k]
                                            * image[(y * images.width() + from) * channels + c];
                        }
                        narrowed[(y * width + x) * channels + c] = sum;
                    }
                }
            }
            int row = width * channels;
            for (int y = 0; y < shape().height(); y++) {
                for (int i = 0; i < row; i++) {
                    double sum = 0;
                    for (int k = 0; k < rows.weights[y].length; k++) {
                        sum += rows.weights[y][k] * narrowed[(rows.first[y] + k) * row + i];
                    }
                    into[offset + y * row + i] = sum;
                }
            }
        }
    }

    /**
     * For each output position along one axis: the first input position it uses, and the weights
     * from there on.
     */
    private record Taps(int[] first, double[][] weights) {

        static Taps of(int from, int to) {
            Taps taps = new Taps(new int[to], new double[to][]);
            double step = (double) from / to;
            for (int i = 0; i < to; i++) {
                if (to < from) {
                    taps.area(i, i * step, (i + 1) * step, from);
                } else {
                    taps.linear(i, (i + 0.5) * step - 0.5, from);
                }
            }
            return taps;
        }

        private void area(int i, double low, double high, int from) {
            int start = (int) Math.floor(low);
            int end = Math.min(from, (int) Math.ceil(high - 1e-9));
            first[i] = start;
            weights[i] = new double[end - start];
            for (int k = 0; k < weights[i].length; k++) {
                double covered = Math.min(high, start + k + 1) - Math.max(low, start + k);
                weights[i][k] = covered / (high - low);
            }
        }

        private void linear(int i, double centre, int from) {
            double inside = Math.min(Math.max(centre, 0), from - 1);
            int start = Math.min((int) inside, Math.max(0, from - 2));
            first[i] = start;
            double second = inside - start;
            weights[i] = from == 1 ? new double[] {1} : new double[] {1 - second, second};
        }
    }
}
