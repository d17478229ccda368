package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Drift.Course;
import org.vsml.episode.Drift.Kind;

class AugmentationTest {

    private static final int EXAMPLES = 400;
    private static final int SIZE = 5;
    private static final int CLASSES = 4;

    /** Normal inputs; labels 0, 1, 2, 3, 0, 1, … */
    private static Sampler.Draw drawn() {
        double[] inputs = Draws.normal(EXAMPLES * SIZE, Seeds.generator(1));
        int[] labels = IntStream.range(0, EXAMPLES).map(i -> i % CLASSES).toArray();
        return new Sampler.Draw(TaskShape.of(SIZE, CLASSES), inputs, labels, "normal");
    }

    private static Sampler.Draw changed(Augmentation augmentation, long seed) {
        Sampler.Draw draw = drawn();
        augmentation.apply(draw, Seeds.generator(seed));
        return draw;
    }

    private static Drift drift(Kind kind, Course course, int changes) {
        return new Drift(List.of(kind), List.of(course), IntRange.of(changes), null);
    }

    /** For each example the number of places by which its label differs from what it was. */
    private static int[] shifts(Sampler.Draw draw) {
        int[] before = drawn().labels();
        return IntStream.range(0, EXAMPLES)
                .map(i -> draw.labels()[i] == before[i] ? 0 : 1)
                .toArray();
    }

    @Test
    void anAbruptSwapOfLabelsChangesAllLabelsFromOneExampleOn() {
        int[] shifts = shifts(changed(drift(Kind.LABELS, Course.ABRUPT, 1), 3));
        int first = IntStream.range(0, EXAMPLES).filter(i -> shifts[i] == 1).findFirst().orElse(0);
        assertThat(first).isBetween(1, EXAMPLES - 1);
        assertThat(Arrays.stream(shifts, first, EXAMPLES)).containsOnly(1);
    }

    @Test
    void aGradualSwapMixesOldAndNewLabels() {
        int[] shifts = shifts(changed(drift(Kind.LABELS, Course.GRADUAL, 1), 4));
        int turns = 0;
        for (int i = 1; i < EXAMPLES; i++) {
            turns += shifts[i] == shifts[i - 1] ? 0 : 1;
        }
        assertThat(turns).isGreaterThan(2);
    }

    @Test
    void recurringDriftComesBackToTheFirstStateAtEqualIntervals() {
        int[] shifts = shifts(changed(drift(Kind.LABELS, Course.RECURRING, 3), 5));
        for (int i = 0; i < EXAMPLES; i++) {
            assertThat(shifts[i]).as("example %d", i).isEqualTo(i / (EXAMPLES / 4) % 2);
        }
    }

    @Test
    void movingInputsLeavesLabelsAndTheBeginningAsTheyWere() {
        Sampler.Draw draw = changed(drift(Kind.INPUTS, Course.RECURRING, 1), 6);
        double[] before = drawn().inputs();
        assertThat(draw.labels()).isEqualTo(drawn().labels());
        for (int a = 0; a < SIZE; a++) {
            double moved = draw.inputs()[(EXAMPLES - 1) * SIZE + a];
            double by = moved - before[(EXAMPLES - 1) * SIZE + a];
            assertThat(Math.abs(by)).isGreaterThan(0);
            for (int i = 0; i < EXAMPLES; i++) {
                assertThat(draw.inputs()[i * SIZE + a] - before[i * SIZE + a])
                        .isCloseTo(i < EXAMPLES / 2 ? 0 : by, within(1e-9));
            }
        }
    }

    @Test
    void anotherConceptKeepsTheInputsAndChangesLabelsOfItsExamplesAlone() {
        TaskDistribution.Tables task =
                TaskDistribution.Tables.of(IntRange.of(6), IntRange.of(3))
                        .withBoundaries(TaskDistribution.Tables.Boundary.NETWORK);
        EpisodeDistribution.Component still = EpisodeDistribution.Component.of(task, EXAMPLES);
        EpisodeDistribution.Component drifting =
                still.withAugmentations(List.of(drift(Kind.CONCEPT, Course.RECURRING, 1)));
        Examples before = sample(still);
        Examples after = sample(drifting);
        assertThat(after.inputs()).isEqualTo(before.inputs());
        int half = EXAMPLES / 2;
        assertThat(Arrays.copyOf(after.labels(), half))
                .isEqualTo(Arrays.copyOf(before.labels(), half));
        int other = 0;
        for (int i = half; i < EXAMPLES; i++) {
            other += after.labels()[i] == before.labels()[i] ? 0 : 1;
        }
        assertThat(other).isGreaterThan(half / 5);
    }

    private static Examples sample(EpisodeDistribution.Component component) {
        return EpisodeDistribution.of(component).source(DataSets.embedded()).sample(2).examples();
    }

    @Test
    void anotherConceptIsRefusedForTasksThatHaveNone() {
        EpisodeDistribution.Component images =
                EpisodeDistribution.Component.of(
                        TaskDistribution.Images.of(new View.Full(), "mnist"), 10);
        Augmentation drift = new Sometimes(0.5, drift(Kind.CONCEPT, Course.ABRUPT, 1));
        assertThatThrownBy(() -> images.withAugmentations(List.of(drift)))
                .hasMessageContainingAll("CONCEPT", "tables");
    }

    @Test
    void ordersMoveExamplesWithTheirLabels() {
        for (LabelOrder.Kind kind : LabelOrder.Kind.values()) {
            Sampler.Draw draw = changed(new LabelOrder(List.of(kind), null), 7);
            double[] before = drawn().inputs();
            for (int i = 0; i < EXAMPLES; i++) {
                int from = 0;
                while (before[from * SIZE] != draw.inputs()[i * SIZE]) {
                    from++;
                }
                assertThat(draw.labels()[i]).isEqualTo(from % CLASSES);
            }
            double[] sorted = draw.inputs().clone();
            Arrays.sort(sorted);
            Arrays.sort(before);
            assertThat(sorted).isEqualTo(before);
        }
    }

    private static int runs(int[] labels) {
        int runs = 1;
        for (int i = 1; i < labels.length; i++) {
            runs += labels[i] == labels[i - 1] ? 0 : 1;
        }
        return runs;
    }

    @Test
    void sortedOrderHasOneRunOfEachLabel() {
        LabelOrder sorted = new LabelOrder(List.of(LabelOrder.Kind.SORTED), null);
        assertThat(runs(changed(sorted, 8).labels())).isEqualTo(CLASSES);
    }

    @Test
    void burstsHaveTheMeanLengthAskedFor() {
        LabelOrder bursts = new LabelOrder(List.of(LabelOrder.Kind.BURSTS), DoubleRange.of(10));
        double mean =
                IntStream.range(0, 50)
                                .map(seed -> runs(changed(bursts, seed).labels()))
                                .average()
                                .orElseThrow()
                        / EXAMPLES;
        // 40 runs of 10; the last ones are cut short where a label has run out.
        assertThat(1 / mean).isBetween(8.0, 11.0);
    }

    @Test
    void missingValuesAreZeroOrTheMeanOfTheirInput() {
        Sampler.Draw draw =
                changed(new Missing(DoubleRange.of(1), DoubleRange.of(0.2), Missing.Value.ZERO), 9);
        long zeros = Arrays.stream(draw.inputs()).filter(x -> x == 0).count();
        // 2,000 values: four standard errors are 72.
        assertThat(zeros).isBetween(328L, 472L);
        draw = changed(new Missing(DoubleRange.of(1), DoubleRange.of(0.2), Missing.Value.MEAN), 9);
        double[] before = drawn().inputs();
        double mean = 0;
        for (int i = 0; i < EXAMPLES; i++) {
            mean += before[i * SIZE] / EXAMPLES;
        }
        for (int i = 0; i < EXAMPLES; i++) {
            double now = draw.inputs()[i * SIZE];
            assertThat(now == before[i * SIZE] || Math.abs(now - mean) < 1e-12).isTrue();
        }
    }

    @Test
    void columnScalesGiveEachInputAUnitOfItsOwn() {
        Sampler.Draw draw =
                changed(new ColumnScales(DoubleRange.of(0.001, 1000), DoubleRange.of(1)), 10);
        double[] before = drawn().inputs();
        double[] factors = new double[SIZE];
        for (int a = 0; a < SIZE; a++) {
            factors[a] = draw.inputs()[a] / (before[a] + 1);
            for (int i = 0; i < EXAMPLES; i++) {
                assertThat(draw.inputs()[i * SIZE + a])
                        .isCloseTo(factors[a] * (before[i * SIZE + a] + 1), within(1e-9 * 1000));
            }
        }
        assertThat(factors).doesNotHaveDuplicates();
        assertThat(Arrays.stream(factors).allMatch(f -> f >= 0.001 && f <= 1000)).isTrue();
    }

    @Test
    void sometimesChangesThatShareOfTheEpisodes() {
        Augmentation half = new Sometimes(0.5, new ColumnScales(null, null));
        double[] before = drawn().inputs();
        long changed =
                IntStream.range(0, 400)
                        .filter(seed -> !Arrays.equals(changed(half, seed).inputs(), before))
                        .count();
        // Four standard errors are 40.
        assertThat(changed).isBetween(160L, 240L);
    }

    @Test
    void pixelsCanBeLeftInAnyUnit() {
        TaskDistribution.Images any =
                new TaskDistribution.Images(
                        List.of("mnist"), null, null, null, null, null, null, Standardisation.ANY);
        EpisodeSource source =
                EpisodeDistribution.of(EpisodeDistribution.Component.of(any, 5))
                        .source(DataSets.embedded());
        int[] kinds = new int[3];
        for (long seed = 0; seed < 90; seed++) {
            double[] inputs = source.sample(seed).examples().inputs();
            double least = Arrays.stream(inputs).min().orElseThrow();
            double most = Arrays.stream(inputs).max().orElseThrow();
            kinds[least < 0 ? 0 : most <= 1.001 ? 1 : 2]++;
            assertThat(most).isLessThan(255.001);
        }
        assertThat(Arrays.stream(kinds).min().orElseThrow()).isGreaterThan(12);
    }

    @Test
    void impossibleValuesAreRefusedByField() {
        assertThatThrownBy(() -> new ColumnScales(DoubleRange.of(0, 1), null))
                .hasMessageContaining("scale must be positive");
        assertThatThrownBy(() -> new Missing(DoubleRange.of(0, 2), null, null))
                .hasMessageContaining("columns");
        assertThatThrownBy(() -> new Drift(List.of(), null, null, null))
                .hasMessageContaining("kinds");
        assertThatThrownBy(() -> new LabelOrder(List.of(), null)).hasMessageContaining("kinds");
        assertThatThrownBy(() -> new Sometimes(1.5, new ColumnScales(null, null)))
                .hasMessageContaining("probability");
    }
}
