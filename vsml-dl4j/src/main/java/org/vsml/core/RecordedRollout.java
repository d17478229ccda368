package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;

/**
 * What every engine's rollout has in common: it goes back once at most, if it was recorded and is
 * open, from gradients that fit its episodes. Belongs to one thread.
 */
public abstract class RecordedRollout implements Rollout {

    private final RolloutOptions options;
    private boolean pulledBack;
    private boolean closed;

    /**
     * @param options the run's
     */
    protected RecordedRollout(RolloutOptions options) {
        this.options = options;
    }

    /** Layout of the learned variables after an episode, which their gradient must have. */
    protected abstract ArrayLayout learnedLayout(int episode);

    /** {@link #backward(List, List)}, of gradients that were checked. */
    protected abstract Gradient pullBack(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients);

    /** Frees the recording; called once. */
    protected abstract void free();

    @Override
    public final Gradient backward(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
        if (!options.record() || pulledBack || closed) {
            throw new IllegalStateException(
                    !options.record()
                            ? "the run was not recorded: use RolloutOptions.GRADIENT"
                            : "backward may be called once, before the rollout is closed");
        }
        check(logitGradients, learnedVariableGradients);
        pulledBack = true;
        return pullBack(logitGradients, learnedVariableGradients);
    }

    private void check(List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
        require(
                logitGradients.size() == episodes()
                        && learnedVariableGradients.size() == episodes(),
                "there must be gradients for %d episodes, got %d for logits and %d for learned variables",
                episodes(),
                logitGradients.size(),
                learnedVariableGradients.size());
        for (int i = 0; i < episodes(); i++) {
            int expected = logits(i).length;
            require(
                    logitGradients.get(i).length == expected,
                    "the logit gradient of episode %d must have %d values, got %d",
                    i,
                    expected,
                    logitGradients.get(i).length);
            NamedArrays gradient = learnedVariableGradients.get(i);
            if (gradient != null) {
                gradient.requireLayout(
                        learnedLayout(i), "learned variable gradients", "episode " + i);
            }
        }
    }

    /**
     * The sum of the parts of a gradient, in their order, whichever thread was first.
     *
     * @param size of each part
     */
    protected static double[] sum(double[][] parts, int size) {
        double[] sum = new double[size];
        for (double[] part : parts) {
            for (int i = 0; i < size; i++) {
                sum[i] += part[i];
            }
        }
        return sum;
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }
}
