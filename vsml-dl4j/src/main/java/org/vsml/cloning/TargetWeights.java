package org.vsml.cloning;

import static org.vsml.core.Checks.require;

/**
 * What the squared error of each target is multiplied with in the loss of a sub-RNN; those of the
 * changes are in units of the learning rate.
 *
 * @param output of {@code y}
 * @param message of the mean error of y over a group, which is how errors reach the next layer
 * @param messageDown of {@code e'}
 * @param deltaW of {@code Δw}
 * @param deltaB of {@code Δb}
 * @param relative the errors of e', Δw and Δb count by {@code r²/(e² + r²)}: those of errors e well
 *     below r absolutely, those of larger ones relatively
 */
public record TargetWeights(
        double output,
        double message,
        double messageDown,
        double deltaW,
        double deltaB,
        double relative) {

    public TargetWeights {
        double least =
                Math.min(
                        Math.min(output, message), Math.min(messageDown, Math.min(deltaW, deltaB)));
        require(least >= 0, "weights of targets must be >= 0, got %s", least);
        require(relative > 0, "relative must be positive, got %s", relative);
    }
}
