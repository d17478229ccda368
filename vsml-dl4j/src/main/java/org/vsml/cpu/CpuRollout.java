package org.vsml.cpu;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;

/** Episodes side by side, each on one thread. */
final class CpuRollout implements Rollout {

    private final Run[] runs;
    private final List<Examples> episodes;
    private final ArrayLayout metaLayout;
    private final RolloutOptions options;
    private final double[][] logits;
    private boolean pulledBack;
    private boolean closed;

    CpuRollout(
            Run[] runs, List<Examples> episodes, ArrayLayout metaLayout, RolloutOptions options) {
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
        // In the order of the episodes, whichever thread was first.
        double[] sum = new double[metaLayout.size()];
        for (double[] part : meta) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return new Gradient(
                sum,
                Arrays.asList(starts),
                options.inputGradient() ? Arrays.asList(inputs) : List.of());
    }

    private void check(List<double[]> logitGradients, List<NamedArrays> learnedGradients) {
        require(
                logitGradients.size() == runs.length && learnedGradients.size() == runs.length,
                "there must be gradients for %d episodes, got %d for logits and %d for learned"
                        + " variables",
                runs.length,
                logitGradients.size(),
                learnedGradients.size());
        for (int i = 0; i < runs.length; i++) {
            require(
                    logitGradients.get(i).length == logits[i].length,
                    "the logit gradient of episode %d must have %d values, got %d",
                    i,
                    logits[i].length,
                    logitGradients.get(i).length);
            if (learnedGradients.get(i) != null) {
                learnedGradients
                        .get(i)
                        .requireLayout(
                                runs[i].learnedLayout(),
                                "learned variable gradients",
                                "episode " + i);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (Run run : runs) {
                run.close();
            }
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
