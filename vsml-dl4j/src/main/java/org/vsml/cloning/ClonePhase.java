package org.vsml.cloning;

import static org.vsml.core.Checks.require;

/**
 * A phase of cloning. Its step size follows half a cosine to zero.
 *
 * @param steps meta steps; 0 for none
 * @param rate step size of Adam to begin with, after a warm-up
 * @param shadowShare share of the tuples that come from shadow networks at work; the others are
 *     random
 * @param weights of the targets
 */
public record ClonePhase(int steps, double rate, double shadowShare, TargetWeights weights) {

    public ClonePhase {
        require(steps >= 0, "steps must be >= 0, got %d", steps);
        require(rate > 0, "rate must be positive, got %s", rate);
        require(
                shadowShare >= 0 && shadowShare <= 1,
                "shadowShare must be in [0, 1], got %s",
                shadowShare);
        require(weights != null, "weights must not be null");
    }

    /** The same with another number of steps. */
    public ClonePhase withSteps(int other) {
        return new ClonePhase(other, rate, shadowShare, weights);
    }
}
