package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.Seeds;
import org.vsml.episode.TaskDistribution;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;
import org.vsml.samediff.SameDiffEngine;

/**
 * Baselines that are meta-trained learn new tasks of the distribution they were meta-trained on:
 * what their authors show of them. Prototypes and their labels are new in every episode, so that
 * nothing can be known before its first examples.
 */
@Tag("slow")
class LearnsInItsSettingTest {

    private static final TaskShape TASK = TaskShape.of(8, 2);
    private static final int LENGTH = 20;
    private static final int BATCH = 16;

    /** A learner, and the steps and rate with which it finds out how to learn. */
    record Setting(LearnerConfig config, int steps, double rate) {}

    private static final EpisodeDistribution EPISODES =
            EpisodeDistribution.of(
                    EpisodeDistribution.Component.of(
                            new TaskDistribution.Prototypes(
                                    IntRange.of(8),
                                    IntRange.of(2),
                                    IntRange.of(1),
                                    0.0,
                                    null,
                                    null,
                                    null),
                            LENGTH));

    static Stream<Setting> learners() {
        return Stream.of(
                new Setting(MetaRnn.of(TASK).withHiddenSize(32), 800, 0.005),
                new Setting(new HebbianFastWeights(TASK, HebbianFastWeights.Rule.HEBB), 500, 0.01),
                new Setting(new HebbianFastWeights(TASK, HebbianFastWeights.Rule.OJA), 500, 0.01),
                new Setting(FastWeightProgrammer.of(TASK), 500, 0.01),
                new Setting(FastWeightMemory.of(TASK), 1000, 0.003));
    }

    @ParameterizedTest
    @MethodSource("learners")
    void newTasksOfItsDistributionAreLearned(Setting setting) throws IOException {
        Engine engine = new SameDiffEngine(Precision.FLOAT);
        Phase phase =
                Phase.of(
                        setting.steps(),
                        EPISODES,
                        BATCH,
                        GradientEstimator.Backpropagation.clipped(5).withTogether(BATCH),
                        Optimizer.Adam.of(Schedule.constant(setting.rate())));
        LearningAlgorithm algorithm =
                MetaTrainer.of(MetaTrainingConfig.of("own", setting.config(), phase))
                        .engine(engine)
                        .seed(3)
                        .run()
                        .algorithm();
        double[] accuracy = accuracyByExample(algorithm, engine);
        double first = accuracy[0];
        double late = 0;
        for (int t = LENGTH / 2; t < LENGTH; t++) {
            late += accuracy[t] / (LENGTH - LENGTH / 2);
        }
        // 200 episodes: three standard errors of a guesser at the first example are 0.11.
        assertThat(first).isBetween(0.35, 0.65);
        assertThat(late).as("after ten examples, from %s", first).isGreaterThan(0.8);
    }

    /** Over episodes that meta-training has not drawn. */
    private static double[] accuracyByExample(LearningAlgorithm algorithm, Engine engine) {
        Learner learner = algorithm.learner(engine);
        EpisodeSource source = EPISODES.source((Path) null);
        int episodes = 200;
        double[] accuracy = new double[LENGTH];
        for (int i = 0; i < episodes; i++) {
            Episode episode = source.sample(Seeds.derive(77, i));
            Examples examples = episode.examples();
            try (Rollout rollout =
                    learner.run(
                            algorithm.metaVariables(),
                            List.of(
                                    learner.initialLearnedVariables(
                                            TASK, 1, Seeds.generator(episode.stateSeed()))),
                            List.of(examples),
                            RolloutOptions.FORWARD)) {
                double[] logits = rollout.logits(0);
                for (int t = 0; t < LENGTH; t++) {
                    boolean right = CrossEntropy.argMax(logits, t * 2, 2) == examples.labels()[t];
                    accuracy[t] += right ? 1.0 / episodes : 0;
                }
            }
        }
        return accuracy;
    }
}
