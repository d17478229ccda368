package org.vsml.meta;

/**
 * What one step of meta-training did.
 *
 * @param step number of updates of V_M, this one included
 * @param phase index of the phase, from 0
 * @param metaLoss mean over the episodes of the weighted cross-entropy
 * @param accuracy mean over the episodes of the cumulative (prequential) accuracy
 * @param gradientNorm Euclidean norm of the gradient that was followed
 * @param episodeNorm mean norm of the gradients of single episodes before clipping; 0 for evolution
 *     strategies
 * @param clipped share of the episodes whose gradient was clipped
 * @param nonFinite episodes (of evolution strategies: runs) without a finite gradient (fitness)
 * @param learningRate of this step
 * @param examples that were learned
 * @param seconds that the step took
 */
public record StepMetrics(
        long step,
        int phase,
        double metaLoss,
        double accuracy,
        double gradientNorm,
        double episodeNorm,
        double clipped,
        int nonFinite,
        double learningRate,
        long examples,
        double seconds) {}
