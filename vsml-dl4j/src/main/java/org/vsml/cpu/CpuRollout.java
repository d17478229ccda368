package org.vsml.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RecordedRollout;
import org.vsml.core.RolloutOptions;

/** Episodes side by side, each on one thread. */
final class CpuRollout extends RecordedRollout {

    private final Run[] runs;
    private final List<Examples> episodes;
    private final ArrayLayout metaLayout;
    private final RolloutOptions options;
    private final double[][] logits;

    CpuRollout(
            Run[] runs, List<Examples> episodes, ArrayLayout metaLayout, RolloutOptions options) {
        super(options);
        this.runs = runs;
        this.episodes = episodes;
        this.metaLayout = metaLayout;
        this.options = options;
        logits = new double[runs.length][];
        each(
                runs.length,
                i -> {
                    runs[i].forward();
                    logits[i] = doubles(runs[i].logits());
                });
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    @Override
    public int episodes() {
        return runs.length;
    }

    @Override
    public double[] logits(int episode) {
        return logits[episode].clone();
    }

    @Override
    public NamedArrays learnedVariables(int episode) {
        return runs[episode].learnedVariables();
    }

    @Override
    protected Gradient pullBack(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
        double[][] meta = new double[runs.length][metaLayout.size()];
        NamedArrays[] starts = new NamedArrays[runs.length];
        double[][] inputs = new double[runs.length][];
        each(
                runs.length,
                i -> {
                    if (options.inputGradient()) {
                        inputs[i] = new double[episodes.get(i).inputs().length];
                    }
                    starts[i] =
                            runs[i].backward(
                                    logitGradients.get(i),
                                    learnedVariableGradients.get(i),
                                    meta[i],
                                    inputs[i]);
                });
        double[] sum = sum(meta, metaLayout.size());
        return new Gradient(
                sum,
                Arrays.asList(starts),
                options.inputGradient() ? Arrays.asList(inputs) : List.of());
    }

    @Override
    protected ArrayLayout learnedLayout(int episode) {
        return runs[episode].learnedLayout();
    }

    @Override
    protected void free() {
        for (Run run : runs) {
            run.close();
        }
    }

    private static void each(int count, IntConsumer work) {
        if (count == 1) {
            work.accept(0);
        } else {
            IntStream.range(0, count).parallel().forEach(work);
        }
    }
}
