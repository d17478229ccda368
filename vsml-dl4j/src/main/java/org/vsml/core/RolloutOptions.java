package org.vsml.core;

import static org.vsml.core.Checks.require;

/**
 * Whether and how a run is recorded so that its gradient can be taken.
 *
 * @param record whether {@link Rollout#backward} will be called
 * @param inputGradient whether the gradient with respect to the inputs is wanted too
 * @param truncation examples after which the adjoint of the learned variables is dropped (truncated
 *     back-propagation): borders lie at multiples of it, counted from the episode's start; 0 for
 *     the exact gradient
 * @param memoryBudget bytes the recording of one run may take, as far as the engine can choose: it
 *     keeps everything while that fits and recomputes between checkpoints otherwise
 */
public record RolloutOptions(
        boolean record, boolean inputGradient, int truncation, long memoryBudget) {

    /** 512 MB. */
    public static final long DEFAULT_MEMORY_BUDGET = 512L << 20;

    /** Predictions only. */
    public static final RolloutOptions FORWARD =
            new RolloutOptions(false, false, 0, DEFAULT_MEMORY_BUDGET);

    /** The exact gradient with respect to V_M and the starting V_L. */
    public static final RolloutOptions GRADIENT =
            new RolloutOptions(true, false, 0, DEFAULT_MEMORY_BUDGET);

    public RolloutOptions {
        require(truncation >= 0, "truncation must be >= 0 (0 for none), got %d", truncation);
        require(memoryBudget > 0, "memoryBudget must be positive, got %d", memoryBudget);
        require(record || !inputGradient, "inputGradient needs record: true, got record: false");
    }

    /** These options with truncated back-propagation. */
    public RolloutOptions withTruncation(int examples) {
        return new RolloutOptions(record, inputGradient, examples, memoryBudget);
    }

    /** These options with the gradient with respect to the inputs as well. */
    public RolloutOptions withInputGradient(boolean wanted) {
        return new RolloutOptions(record, wanted, truncation, memoryBudget);
    }

    /** These options with another memory budget in bytes. */
    public RolloutOptions withMemoryBudget(long bytes) {
        return new RolloutOptions(record, inputGradient, truncation, bytes);
    }
}
