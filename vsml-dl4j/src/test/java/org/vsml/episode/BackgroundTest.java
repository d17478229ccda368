package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vsml.core.TaskShape;

class BackgroundTest {

    private static final int EXAMPLES = 500;
    private static final int SIZE = 40;

    private static double[] standardNormal() {
        float[] values = new float[EXAMPLES * SIZE];
        Draws.fillNormal(values, 1, Seeds.generator(1));
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    private static Sampler.Draw drawn(double[] inputs) {
        return new Sampler.Draw(TaskShape.of(SIZE, 2), inputs, new int[EXAMPLES], "normal");
    }

    private static double[] column(double[] inputs, int column) {
        double[] result = new double[inputs.length / SIZE];
        Arrays.setAll(result, i -> inputs[i * SIZE + column]);
        return result;
    }

    /** The value of each input that is the same in all examples. */
    private static double[] constants(double[] inputs) {
        return IntStream.range(0, SIZE)
                .mapToObj(i -> Arrays.stream(column(inputs, i)).distinct().toArray())
                .filter(values -> values.length == 1)
                .mapToDouble(values -> values[0])
                .toArray();
    }

    @Test
    void aShareOfTheInputsIsOneAndTheSameValueInAllExamples() {
        double[] inputs = standardNormal();
        new Background(DoubleRange.of(0.25), null).apply(drawn(inputs), Seeds.generator(2));
        double[] constants = constants(inputs);
        assertThat(constants).hasSize(10);
        assertThat(Arrays.stream(constants).distinct().count()).isEqualTo(1);
    }

    @Test
    void meanAndVarianceStay() {
        double[] inputs = standardNormal();
        new Background(DoubleRange.of(0.6), DoubleRange.of(-0.7))
                .apply(drawn(inputs), Seeds.generator(3));
        double mean = Arrays.stream(inputs).average().orElseThrow();
        double squares = Arrays.stream(inputs).map(x -> x * x).average().orElseThrow();
        // 8,000 normal inputs are left: the standard error of their mean is 0.011, times 0.4 and
        // the factor 1.4 that restores the variance.
        assertThat(mean).isCloseTo(0, within(0.03));
        assertThat(squares - mean * mean).isCloseTo(1, within(0.05));
    }

    @Test
    void theOtherInputsKeepTheirOrder() {
        double[] before = standardNormal();
        double[] after = before.clone();
        new Background(DoubleRange.of(0.5), null).apply(drawn(after), Seeds.generator(4));
        for (int i = 0; i < SIZE; i++) {
            double[] seen = column(after, i);
            if (seen[0] == seen[1]) {
                continue;
            }
            double[] had = column(before, i);
            double slope = (seen[1] - seen[0]) / (had[1] - had[0]);
            assertThat(slope).isGreaterThan(1);
            for (int t = 2; t < EXAMPLES; t++) {
                assertThat(seen[t] - seen[0]).isCloseTo(slope * (had[t] - had[0]), within(1e-9));
            }
        }
    }

    @Test
    void noShareChangesNothing() {
        double[] inputs = standardNormal();
        new Background(DoubleRange.of(0), null).apply(drawn(inputs), Seeds.generator(5));
        assertThat(inputs).containsExactly(standardNormal(), within(1e-12));
    }

    @Test
    void episodesHaveTheAugmentationsOfTheirComponentInOrder() {
        EpisodeDistribution.Component component =
                new EpisodeDistribution.Component(
                        null,
                        TaskDistribution.Images.of(
                                new View.Pixels(IntRange.of(SIZE)), "fashion_mnist"),
                        IntRange.of(30),
                        null,
                        null,
                        List.of(
                                new Background(DoubleRange.of(0.5), null),
                                new Affine(DoubleRange.of(1), DoubleRange.of(50), false)));
        double[] inputs =
                EpisodeDistribution.of(component)
                        .source(DataSets.embedded())
                        .sample(6)
                        .examples()
                        .inputs();
        assertThat(constants(inputs)).hasSizeGreaterThanOrEqualTo(20);
        assertThat(inputs[0]).isBetween(40.0, 60.0);
    }

    @Test
    void impossibleSharesAreRefusedByField() {
        assertThatThrownBy(() -> new Background(DoubleRange.of(0, 1), null))
                .hasMessageContainingAll("share", "[0.0, 0.95]", "1.0");
        assertThatThrownBy(() -> new Background(null, null)).hasMessageContaining("share");
        assertThatThrownBy(() -> new Background(DoubleRange.of(0.5), DoubleRange.of(-1000, 0)))
                .hasMessageContainingAll("value", "-1000");
    }
}
