package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;

/** The episodes of one run of a layer with a memory. */
final class MemoryRollout implements Rollout {

    private final List<MemoryEpisode> runs;
    private final List<Examples> episodes;
    private final ArrayLayout metaLayout;
    private final RolloutOptions options;
    private final Runnable onClose;
    private boolean pulledBack;
    private boolean closed;

    /**
     * @param onClose called once when the rollout is closed
     */
    MemoryRollout(
            List<MemoryEpisode> runs,
            List<Examples> episodes,
            ArrayLayout metaLayout,
            RolloutOptions options,
            Runnable onClose) {
        this.runs = List.copyOf(runs);
        this.episodes = List.copyOf(episodes);
        this.metaLayout = metaLayout;
        this.options = options;
        this.onClose = onClose;
    }

    @Override
    public int episodes() {
        return runs.size();
    }

    @Override
    public double[] logits(int episode) {
        return runs.get(episode).logits();
    }

    @Override
    public NamedArrays learnedVariables(int episode) {
        return runs.get(episode).learnedVariables();
    }

    @Override
    public Gradient backward(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
        if (!options.record() || pulledBack || closed) {
            throw new IllegalStateException(
                    !options.record()
                            ? "the run was not recorded: use RolloutOptions.GRADIENT"
                            : "backward may be called once, before the rollout is closed");
        }
        check(logitGradients, learnedVariableGradients);
        pulledBack = true;
        double[][] meta = new double[runs.size()][metaLayout.size()];
        NamedArrays[] starts = new NamedArrays[runs.size()];
        double[][] inputs = new double[runs.size()][];
        SameDiffLearner.each(
                runs.size(),
                i -> {
                    if (options.inputGradient()) {
                        inputs[i] = new double[episodes.get(i).inputs().length];
                    }
                    starts[i] =
                            runs.get(i)
                                    .backward(
                                            logitGradients.get(i),
                                            learnedVariableGradients.get(i),
                                            metaLayout,
                                            meta[i],
                                            inputs[i]);
                });
        // In the order of the episodes, whichever thread was first.
        double[] sum = new double[metaLayout.size()];
        for (double[] part : meta) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return new Gradient(
                sum, List.of(starts), options.inputGradient() ? Arrays.asList(inputs) : List.of());
    }

    private void check(List<double[]> logitGradients, List<NamedArrays> learnedGradients) {
        require(
                logitGradients.size() == runs.size() && learnedGradients.size() == runs.size(),
                "there must be gradients for %d episodes, got %d for logits and %d for learned variables",
                runs.size(),
                logitGradients.size(),
                learnedGradients.size());
        for (int i = 0; i < runs.size(); i++) {
            require(
                    logitGradients.get(i).length == logits(i).length,
                    "the logit gradient of episode %d must have %d values, got %d",
                    i,
                    logits(i).length,
                    logitGradients.get(i).length);
            NamedArrays gradient = learnedGradients.get(i);
            if (gradient != null) {
                gradient.requireLayout(
                        runs.get(i).learnedLayout(), "learned variable gradients", "episode " + i);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
