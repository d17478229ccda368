package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.lab.paper.Training.Variant;

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
    void episodesAreAsTheStageSays() {
        Stage stage = Stage.BATCHED.get(1);
        EpisodeSource source = MNIST.episodes(Method.VSML, true, stage).source(DataSets.embedded());
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int seed = 0; seed < 60; seed++) {
            Episode episode = source.sample(seed);
            Examples examples = episode.examples();
            assertThat(examples.parallel()).isEqualTo(Stage.PARALLEL);
            assertThat(examples.length()).isEqualTo(stage.length());
            least = Math.min(least, examples.task().inputs());
            most = Math.max(most, examples.task().inputs());
        }
        assertThat(least).isBetween(38, 50);
        assertThat(most).isBetween(100, 115);

        Examples last =
                MNIST.episodes(Method.VSML, false, Stage.LAST_LOSS)
                        .source(DataSets.embedded())
                        .sample(1)
                        .examples();
        assertThat(last.length()).isEqualTo(100);
    }

    @Test
    void theLossOfTheLastExampleCountsNoOther() {
        double[] weights =
                MNIST.episodes(Method.VSML, false, Stage.LAST_LOSS)
                        .source(DataSets.embedded())
                        .sample(1)
                        .weights();
        assertThat(weights[weights.length - 1]).isEqualTo(1);
        assertThat(weights[weights.length - 2]).isZero();
    }

    @Test
    void fixedSizeMethodsSeeAllPixels() {
        TrainingSet usps = TrainingSet.of("usps", "mnist", TrainingSet.RANDOM);
        EpisodeSource source =
                usps.episodes(Method.META_RNN, true, Stage.BASELINE.get(0))
                        .source(DataSets.embedded());
        for (int seed = 0; seed < 20; seed++) {
            assertThat(source.sample(seed).examples().task().inputs()).isEqualTo(784);
        }
    }

    @Test
    void variantsGoOnFromTheUsualTraining() {
        Training pool = new Training(Method.VSML, MNIST, false, Variant.POOL);
        assertThat(pool.start()).contains(new Training(Method.VSML, MNIST, false));
        assertThat(pool.stages()).isEqualTo(List.of(Stage.POOL));
        assertThat(new Training(Method.VSML, MNIST, false, Variant.BATCHED).start()).isEmpty();
    }
}
