package org.vsml.meta;

import static org.vsml.core.Checks.require;

import java.util.function.Consumer;
import org.vsml.core.LearnerConfig;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;

/**
 * One part of a curriculum: so many steps on one distribution of episodes with one estimator. Meta
 * variables go on from phase to phase, and so do the optimizer's moments while its type stays the
 * same.
 *
 * @param steps updates of V_M
 * @param episodes what episodes are drawn from: which tasks, sizes and lengths
 * @param batch episodes a step (for evolution strategies antithetic pairs, two runs each)
 * @param estimator where the gradient comes from
 * @param optimizer how it is followed
 * @param learner the learner of this phase, with the same meta variables as that of the whole run;
 *     optional, default that
 * @param pool episodes that go on from earlier learned states, with back-propagation; optional,
 *     default none
 */
public record Phase(
        long steps,
        EpisodeDistribution episodes,
        int batch,
        GradientEstimator estimator,
        Optimizer optimizer,
        LearnerConfig learner,
        StatePool pool) {

    private static final int MAX_BATCH = 1 << 20;

    public Phase {
        require(steps >= 1, "steps of a phase must be >= 1, got %d", steps);
        require(episodes != null, "episodes of a phase must be given");
        require(
                batch >= 1 && batch <= MAX_BATCH,
                "batch of a phase must be in [1, %d], got %d",
                MAX_BATCH,
                batch);
        require(estimator != null, "estimator of a phase must be given");
        require(optimizer != null, "optimizer of a phase must be given");
        estimator.requireFits(batch, pool);
        if (pool != null) {
            for (EpisodeDistribution.Component component : episodes.components()) {
                require(
                        component.loss() == Episode.Loss.MEAN,
                        "a pool needs the loss MEAN in every component, got %s",
                        component);
            }
        }
    }

    /** A phase with the learner of the whole run. */
    public static Phase of(
            long steps,
            EpisodeDistribution episodes,
            int batch,
            GradientEstimator estimator,
            Optimizer optimizer) {
        return new Phase(steps, episodes, batch, estimator, optimizer, null, null);
    }

    /** This phase with another number of steps. */
    public Phase withSteps(long updates) {
        return copy(fields -> fields.steps = updates);
    }

    /** This phase on other episodes. */
    public Phase withEpisodes(EpisodeDistribution others) {
        return copy(fields -> fields.episodes = others);
    }

    /** This phase with another batch. */
    public Phase withBatch(int size) {
        return copy(fields -> fields.batch = size);
    }

    /** This phase with another estimator of the gradient. */
    public Phase withEstimator(GradientEstimator other) {
        return copy(fields -> fields.estimator = other);
    }

    /** This phase with another optimizer. */
    public Phase withOptimizer(Optimizer other) {
        return copy(fields -> fields.optimizer = other);
    }

    /** This phase with another learner. */
    public Phase withLearner(LearnerConfig other) {
        return copy(fields -> fields.learner = other);
    }

    /** This phase with a pool of learned states. */
    public Phase withPool(StatePool states) {
        return copy(fields -> fields.pool = states);
    }

    private Phase copy(Consumer<Fields> change) {
        Fields fields = new Fields(this);
        change.accept(fields);
        return fields.build();
    }

    /** The components of a phase, to change some of them. */
    private static final class Fields {
        long steps;
        EpisodeDistribution episodes;
        int batch;
        GradientEstimator estimator;
        Optimizer optimizer;
        LearnerConfig learner;
        StatePool pool;

        Fields(Phase phase) {
            steps = phase.steps;
            episodes = phase.episodes;
            batch = phase.batch;
            estimator = phase.estimator;
            optimizer = phase.optimizer;
            learner = phase.learner;
            pool = phase.pool;
        }

        Phase build() {
            return new Phase(steps, episodes, batch, estimator, optimizer, learner, pool);
        }
    }
}
