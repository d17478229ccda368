package org.vsml.core;

import java.util.List;

/**
 * One or more episodes run side by side: what was predicted, what was learned, and the way back to
 * the gradient.
 */
public interface Rollout extends AutoCloseable {

    /** Number of episodes. */
    int episodes();

    /**
     * Logits [T, P, classes] of an episode: for each example what was predicted before its label
     * was seen.
     */
    double[] logits(int episode);

    /** Learned variables after the last example of an episode. */
    NamedArrays learnedVariables(int episode);

    /**
     * Pulls a gradient back through the whole run (reverse mode). The error that a step feeds to
     * the next, softmax(logits) − one-hot label, is differentiated through. May be called once,
     * after a run with {@link RolloutOptions#record()}.
     *
     * @param logitGradients for each episode ∂loss/∂logits [T, P, classes]
     * @param learnedVariableGradients for each episode ∂loss/∂(final V_L), or null where the loss
     *     does not depend on it; with truncation it reaches back to the last border only
     * @throws IllegalStateException if the run was not recorded, or this was called before
     */
    Gradient backward(List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients);

    /** {@link #backward(List, List)} for a loss of the logits alone. */
    default Gradient backward(List<double[]> logitGradients) {
        return backward(logitGradients, java.util.Collections.nCopies(episodes(), null));
    }

    /** Frees the recording. */
    @Override
    void close();

    /**
     * The gradient of a scalar loss.
     *
     * @param metaVariables ∂loss/∂V_M, summed over the episodes
     * @param starts for each episode ∂loss/∂(starting V_L); zeros under truncation
     * @param inputs for each episode ∂loss/∂inputs [T, P, inputs]; empty unless asked for
     */
    record Gradient(double[] metaVariables, List<NamedArrays> starts, List<double[]> inputs) {}
}
