package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where the gradient of the meta loss with respect to V_M comes from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GradientEstimator.Backpropagation.class, name = "backpropagation")
})
public sealed interface GradientEstimator {

    /**
     * Back-propagation through the whole episode: the mean over the episodes of a step of the
     * gradient of each, clipped by its norm.
     *
     * @param clip bound on the Euclidean norm of an episode's gradient, which is scaled down to it;
     *     optional, default none
     * @param truncation examples after which the adjoint of the learned variables is dropped;
     *     optional, default 0 for the exact gradient
     * @param together episodes that are run side by side, and whose mean gradient is clipped as
     *     one; optional, default 1. Learners with few learned variables gain much by it; must
     *     divide the batch
     */
    record Backpropagation(Double clip, Integer truncation, Integer together)
            implements GradientEstimator {

        public Backpropagation {
            clip = clip == null ? Double.POSITIVE_INFINITY : clip;
            require(clip > 0, "clip must be positive (infinity for none), got %s", clip);
            truncation = truncation == null ? 0 : truncation;
            require(truncation >= 0, "truncation must be >= 0 (0 for none), got %d", truncation);
            together = together == null ? 1 : together;
            require(together >= 1, "together must be >= 1, got %d", together);
        }

        /** Each episode by itself. */
        public Backpropagation(Double clip, Integer truncation) {
            this(clip, truncation, 1);
        }

        /** The exact gradient, each episode's clipped. */
        public static Backpropagation clipped(double norm) {
            return new Backpropagation(norm, null);
        }

        /** This estimator with so many episodes side by side. */
        public Backpropagation withTogether(int episodes) {
            return new Backpropagation(clip, truncation, episodes);
        }
    }
}
