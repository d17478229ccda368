package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.lab.paper.Training.Variant;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Phase;

class TrainingTest {

    private static final TrainingSet MNIST = TrainingSet.of("mnist", "mnist");

    @Test
    void projectionMakesNoDifferenceToRandomPoints() {
        TrainingSet random = TrainingSet.of("random", TrainingSet.RANDOM);
        assertThat(new Training(Method.VSML, random, true))
                .isEqualTo(new Training(Method.VSML, random, false));
    }

    @Test
    void noTrainingGoesOnFromOneThatHasSeenMore() {
        for (Figure figure : Figures.all()) {
            for (Training training : figure.trainings()) {
                training.start()
                        .ifPresent(
                                start -> {
                                    assertThat(training.set().sets())
                                            .as(training.name())
                                            .containsAll(start.set().sets());
                                    assertThat(start.method()).isEqualTo(training.method());
                                    assertThat(start.projected()).isEqualTo(training.projected());
                                });
            }
        }
    }

    @Test
    void namesOfDifferentTrainingsDiffer() {
        Map<String, Training> byName = new HashMap<>();
        for (Figure figure : Figures.all()) {
            for (Training training : figure.trainings()) {
                Training other = byName.putIfAbsent(training.name(), training);
                assertThat(other == null ? training : other).isEqualTo(training);
            }
        }
    }

    @Test
    void leftOutSetsAreNotSeen() {
        LeaveOneOutFigure figure = new LeaveOneOutFigure();
        assertThat(figure.trainings()).extracting(Training::name).doesNotHaveDuplicates();
        assertThat(figure.trainings().get(0).set().contains("mnist")).isFalse();
        assertThat(figure.trainings().get(0).start().orElseThrow().set().contains("mnist"))
                .isFalse();
    }

    @Test
    void otherSetsTakeThePlaceOfMnist() {
        TrainingSet both = TrainingSet.of("both", "fashion_mnist", TrainingSet.RANDOM);
        MetaTrainingConfig config = Recipe.of(new Training(Method.VSML, both, true));
        MetaTrainingConfig written = MetaTrainingConfig.named("paper-part-2");
        List<Component> components = config.phases().get(0).episodes().components();
        assertThat(components)
                .hasSize(2 * written.phases().get(0).episodes().components().size())
                .allSatisfy(
                        component -> {
                            if (component.task() instanceof TaskDistribution.Images images) {
                                assertThat(images.sets()).containsExactly("fashion_mnist");
                            } else {
                                assertThat(component.task())
                                        .isInstanceOf(TaskDistribution.RandomLabels.class);
                            }
                        });
        assertThat(components.stream().mapToDouble(Component::weight).sum())
                .isCloseTo(2.5, within(1e-12));
        assertThat(config.timeScales()).isNull();
        assertThat(config.phases().get(0).steps()).isEqualTo(160);
    }

    @Test
    void withoutProjectionsNoEpisodeHasThem() {
        for (Variant variant : new Variant[] {Variant.USUAL, Variant.SHORT}) {
            for (Phase phase :
                    Recipe.of(new Training(Method.VSML, MNIST, false, variant)).phases()) {
                assertThat(phase.episodes().components())
                        .isNotEmpty()
                        .noneMatch(
                                c ->
                                        ((TaskDistribution.Images) c.task()).view()
                                                instanceof View.Projection);
            }
        }
    }

    @Test
    void timeScalesComeWithTheFirstLongEpisodes() {
        assertThat(Recipe.of(new Training(Method.VSML, MNIST, true)).timeScales())
                .containsExactly(0.0, 1.0, 2.0, 3.0);
        assertThat(Recipe.of(new Training(Method.VSML, MNIST, true, Variant.SHORT)).timeScales())
                .isNull();
    }

    @Test
    void mnistFollowsTheConfigurationsAsTheyAreWritten() {
        assertThat(Recipe.of(new Training(Method.VSML, MNIST, true, Variant.SHORT)).phases())
                .isEqualTo(MetaTrainingConfig.named("paper-part-1").phases());
        assertThat(Recipe.of(new Training(Method.VSML, MNIST, true)).phases())
                .isEqualTo(MetaTrainingConfig.named("paper-part-2").phases());
        assertThat(Recipe.of(new Training(Method.VSML, MNIST, true, Variant.EVOLUTION)).phases())
                .isEqualTo(MetaTrainingConfig.named("paper-es").phases());
    }

    @Test
    void batchedEpisodesHaveSeveralExamplesAStep() {
        Training batched = new Training(Method.VSML, MNIST, true, Variant.BATCHED);
        Examples examples =
                Recipe.of(batched)
                        .phases()
                        .get(1)
                        .episodes()
                        .source(DataSets.embedded())
                        .sample(1)
                        .examples();
        assertThat(examples.parallel()).isEqualTo(Stage.PARALLEL);
        assertThat(examples.length()).isEqualTo(100);
    }

    @Test
    void theLossOfTheLastExampleCountsNoOther() {
        MetaTrainingConfig config =
                Recipe.of(new Training(Method.VSML, MNIST, false, Variant.LAST_LOSS));
        double[] weights =
                config.phases().get(0).episodes().source(DataSets.embedded()).sample(1).weights();
        assertThat(weights).hasSize(100);
        assertThat(weights[weights.length - 1]).isEqualTo(1);
        assertThat(weights[weights.length - 2]).isZero();
    }

    @Test
    void fixedSizeMethodsSeeAllPixels() {
        TrainingSet usps = TrainingSet.of("usps", "mnist", TrainingSet.RANDOM);
        EpisodeSource source =
                usps.episodes(true, Stage.BASELINE.get(0)).source(DataSets.embedded());
        for (int seed = 0; seed < 20; seed++) {
            assertThat(source.sample(seed).examples().task().inputs()).isEqualTo(784);
        }
    }

    @Test
    void severalSetsGoOnFromTheFirstAndOneFromItsShortEpisodes() {
        TrainingSet two = TrainingSet.of("two", "mnist", "usps");
        assertThat(new Training(Method.VSML, two, true).start())
                .contains(new Training(Method.VSML, MNIST, true));
        assertThat(new Training(Method.VSML, MNIST, true).start())
                .contains(new Training(Method.VSML, MNIST, true, Variant.SHORT));
        assertThat(new Training(Method.VSML, MNIST, true, Variant.SHORT).start()).isEmpty();
        assertThat(new Training(Method.VSML, MNIST, true, Variant.BATCHED).start()).isEmpty();
    }
}
