package org.vsml.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Workers;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;

/**
 * What an estimator works with in one phase.
 *
 * @param phase what is asked for
 * @param config of the learner, to be made elsewhere
 * @param learner the same, here
 * @param episodes those of the phase
 * @param seed of the run
 * @param workers threads for the episodes
 * @param evaluator of pairs elsewhere; null for the threads here
 * @param stopped whether the run was asked to stop
 */
record PhaseContext(
        Phase phase,
        LearnerConfig config,
        Learner learner,
        EpisodeSource episodes,
        long seed,
        Workers workers,
        PairEvaluator evaluator,
        BooleanSupplier stopped) {

    /** Seeds of the episodes of a step. */
    List<Long> episodeSeeds(long step) {
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < phase.batch(); i++) {
            seeds.add(Seeds.derive(seed, SeedPaths.EPISODE, step, i));
        }
        return seeds;
    }
}
