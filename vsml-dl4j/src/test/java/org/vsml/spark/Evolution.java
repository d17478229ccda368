package org.vsml.spark;

import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Optimizer;
import org.vsml.meta.PairEvaluator;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;

/** Small runs of evolution strategies, on image data and on synthetic data. */
final class Evolution {

    private Evolution() {}

    static MetaTrainingConfig config(int generations, int pairs, int length) {
        Vsml model =
                new Vsml(new SubRnn(8, 4, 4, false, -5, 5), Architecture.dense(), Dynamics.PAPER);
        return MetaTrainingConfig.of(
                "evolution",
                model,
                Phase.of(
                        generations,
                        episodes(length),
                        pairs,
                        new GradientEstimator.EvolutionStrategies(Schedule.constant(0.05), null),
                        Optimizer.Adam.of(Schedule.constant(0.02))));
    }

    static EpisodeDistribution episodes(int length) {
        return EpisodeDistribution.of(
                Component.of(
                        TaskDistribution.Images.of(
                                new View.Pixels(IntRange.of(12)), "fashion_mnist"),
                        length),
                Component.of(
                        TaskDistribution.Prototypes.of(IntRange.of(12), IntRange.of(2, 4)),
                        length));
    }

    /** Hash of V_M. */
    static String run(MetaTrainingConfig config, PairEvaluator evaluator) throws Exception {
        return MetaTrainer.of(config)
                .data(DataSets.in(null))
                .seed(7)
                .evaluator(evaluator)
                .run()
                .algorithm()
                .metaVariables()
                .sha256();
    }
}
