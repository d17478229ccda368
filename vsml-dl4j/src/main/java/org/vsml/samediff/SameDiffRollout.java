package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RecordedRollout;
import org.vsml.core.RolloutOptions;

/** The batches of one run. */
final class SameDiffRollout extends RecordedRollout {

    private final List<BatchRun> runs;
    private final List<List<Integer>> batches;
    private final List<Examples> episodes;
    private final ArrayLayout metaLayout;
    private final RolloutOptions options;
    private final Runnable onClose;
    private final int[] batchOf;
    private final int[] placeOf;

    /**
     * @param batches for each run the episodes it holds
     * @param onClose called once when the recording has been freed
     */
    SameDiffRollout(
            List<BatchRun> runs,
            List<List<Integer>> batches,
            List<Examples> episodes,
            ArrayLayout metaLayout,
            RolloutOptions options,
            Runnable onClose) {
        super(options);
        this.runs = runs;
        this.batches = batches;
        this.episodes = episodes;
        this.metaLayout = metaLayout;
        this.options = options;
        this.onClose = onClose;
        batchOf = new int[episodes.size()];
        placeOf = new int[episodes.size()];
        for (int b = 0; b < batches.size(); b++) {
            for (int i = 0; i < batches.get(b).size(); i++) {
                batchOf[batches.get(b).get(i)] = b;
                placeOf[batches.get(b).get(i)] = i;
            }
        }
    }

    @Override
    public int episodes() {
        return episodes.size();
    }

    @Override
    public double[] logits(int episode) {
        return runs.get(batchOf[episode]).logits(placeOf[episode]);
    }

    @Override
    public NamedArrays learnedVariables(int episode) {
        return runs.get(batchOf[episode]).learnedVariables(placeOf[episode]);
    }

    @Override
    protected Gradient pullBack(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
        List<double[]> inputs = new ArrayList<>();
        for (int i = 0; i < episodes.size() && options.inputGradient(); i++) {
            inputs.add(new double[episodes.get(i).inputs().length]);
        }
        NamedArrays[] starts = new NamedArrays[episodes.size()];
        double[][] meta = new double[runs.size()][metaLayout.size()];
        SameDiffLearner.each(
                runs.size(),
                b -> {
                    List<Integer> batch = batches.get(b);
                    List<NamedArrays> gradients =
                            runs.get(b)
                                    .backward(
                                            batch.stream().map(logitGradients::get).toList(),
                                            batch.stream()
                                                    .map(learnedVariableGradients::get)
                                                    .collect(
                                                            java.util.stream.Collectors
                                                                    .toCollection(ArrayList::new)),
                                            meta[b],
                                            options.inputGradient()
                                                    ? batch.stream().map(inputs::get).toList()
                                                    : List.of());
                    for (int i = 0; i < batch.size(); i++) {
                        starts[batch.get(i)] = gradients.get(i);
                    }
                });
        double[] sum = sum(meta, metaLayout.size());
        return new Gradient(sum, List.of(starts), Collections.unmodifiableList(inputs));
    }

    @Override
    protected ArrayLayout learnedLayout(int episode) {
        return runs.get(batchOf[episode]).learnedLayout();
    }

    @Override
    protected void free() {
        runs.forEach(BatchRun::close);
        onClose.run();
    }
}
