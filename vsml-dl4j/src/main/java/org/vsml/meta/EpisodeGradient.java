package org.vsml.meta;

import java.util.List;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.episode.Episode;

/**
 * One episode, run and pulled back through.
 *
 * @param loss weighted cross-entropy
 * @param accuracy cumulative accuracy
 * @param examples labelled examples
 * @param gradient ∂loss/∂V_M, clipped; null if it is not finite
 * @param norm of the gradient before clipping
 */
record EpisodeGradient(double loss, double accuracy, int examples, double[] gradient, double norm) {

    static EpisodeGradient of(
            Learner learner,
            NamedArrays metaVariables,
            Episode episode,
            NamedArrays start,
            GradientEstimator.Backpropagation settings) {
        RolloutOptions options = RolloutOptions.GRADIENT.withTruncation(settings.truncation());
        Examples examples = episode.examples();
        try (Rollout rollout =
                learner.run(metaVariables, List.of(start), List.of(examples), options)) {
            double[] logits = rollout.logits(0);
            double[] logitGradient = new double[logits.length];
            double loss =
                    CrossEntropy.loss(
                            logits,
                            examples.labels(),
                            episode.weights(),
                            examples.task().classes(),
                            logitGradient);
            double[] gradient = rollout.backward(List.of(logitGradient)).metaVariables();
            double norm = norm(gradient);
            if (norm > settings.clip()) {
                double factor = settings.clip() / norm;
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] *= factor;
                }
            }
            return new EpisodeGradient(
                    loss,
                    Predictions.accuracy(logits, examples),
                    examples.labels().length,
                    Double.isFinite(norm) ? gradient : null,
                    norm);
        }
    }

    static double norm(double[] vector) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
