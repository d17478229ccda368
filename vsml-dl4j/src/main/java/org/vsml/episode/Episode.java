package org.vsml.episode;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireFinite;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.Arrays;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;

/**
 * A stream of examples with what the meta loss needs to know of it. The arrays are owned by this
 * object; treat them as read-only.
 *
 * @param examples the stream (x_t, y_t), t = 1…T, with P examples a step
 * @param weights [T, P], share of each example's cross-entropy in the meta loss; finite and not
 *     negative, 0 allowed
 * @param stateSeed seed of the learned variables V_L before the first example
 * @param source what the episode was drawn from, for logs and reports
 */
public record Episode(Examples examples, double[] weights, long stateSeed, String source) {

    public Episode {
        require(
                examples != null && weights != null && source != null,
                "examples, weights and source must not be null");
        require(
                weights.length == examples.labels().length,
                "%d examples need %d weights, got %d",
                examples.labels().length,
                examples.labels().length,
                weights.length);
        for (int i = 0; i < weights.length; i++) {
            requireFinite(weights[i], "weight of example " + i);
            require(weights[i] >= 0, "weight of example %d must be >= 0, got %s", i, weights[i]);
        }
    }

    /** An episode whose loss is the mean over all its examples (paper, algorithm 1). */
    public static Episode withMeanLoss(Examples examples, long stateSeed, String source) {
        return new Episode(examples, Loss.MEAN.weights(examples), stateSeed, source);
    }

    /**
     * An episode whose loss is that of the examples of the last step (paper, appendix B, Omniglot).
     */
    public static Episode withLastLoss(Examples examples, long stateSeed, String source) {
        return new Episode(examples, Loss.LAST.weights(examples), stateSeed, source);
    }

    /** The learned variables V_L that a learner starts this episode from. */
    public NamedArrays start(Learner learner) {
        return learner.initialLearnedVariables(
                examples.task(), examples.parallel(), Seeds.generator(stateSeed));
    }

    /** Which examples the meta loss is the mean of. */
    public enum Loss {
        /** All of the episode. */
        @JsonAlias("mean")
        MEAN,
        /** Those of the last step. */
        @JsonAlias("last")
        LAST;

        /** Weights [T, P] that make the weighted sum this mean. */
        double[] weights(Examples examples) {
            int count = examples.labels().length;
            int parallel = examples.parallel();
            double[] result = new double[count];
            int from = this == MEAN ? 0 : Math.max(0, count - parallel);
            Arrays.fill(result, from, count, 1.0 / Math.max(1, count - from));
            return result;
        }
    }
}
