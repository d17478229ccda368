package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vsml.core.Examples;
import org.vsml.core.Json;
import org.vsml.episode.TaskDistribution.Tables;
import org.vsml.episode.TaskDistribution.Tables.Boundary;

class TablesTest {

    private static final String WIDE =
            """
            {"components": [
              {"weight": 3, "length": {"min": 100, "max": 300}, "task": {"type": "tables"},
               "augmentations": [
                 {"type": "sometimes", "probability": 0.3, "change":
                   {"type": "drift", "kinds": ["labels", "inputs", "concept"], "courses": ["abrupt", "gradual", "recurring"]}},
                 {"type": "sometimes", "probability": 0.2, "change": {"type": "label_order", "kinds": ["bursts", "sorted", "input"]}},
                 {"type": "sometimes", "probability": 0.3, "change": {"type": "missing", "share": {"min": 0, "max": 0.3}}},
                 {"type": "column_scales", "scale": {"min": 0.001, "max": 1000}, "offset": {"min": -3, "max": 3}}]},
              {"length": 200, "task": {"type": "tables", "columns": {"min": 20, "max": 64}, "classes": {"min": 12, "max": 100},
               "boundaries": ["clusters", "tree"], "standardised": false}}
            ]}
            """;

    private static EpisodeSource source(Tables task, int length) {
        return EpisodeDistribution.of(EpisodeDistribution.Component.of(task, length))
                .source(DataSets.embedded());
    }

    private static EpisodeDistribution wide() throws Exception {
        return Json.mapper().readValue(WIDE, EpisodeDistribution.class);
    }

    @Test
    void theSameSeedGivesTheSameBitsOnAnyThread() throws Exception {
        EpisodeSource source = wide().source(DataSets.embedded());
        EpisodeSource again = wide().source(DataSets.embedded());
        Episode[] alone = LongStream.range(0, 60).mapToObj(source::sample).toArray(Episode[]::new);
        Episode[] together =
                LongStream.range(0, 60).parallel().mapToObj(again::sample).toArray(Episode[]::new);
        for (int i = 0; i < alone.length; i++) {
            assertThat(together[i].examples().inputs()).isEqualTo(alone[i].examples().inputs());
            assertThat(together[i].examples().labels()).isEqualTo(alone[i].examples().labels());
        }
    }

    @Test
    void jsonRoundTripGivesAnEqualDistribution() throws Exception {
        String written = Json.mapper().writeValueAsString(wide());
        assertThat(Json.mapper().readValue(written, EpisodeDistribution.class)).isEqualTo(wide());
    }

    @ParameterizedTest
    @EnumSource
    void standardisedColumnsHaveMeanZeroAndVarianceOneOrAreConstantAndClipped(Boundary boundary) {
        EpisodeSource source = source(Tables.of(null, null).withBoundaries(boundary), 300);
        for (long seed = 0; seed < 20; seed++) {
            Examples examples = source.sample(seed).examples();
            int size = examples.task().inputs();
            for (int a = 0; a < size; a++) {
                int column = a;
                double[] values =
                        IntStream.range(0, 300)
                                .mapToDouble(i -> examples.inputs()[i * size + column])
                                .toArray();
                double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
                assertThat(largest).isLessThanOrEqualTo(5);
                // Clipping takes mean and variance off by what was beyond it.
                if (largest < 5 && largest > 0) {
                    double mean = Arrays.stream(values).average().orElseThrow();
                    double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
                    assertThat(mean).isCloseTo(0, within(1e-9));
                    assertThat(square).isCloseTo(1, within(1e-9));
                }
            }
        }
    }

    /** Nearest neighbours are far above the most frequent class in every kind of table. */
    @ParameterizedTest
    @EnumSource
    void labelsDependOnColumns(Boundary boundary) {
        EpisodeSource source =
                source(
                        Tables.of(IntRange.of(2, 8), IntRange.of(2, 4)).withBoundaries(boundary),
                        400);
        double gain = 0;
        int episodes = 30;
        for (long seed = 0; seed < episodes; seed++) {
            Examples examples = source.sample(seed).examples();
            gain += (nearestNeighbour(examples) - majority(examples)) / episodes;
        }
        // Measured over 60 episodes of tables of all sizes: 0.20 (rings) to 0.32 (linear).
        assertThat(gain).isGreaterThan(0.08);
    }

    private static double nearestNeighbour(Examples examples) {
        double[] x = examples.inputs();
        int size = examples.task().inputs();
        int half = examples.labels().length / 2;
        int right = 0;
        for (int i = half; i < 2 * half; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            int label = -1;
            for (int j = 0; j < half; j++) {
                double distance = 0;
                for (int a = 0; a < size; a++) {
                    double away = x[i * size + a] - x[j * size + a];
                    distance += away * away;
                }
                if (distance < nearest) {
                    nearest = distance;
                    label = examples.labels()[j];
                }
            }
            right += label == examples.labels()[i] ? 1 : 0;
        }
        return right / (double) half;
    }

    private static double majority(Examples examples) {
        int[] counts = new int[examples.task().classes()];
        for (int label : examples.labels()) {
            counts[label]++;
        }
        return Arrays.stream(counts).max().orElseThrow() / (double) examples.labels().length;
    }

    @Test
    void smallTablesAreMoreFrequentAndAllSizesOccur() {
        EpisodeSource source = source(Tables.of(null, null), 2);
        int[] sizes =
                LongStream.range(0, 2000)
                        .mapToInt(seed -> source.sample(seed).examples().task().inputs())
                        .toArray();
        // Log-uniform on 2…64: P(≤ 8) = log(9/2)/log(65/2) = 0.432; four standard errors are 0.044.
        double small = Arrays.stream(sizes).filter(s -> s <= 8).count() / 2000.0;
        assertThat(small).isCloseTo(0.432, within(0.045));
        assertThat(Arrays.stream(sizes).min()).hasValue(2);
        assertThat(Arrays.stream(sizes).max().orElseThrow()).isBetween(60, 64);
    }

    @Test
    void manyClassesComeFromAnotherRange() {
        Set<Integer> classes = new HashSet<>();
        EpisodeSource source = source(Tables.of(IntRange.of(10), IntRange.of(50, 100)), 1000);
        for (long seed = 0; seed < 40; seed++) {
            Examples examples = source.sample(seed).examples();
            classes.add(examples.task().classes());
            assertThat(Arrays.stream(examples.labels()).distinct().count()).isGreaterThan(15);
        }
        assertThat(classes).hasSizeGreaterThan(15).allMatch(c -> c >= 50 && c <= 100);
    }

    @Test
    void oneHotBlocksHaveOneOneInEachExample() throws Exception {
        String json =
                """
                {"type": "tables", "columns": 12, "oneHot": 1, "bent": 0, "standardised": false}
                """;
        Tables task = (Tables) Json.mapper().readValue(json, TaskDistribution.class);
        Examples examples = source(task, 200).sample(3).examples();
        int binary = 0;
        double ones = 0;
        for (int a = 0; a < 12; a++) {
            int column = a;
            double[] values =
                    IntStream.range(0, 200)
                            .mapToDouble(i -> examples.inputs()[i * 12 + column])
                            .toArray();
            if (Arrays.stream(values).allMatch(v -> v == 0 || v == 1)) {
                binary++;
                ones += Arrays.stream(values).sum();
            }
        }
        assertThat(binary).isGreaterThanOrEqualTo(2);
        // Each block of at least two columns adds one 1 an example.
        assertThat(ones % 200).isEqualTo(0);
        assertThat(ones / 200).isBetween(1.0, binary / 2.0);
    }

    @Test
    void impossibleValuesAreRefusedByField() {
        assertThatThrownBy(() -> Tables.of(IntRange.of(1), null))
                .hasMessageContainingAll("columns", "[2, 4096]");
        assertThatThrownBy(() -> Tables.of(null, IntRange.of(1, 3)))
                .hasMessageContainingAll("classes", "[2, 4096]");
        assertThatThrownBy(() -> Tables.of(null, null).withBoundaries())
                .hasMessageContaining("boundaries");
        assertThatThrownBy(
                        () ->
                                Json.mapper()
                                        .readValue(
                                                "{\"type\": \"tables\", \"oneHot\": 2}",
                                                TaskDistribution.class))
                .hasMessageContainingAll("oneHot", "[0, 1]");
    }
}
