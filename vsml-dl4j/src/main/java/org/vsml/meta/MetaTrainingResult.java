package org.vsml.meta;

import org.vsml.core.LearningAlgorithm;

/**
 * What a run of {@link MetaTrainer} came to.
 *
 * @param step updates of V_M
 * @param metaLoss of the last step; NaN if there was none
 * @param accuracy cumulative accuracy of the last step; NaN if there was none
 * @param finished whether all steps asked for were made; false after {@link MetaTrainer#stop}
 * @param algorithm with the meta variables after the last step
 */
public record MetaTrainingResult(
        long step,
        double metaLoss,
        double accuracy,
        boolean finished,
        LearningAlgorithm algorithm) {}
