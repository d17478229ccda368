package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.vsml.math.AdamStep;

/**
 * How meta variables follow the gradient of the meta loss downhill. In JSON {@code {type: adam,
 * learningRate: 0.001}} or {@code {type: sgd, learningRate: 0.01}}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Optimizer.Adam.class, name = "adam"),
    @JsonSubTypes.Type(value = Optimizer.Sgd.class, name = "sgd")
})
public sealed interface Optimizer {

    /** Step size over the steps of a phase. */
    Schedule learningRate();

    /** Running averages of the size of the parameters that it keeps. */
    int moments();

    /**
     * One step downhill.
     *
     * @param parameters changed in place
     * @param gradient of the loss; not changed
     * @param moments {@link #moments()} arrays, zeros before the first step; changed in place
     * @param step number of steps taken with these moments, this one included, from 1
     * @param rate learning rate of this step
     */
    void update(double[] parameters, double[] gradient, double[][] moments, long step, double rate);

    /**
     * Adam (Kingma and Ba 2015, algorithm 1), with bias correction.
     *
     * @param learningRate α
     * @param beta1 β₁, decay of the first moment; optional, default 0.9
     * @param beta2 β₂, decay of the second moment; optional, default 0.999
     * @param epsilon added to the root of the second moment; optional, default 1e-8
     */
    record Adam(Schedule learningRate, Double beta1, Double beta2, Double epsilon)
            implements Optimizer {

        public Adam {
            require(learningRate != null, "learningRate of adam must be given");
            beta1 = beta1 == null ? 0.9 : beta1;
            beta2 = beta2 == null ? 0.999 : beta2;
            epsilon = epsilon == null ? 1e-8 : epsilon;
            require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), got %s", beta1);
            require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), got %s", beta2);
            require(
                    epsilon > 0 && Double.isFinite(epsilon),
                    "epsilon must be positive and finite, got %s",
                    epsilon);
        }

        /** Adam with the usual decays. */
        public static Adam of(Schedule learningRate) {
            return new Adam(learningRate, null, null, null);
        }

        @Override
        public int moments() {
            return 2;
        }

        @Override
        public void update(
                double[] parameters,
                double[] gradient,
                double[][] moments,
                long step,
                double rate) {
            new AdamStep(beta1, beta2, epsilon)
                    .take(parameters, gradient, moments[0], moments[1], step, rate);
        }
    }

    /**
     * Gradient descent with momentum: {@code m ← μ·m + g, θ ← θ − rate·m}.
     *
     * @param learningRate step size
     * @param momentum μ; optional, default 0
     */
    record Sgd(Schedule learningRate, Double momentum) implements Optimizer {

        public Sgd {
            require(learningRate != null, "learningRate of sgd must be given");
            momentum = momentum == null ? 0 : momentum;
            require(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), got %s", momentum);
        }

        /** Without momentum. */
        public static Sgd of(Schedule learningRate) {
            return new Sgd(learningRate, null);
        }

        @Override
        public int moments() {
            return 1;
        }

        @Override
        public void update(
                double[] parameters,
                double[] gradient,
                double[][] moments,
                long step,
                double rate) {
            double[] velocity = moments[0];
            for (int i = 0; i < parameters.length; i++) {
                velocity[i] = momentum * velocity[i] + gradient[i];
                parameters[i] -= rate * velocity[i];
            }
        }
    }
}
