package org.vsml.samediff;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RecordedRollout;
import org.vsml.core.RolloutOptions;

/** The episodes of one run of a layer with a memory. */
final class MemoryRollout extends RecordedRollout {

    private final List<MemoryEpisode> runs;
    private final List<Examples> episodes;
    private final ArrayLayout metaLayout;
    private final RolloutOptions options;
    private final Runnable onClose;

    /**
     * @param onClose called once when the rollout is closed
     */
    MemoryRollout(
            List<MemoryEpisode> runs,
            List<Examples> episodes,
            ArrayLayout metaLayout,
            RolloutOptions options,
            Runnable onClose) {
        super(options);
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
    protected Gradient pullBack(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
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
        double[] sum = sum(meta, metaLayout.size());
        return new Gradient(
                sum, List.of(starts), options.inputGradient() ? Arrays.asList(inputs) : List.of());
    }

    @Override
    protected ArrayLayout learnedLayout(int episode) {
        return runs.get(episode).learnedLayout();
    }

    @Override
    protected void free() {
        onClose.run();
    }
}
