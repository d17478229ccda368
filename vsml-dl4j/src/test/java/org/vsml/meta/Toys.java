package org.vsml.meta;

import java.nio.file.Path;
import java.util.List;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;

/** Small runs. */
final class Toys {

    static final int CLASSES = 3;
    static final ToyLearner LEARNER = new ToyLearner(CLASSES, 0.1);

    /** Read once. */
    private static final DataSets DATA = DataSets.embedded();

    private Toys() {}

    /** Synthetic episodes of so many steps. */
    static EpisodeDistribution episodes(int length) {
        return EpisodeDistribution.of(
                Component.of(
                        TaskDistribution.Prototypes.of(IntRange.of(2), IntRange.of(CLASSES)),
                        length));
    }

    static Phase gradientPhase(long steps, double rate) {
        return Phase.of(
                steps,
                episodes(6),
                5,
                GradientEstimator.Backpropagation.clipped(0.5),
                Optimizer.Adam.of(Schedule.cosine(rate, rate / 10)));
    }

    /** Everything that has a state: two optimizers, a pool, evolution strategies, a loss count. */
    static MetaTrainingConfig everything() {
        Phase evolution =
                Phase.of(
                        4,
                        episodes(6),
                        5,
                        new GradientEstimator.EvolutionStrategies(Schedule.linear(0.2, 0.1), null),
                        Optimizer.Adam.of(Schedule.constant(0.05)));
        Phase momentum =
                Phase.of(
                        5,
                        episodes(20),
                        5,
                        new GradientEstimator.Backpropagation(null, 2),
                        new Optimizer.Sgd(Schedule.constant(0.1).withWarmup(2), 0.9));
        return new MetaTrainingConfig(
                "toy",
                LEARNER,
                List.of(
                        gradientPhase(3, 0.1),
                        gradientPhase(6, 0.05).withPool(new StatePool(4, 0.7, 2)),
                        evolution,
                        momentum.withPool(new StatePool(3, 0.5, 7))),
                new MetaTrainingConfig.Evaluation(4, List.of("mnist"), 30, 2),
                new MetaTrainingConfig.Checkpoints(2, 2),
                null);
    }

    static MetaTrainer trainer(MetaTrainingConfig config) {
        return MetaTrainer.of(config).engine(ToyLearner.NO_ENGINE).data(DATA);
    }

    static MetaTrainer trainer(MetaTrainingConfig config, Path folder) throws Exception {
        return trainer(config).folder(folder);
    }
}
