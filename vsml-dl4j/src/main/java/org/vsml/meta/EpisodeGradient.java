package org.vsml.meta;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.episode.Episode;

/**
 * One episode, or several side by side, run and pulled back through.
 *
 * @param loss weighted cross-entropy, the mean over the episodes
 * @param accuracy cumulative accuracy, likewise
 * @param examples labelled examples of all
 * @param gradient ∂loss/∂V_M, clipped; null if it is not finite
 * @param norm of the gradient before clipping
 * @param learned for each episode V_L after the last example; empty unless asked for
 */
record EpisodeGradient(
        double loss,
        double accuracy,
        int examples,
        double[] gradient,
        double norm,
        List<NamedArrays> learned) {

    static EpisodeGradient of(
            Learner learner,
            NamedArrays metaVariables,
            List<Episode> episodes,
            List<NamedArrays> starts,
            GradientEstimator.Backpropagation settings,
            boolean wantsLearned) {
        RolloutOptions options = RolloutOptions.GRADIENT.withTruncation(settings.truncation());
        List<Examples> streams = episodes.stream().map(Episode::examples).toList();
        int count = episodes.size();
        try (Rollout rollout = learner.run(metaVariables, starts, streams, options)) {
            double loss = 0;
            double accuracy = 0;
            int examples = 0;
            List<double[]> logitGradients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double[] logits = rollout.logits(i);
                double[] logitGradient = new double[logits.length];
                loss +=
                        CrossEntropy.loss(
                                logits,
                                streams.get(i).labels(),
                                episodes.get(i).weights(),
                                streams.get(i).task().classes(),
                                logitGradient);
                accuracy += Predictions.accuracy(logits, streams.get(i));
                examples += streams.get(i).labels().length;
                logitGradients.add(logitGradient);
            }
            List<NamedArrays> learned = new ArrayList<>();
            for (int i = 0; wantsLearned && i < count; i++) {
                learned.add(rollout.learnedVariables(i));
            }
            double[] gradient = rollout.backward(logitGradients).metaVariables();
            if (count > 1) {
                scale(gradient, 1.0 / count);
            }
            double norm = norm(gradient);
            if (norm > settings.clip()) {
                scale(gradient, settings.clip() / norm);
            }
            return new EpisodeGradient(
                    loss / count,
                    accuracy / count,
                    examples,
                    Double.isFinite(norm) ? gradient : null,
                    norm,
                    learned);
        }
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    /** Without what would keep its memory from being freed. */
    EpisodeGradient withoutLearned() {
        return new EpisodeGradient(loss, accuracy, examples, gradient, norm, List.of());
    }

    static double norm(double[] vector) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
