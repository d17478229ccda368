package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.vsml.core.Json;

class EpisodeDistributionTest {

    private static final DataSets SAMPLES = DataSets.embedded();

    /**
     * Everything of design: sizes that vary, raw pixels and projections, affine changes,
     * prototypes, Random, several sets.
     */
    private static final String MIX =
            """
            {"components": [
              {"weight": 0.48, "length": 40,
               "task": {"type": "images", "sets": ["fashion_mnist", "mnist"], "split": "train",
                        "view": {"type": "pixels", "inputs": {"min": 38, "max": 115}}, "classes": {"min": 3, "max": 10}},
               "affine": {"scale": {"min": 0.5, "max": 2}, "offset": {"min": -0.5, "max": 0.5}, "sign": true}},
              {"weight": 0.21, "length": {"min": 30, "max": 40},
               "task": {"type": "images", "sets": ["mnist"], "view": {"type": "projection", "inputs": {"min": 38, "max": 115}}}},
              {"weight": 0.25, "length": 40, "parallel": 2, "loss": "last",
               "task": {"type": "prototypes", "inputs": {"min": 38, "max": 115}, "classes": {"min": 3, "max": 12}}},
              {"weight": 0.06, "length": 40,
               "task": {"type": "random", "inputs": 96, "classes": 10}},
              {"weight": 0.1, "length": 12, "task": {"type": "sum_sign", "inputs": 96}},
              {"weight": 0.1,
               "task": {"type": "few_shot", "sets": ["mnist"], "split": "test", "ways": 5, "shots": 1, "quarterTurns": true}}
            ]}
            """;

    @Test
    void aMixReadFromJsonSamplesEveryComponentInProportion() throws Exception {
        EpisodeDistribution mix = Json.mapper().readValue(MIX, EpisodeDistribution.class);
        EpisodeSource source = mix.source(SAMPLES);
        Map<String, Integer> counts = new HashMap<>();
        int episodes = 2000;
        for (long seed = 0; seed < episodes; seed++) {
            counts.merge(source.sample(seed).source().replaceAll("/.*", ""), 1, Integer::sum);
        }
        // Four standard deviations of a binomial count with 2,000 draws are below 90.
        double total = 1.2;
        assertThat(counts.get("fashion_mnist") / (double) episodes)
                .isBetween(0.24 / total - 0.045, 0.24 / total + 0.045);
        assertThat(counts.get("mnist") / (double) episodes)
                .isBetween(0.55 / total - 0.045, 0.55 / total + 0.045);
        assertThat(counts.get("prototypes") / (double) episodes)
                .isBetween(0.25 / total - 0.045, 0.25 / total + 0.045);
        assertThat(counts.get("random") / (double) episodes)
                .isBetween(0.06 / total - 0.045, 0.06 / total + 0.045);
    }

    @Test
    void jsonRoundTripGivesAnEqualDistribution() throws Exception {
        EpisodeDistribution mix = Json.mapper().readValue(MIX, EpisodeDistribution.class);
        String written = Json.mapper().writeValueAsString(mix);
        assertThat(Json.mapper().readValue(written, EpisodeDistribution.class)).isEqualTo(mix);
    }

    @Test
    void theSameSeedGivesTheSameEpisodeOnAnyThread() throws Exception {
        EpisodeSource source =
                Json.mapper().readValue(MIX, EpisodeDistribution.class).source(SAMPLES);
        List<Episode> alone = LongStream.range(0, 60).mapToObj(source::sample).toList();
        List<Episode> together =
                LongStream.range(0, 60).parallel().mapToObj(source::sample).toList();
        for (int i = 0; i < alone.size(); i++) {
            assertThat(together.get(i).examples().inputs())
                    .isEqualTo(alone.get(i).examples().inputs());
            assertThat(together.get(i).examples().labels())
                    .isEqualTo(alone.get(i).examples().labels());
            assertThat(together.get(i).weights()).isEqualTo(alone.get(i).weights());
            assertThat(together.get(i).stateSeed()).isEqualTo(alone.get(i).stateSeed());
        }
    }

    @Test
    void anUnknownKeyIsAnError() {
        assertThatThrownBy(
                        () ->
                                Json.mapper()
                                        .readValue(
                                                "{\"components\": [{\"length\": 4, \"lenght\": 4, \"task\": {\"type\": \"sum_sign\", \"inputs\": 3}}]}",
                                                EpisodeDistribution.class))
                .hasMessageContaining("lenght");
    }

    @Test
    void weightsOfTheMeanLossAddUpToOne() {
        EpisodeDistribution mean =
                EpisodeDistribution.of(
                        EpisodeDistribution.Component.of(
                                new TaskDistribution.SumSign(IntRange.of(3)), 7));
        assertThat(Arrays.stream(mean.source(SAMPLES).sample(1).weights()).toArray())
                .hasSize(7)
                .containsOnly(1.0 / 7);
    }

    private static final String OLDER_KEYS =
            """
            {"components": [
              {"length": 20, "task": {"type": "prototypes", "inputs": 40, "classes": 3},
               "affine": {"scale": {"min": 0.5, "max": 2}, "offset": {"min": -0.5, "max": 0.5}, "sign": true},
               "background": {"share": {"min": 0.2, "max": 0.7}}},
              {"length": 20, "task": {"type": "images", "sets": ["mnist"], "view": {"type": "pixels", "inputs": 30}},
               "affine": {"scale": 2, "offset": {"min": -0.5, "max": 0.5}, "sign": false}},
              {"length": 20, "task": {"type": "images", "sets": ["fashion_mnist"], "view": {"type": "projection", "inputs": 30}},
               "background": {"share": 0.5}}]}
            """;

    /** The number was computed by the version before there was a list of augmentations. */
    @Test
    void theOlderKeysOfAugmentationsGiveTheEpisodesTheyGave() throws Exception {
        EpisodeDistribution mix = Json.mapper().readValue(OLDER_KEYS, EpisodeDistribution.class);
        assertThat(mix.components().get(0).augmentations())
                .hasExactlyElementsOfTypes(Background.class, Affine.class);
        EpisodeSource source = mix.source(SAMPLES);
        long digest = 0;
        for (long seed = 0; seed < 30; seed++) {
            for (double input : source.sample(seed).examples().inputs()) {
                digest = 31 * digest + Math.round(input * 1e6);
            }
        }
        assertThat(digest).isEqualTo(8840859604297773467L);
        String written = Json.mapper().writeValueAsString(mix);
        assertThat(Json.mapper().readValue(written, EpisodeDistribution.class)).isEqualTo(mix);
    }

    @Test
    void olderKeysBesideAListOfAugmentationsAreAnError() {
        assertThatThrownBy(
                        () ->
                                Json.mapper()
                                        .readValue(
                                                "{\"components\": [{\"length\": 4, \"task\": {\"type\": \"sum_sign\", \"inputs\": 3},"
                                                        + " \"augmentations\": [], \"background\": {\"share\": 0.5}}]}",
                                                EpisodeDistribution.class))
                .hasMessageContaining("elements of augmentations");
    }

    @Test
    void twoAugmentationsOfAKindDrawDifferently() {
        List<Augmentation> twice =
                List.of(
                        new Affine(DoubleRange.of(0.5, 2), null, false),
                        new Background(DoubleRange.of(0.5), null),
                        new Affine(DoubleRange.of(0.5, 2), null, false));
        assertThat(Augmentation.generator(twice, 0, 1).nextLong())
                .isEqualTo(Seeds.generator(1, Purpose.AFFINE).nextLong())
                .isNotEqualTo(Augmentation.generator(twice, 2, 1).nextLong());
    }
}
