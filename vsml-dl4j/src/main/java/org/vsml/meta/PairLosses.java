package org.vsml.meta;

import java.io.Serializable;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;

/**
 * What became of a {@link WorkItem}.
 *
 * @param pairSeed that of the item
 * @param plus meta loss with V_M + σ·ε; may be not finite
 * @param minus meta loss with V_M − σ·ε
 * @param accuracy mean cumulative accuracy of both, for the log
 * @param examples of one run, for the log
 */
public record PairLosses(long pairSeed, double plus, double minus, double accuracy, int examples)
        implements Serializable {

    /**
     * Evaluates one item: a pure function of its arguments, on whatever thread or machine.
     *
     * @param sigma σ, size of the perturbation
     * @param episodes of {@link EvaluationRequest#episodes()}
     */
    public static PairLosses evaluate(
            Learner learner,
            NamedArrays metaVariables,
            double sigma,
            EpisodeSource episodes,
            WorkItem item) {
        Episode episode = episodes.sample(item.episodeSeed());
        Examples examples = episode.examples();
        NamedArrays start = episode.start(learner);
        double[] losses = new double[2];
        double accuracy = 0;
        for (int side = 0; side < 2; side++) {
            NamedArrays perturbed = metaVariables.copy();
            addDirection(perturbed.values(), item.pairSeed(), side == 0 ? sigma : -sigma);
            try (Rollout rollout =
                    learner.run(
                            perturbed, List.of(start), List.of(examples), RolloutOptions.FORWARD)) {
                double[] logits = rollout.logits(0);
                losses[side] =
                        CrossEntropy.loss(
                                logits,
                                examples.labels(),
                                episode.weights(),
                                examples.task().classes(),
                                null);
                accuracy += Predictions.accuracy(logits, examples) / 2;
            }
        }
        return new PairLosses(
                item.pairSeed(), losses[0], losses[1], accuracy, examples.labels().length);
    }

    /** Adds {@code factor}·ε, where ε is the standard normal direction of a pair. */
    static void addDirection(double[] values, long pairSeed, double factor) {
        RandomGenerator random = Seeds.generator(pairSeed);
        for (int i = 0; i < values.length; i++) {
            values[i] += factor * random.nextGaussian();
        }
    }
}
