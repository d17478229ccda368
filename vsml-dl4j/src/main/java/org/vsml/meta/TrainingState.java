package org.vsml.meta;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.NamedArrays;

/**
 * All that a run must know to go on: a value, replaced as a whole after each step. Whatever is
 * random is a function of seed, step and index, so no generator has to be kept.
 *
 * @param step updates of V_M so far
 * @param metaVariables V_M
 * @param moments of the optimizer
 * @param optimizerSteps updates since the moments were zero
 * @param metaLoss of the last step
 * @param accuracy of the last step
 * @param badSteps steps in a row, up to the last, with a loss above the bound
 * @param bestAccuracy on held-out sets so far; negative infinity before the first evaluation
 * @param bestStep where that was
 * @param evaluatedStep the last step after which there was a test on held-out sets
 * @param seconds spent so far
 * @param pool episodes under way, the oldest first
 */
record TrainingState(
        long step,
        NamedArrays metaVariables,
        double[][] moments,
        long optimizerSteps,
        double metaLoss,
        double accuracy,
        int badSteps,
        double bestAccuracy,
        long bestStep,
        long evaluatedStep,
        double seconds,
        List<PooledState> pool) {

    static TrainingState start(NamedArrays metaVariables) {
        return new TrainingState(
                0,
                metaVariables,
                new double[0][],
                0,
                Double.NaN,
                Double.NaN,
                0,
                Double.NEGATIVE_INFINITY,
                0,
                0,
                0,
                List.of());
    }

    /** After a test on held-out sets, with the best accuracy so far. */
    TrainingState evaluated(double best) {
        return new TrainingState(
                step,
                metaVariables,
                moments,
                optimizerSteps,
                metaLoss,
                accuracy,
                badSteps,
                best,
                best > bestAccuracy ? step : bestStep,
                step,
                seconds,
                pool);
    }

    double[][] copyOfMoments() {
        return Arrays.stream(moments).map(double[]::clone).toArray(double[][]::new);
    }
}
