package org.vsml.meta;

import java.util.List;

/**
 * Works out the gradient of the meta loss, step by step of one phase. Each kind of {@link
 * GradientEstimator} makes its own.
 */
interface Estimator {

    /**
     * The gradient of one step, a function of the state and of the seed of the run: the same bits
     * for any number of threads.
     *
     * @param state before the step
     * @param local steps of the phase that are done
     * @throws java.util.concurrent.CancellationException if the run is stopped meanwhile
     */
    Estimate estimate(TrainingState state, long local);

    /**
     * What an estimator gives.
     *
     * @param gradient to follow
     * @param pool episodes under way after the step, the oldest first
     */
    record Estimate(StepGradient gradient, List<PooledState> pool) {}
}
