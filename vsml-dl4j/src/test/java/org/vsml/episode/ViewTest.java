package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.vsml.core.InputShape;

class ViewTest {

    private static final InputShape SHAPE = new InputShape(4, 6, 1);

    private static float[] ramp(int size) {
        float[] image = new float[size];
        for (int i = 0; i < size; i++) {
            image[i] = i;
        }
        return image;
    }

    private static double[] see(View view, InputShape shape, float[] image, long seed) {
        ViewMapping mapping = ViewMapping.of(view, shape, Seeds.generator(seed));
        double[] result = new double[mapping.shape().size()];
        mapping.apply(image, result, 0);
        return result;
    }

    @Test
    void theFullViewIsTheImage() {
        double[] seen = see(new View.Full(), SHAPE, ramp(24), 1);
        assertThat(seen).hasSize(24).isSorted();
    }

    @Test
    void shuffledHoldsEveryPixelOnceInAnOrderOfTheSeed() {
        double[] first = see(new View.Shuffled(), SHAPE, ramp(24), 1);
        double[] second = see(new View.Shuffled(), SHAPE, ramp(24), 2);
        assertThat(first).isNotEqualTo(second);
        assertThat(see(new View.Shuffled(), SHAPE, ramp(24), 1)).isEqualTo(first);
        Arrays.sort(first);
        assertThat(first).isEqualTo(see(new View.Full(), SHAPE, ramp(24), 1));
    }

    @Test
    void pixelsAreADifferentSubsetForEachSeedAndTheSameForEachImage() {
        View view = new View.Pixels(IntRange.of(5));
        ViewMapping mapping = ViewMapping.of(view, SHAPE, Seeds.generator(3));
        double[] two = new double[10];
        mapping.apply(ramp(24), two, 0);
        mapping.apply(ramp(24), two, 5);
        assertThat(Arrays.copyOf(two, 5)).isEqualTo(Arrays.copyOfRange(two, 5, 10));
        assertThat(Arrays.stream(two, 0, 5).distinct().count()).isEqualTo(5);
        assertThat(see(view, SHAPE, ramp(24), 4)).isNotEqualTo(Arrays.copyOf(two, 5));
    }

    @Test
    void morePixelsThanThereAreAreRefused() {
        ImageSet set = DataSets.embedded().load("mnist", Split.TRAIN);
        assertThatThrownBy(
                        () -> ViewMapping.requireFits(new View.Pixels(IntRange.of(10, 785)), set))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("784", "mnist", "785");
    }

    @Test
    void aProjectionIsLinearAndKeepsTheVarianceOnAverage() {
        int size = 400;
        InputShape shape = InputShape.vector(size);
        View view = new View.Projection(IntRange.of(300));
        float[] x = new float[size];
        Draws.fillNormal(x, 1, Seeds.generator(5));
        float[] twice = new float[size];
        for (int i = 0; i < size; i++) {
            twice[i] = 2 * x[i];
        }
        double[] y = see(view, shape, x, 6);
        double[] doubled = see(view, shape, twice, 6);
        double squares = 0;
        for (int i = 0; i < y.length; i++) {
            assertThat(doubled[i]).isCloseTo(2 * y[i], within(1e-4));
            squares += y[i] * y[i];
        }
        double expected = 0;
        for (float value : x) {
            expected += value * value;
        }
        // A sum of 300 squares of normals: its relative standard deviation is sqrt(2/300) = 0.08.
        assertThat(squares / y.length)
                .isCloseTo(expected / size, within(4 * 0.08 * expected / size));
    }

    @Test
    void shrinkingAveragesAreas() {
        double[] seen = see(new View.Resized(2, 3), SHAPE, ramp(24), 1);
        // The mean of pixels (0, 0), (0, 1), (1, 0), (1, 1) of rows of six is 3.5.
        assertThat(seen)
                .containsExactly(new double[] {3.5, 5.5, 7.5, 15.5, 17.5, 19.5}, within(1e-6));
    }

    @Test
    void shrinkingByAFractionKeepsTheMean() {
        float[] image = ramp(24);
        double[] seen = see(new View.Resized(3, 5), SHAPE, image, 1);
        assertThat(Arrays.stream(seen).average().orElseThrow()).isCloseTo(11.5, within(1e-6));
    }

    @Test
    void growingInterpolatesBetweenPixelsAndStaysInTheirRange() {
        double[] seen = see(new View.Resized(1, 4), new InputShape(1, 2, 1), new float[] {0, 1}, 1);
        assertThat(seen).containsExactly(new double[] {0, 0.25, 0.75, 1}, within(1e-6));
    }

    @Test
    void coloursStayApart() {
        double[] seen =
                see(
                        new View.Resized(1, 1),
                        new InputShape(1, 2, 3),
                        new float[] {0, 10, 20, 2, 12, 22},
                        1);
        assertThat(seen).containsExactly(new double[] {1, 11, 21}, within(1e-6));
    }

    @Test
    void impossibleSizesAreRefusedByField() {
        assertThatThrownBy(() -> new View.Resized(0, 4)).hasMessageContainingAll("height", "got 0");
        assertThatThrownBy(() -> new View.Resized(4, 5000))
                .hasMessageContainingAll("width", "got 5000");
        assertThatThrownBy(() -> new View.Pixels(null)).hasMessageContaining("inputs");
        assertThatThrownBy(() -> IntRange.of(5, 4)).hasMessageContainingAll("max", "got 4");
        assertThatThrownBy(() -> IntRange.of(0)).hasMessageContainingAll("min", "got 0");
    }
}
