package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where the gradient of the meta loss with respect to V_M comes from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GradientEstimator.Backpropagation.class, name = "backpropagation"),
    @JsonSubTypes.Type(
            value = GradientEstimator.EvolutionStrategies.class,
            name = "evolution_strategies")
})
public sealed interface GradientEstimator {

    /** What works the gradients of a phase out. */
    Estimator estimator(PhaseContext context);

    /**
     * Throws where a phase has what this estimator cannot do.
     *
     * @param batch episodes a step
     * @param pool of learned states; may be null
     */
    void requireFits(int batch, StatePool pool);

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

        @Override
        public Estimator estimator(PhaseContext context) {
            return new BackpropagationEstimator(this, context);
        }

        @Override
        public void requireFits(int batch, StatePool pool) {
            require(
                    batch % together == 0,
                    "together of the estimator must divide the batch %d, got %d",
                    batch,
                    together);
        }

        /** This estimator with so many episodes side by side. */
        public Backpropagation withTogether(int episodes) {
            return new Backpropagation(clip, truncation, episodes);
        }
    }

    /**
     * Evolution strategies with antithetic pairs (Salimans et al. 2017; paper, appendix B): each
     * pair has an episode of its own, which both of it see. A loss that is not finite counts as the
     * worst of its step.
     *
     * @param sigma σ, standard deviation of the perturbations
     * @param shaping what of the losses is used; optional, default CENTRED_RANK
     */
    record EvolutionStrategies(Schedule sigma, Shaping shaping) implements GradientEstimator {

        public EvolutionStrategies {
            require(sigma != null, "sigma of evolution_strategies must be given");
            require(sigma.end() > 0, "sigma must stay positive, got end %s", sigma.end());
            shaping = shaping == null ? Shaping.CENTRED_RANK : shaping;
        }

        @Override
        public Estimator estimator(PhaseContext context) {
            return new EvolutionEstimator(this, context);
        }

        @Override
        public void requireFits(int batch, StatePool pool) {
            require(pool == null, "a pool needs the estimator backpropagation, got %s", this);
        }
    }

    /** What evolution strategies see of the losses of a step. */
    enum Shaping {
        /** The losses. */
        @JsonAlias("raw")
        RAW,
        /** Their ranks, from −1/2 to 1/2. */
        @JsonAlias("centred_rank")
        CENTRED_RANK
    }
}
