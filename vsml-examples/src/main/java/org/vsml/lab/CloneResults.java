package org.vsml.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.vsml.cloning.CloneComparison;
import org.vsml.core.HiddenLayer;
import org.vsml.episode.ImageSet;
import org.vsml.online.Interval;
import org.vsml.report.LinePlot;
import org.vsml.report.Table;

/** What clones and gradient descent came to, as tables, plots and sentences. */
final class CloneResults {

    private static final String VSML = "vsml";
    private static final String SGD = "sgd";

    /** Batches that a point of a curve is the mean of. */
    private static final int WINDOW = 10;

    /** One row of the result. */
    public record CloneScores(
            String set,
            int hiddenLayers,
            String learner,
            double accuracy,
            double low,
            double high,
            int seeds) {}

    /** A task and what learned it. */
    record Case(String set, ImageSet train, ImageSet test, List<HiddenLayer> hidden) {

        int depth() {
            return hidden.size();
        }
    }

    record Finished(Case of, int seed, CloneComparison.Result result) {}

    private CloneResults() {}

    static List<CloneScores> rows(List<Case> cases, List<Finished> finished) {
        List<CloneScores> rows = new ArrayList<>();
        for (Case c : cases) {
            rows.add(row(c, VSML, finished, f -> f.result().cloneAccuracy()));
            rows.add(row(c, SGD, finished, f -> f.result().sgdAccuracy()));
        }
        return rows;
    }

    private static CloneScores row(
            Case c, String learner, List<Finished> finished, ToDoubleFunction<Finished> value) {
        Interval interval = Interval.ofMean(of(c, finished).mapToDouble(value).toArray());
        return new CloneScores(
                c.set(),
                c.depth(),
                learner,
                interval.mean(),
                interval.low(),
                interval.high(),
                interval.count());
    }

    private static Stream<Finished> of(Case c, List<Finished> finished) {
        return finished.stream().filter(f -> f.of().equals(c));
    }

    static String differences(List<CloneScores> rows) {
        StringBuilder text = new StringBuilder("vsml − sgd, in points:");
        for (int i = 0; i + 1 < rows.size(); i += 2) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            " %s with %d hidden %+.2f;",
                            rows.get(i).set(),
                            rows.get(i).hiddenLayers(),
                            100 * (rows.get(i).accuracy() - rows.get(i + 1).accuracy())));
        }
        return text.substring(0, text.length() - 1);
    }

    static String agreementInWords(List<Finished> finished) {
        double least =
                finished.stream()
                        .flatMap(f -> f.result().steps().stream())
                        .flatMap(s -> s.cosine().stream())
                        .mapToDouble(Double::doubleValue)
                        .min()
                        .orElse(Double.NaN);
        double mean =
                finished.stream()
                        .flatMap(f -> f.result().steps().stream())
                        .flatMap(s -> s.cosine().stream())
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN);
        return String.format(
                Locale.ROOT,
                "cosine of the change of a layer's weights with backpropagation's: mean %.4f, least %.4f",
                mean,
                least);
    }

    static Table curves(List<Finished> finished) {
        Table table =
                new Table("set", "hidden_layers", "learner", "seed", "batch", "loss", "accuracy");
        for (Finished f : finished) {
            for (CloneComparison.Step s : f.result().steps()) {
                table.row(
                        f.of().set(),
                        f.of().depth(),
                        VSML,
                        f.seed(),
                        s.batch(),
                        s.cloneLoss(),
                        s.cloneAccuracy());
                table.row(
                        f.of().set(),
                        f.of().depth(),
                        SGD,
                        f.seed(),
                        s.batch(),
                        s.sgdLoss(),
                        s.sgdAccuracy());
            }
        }
        return table;
    }

    static Table agreement(List<Finished> finished) {
        Table table =
                new Table("set", "hidden_layers", "seed", "batch", "layer", "cosine", "norm_ratio");
        for (Finished f : finished) {
            for (CloneComparison.Step s : f.result().steps()) {
                for (int k = 0; k < s.cosine().size(); k++) {
                    table.row(
                            f.of().set(),
                            f.of().depth(),
                            f.seed(),
                            s.batch(),
                            k + 1,
                            s.cosine().get(k),
                            s.normRatio().get(k));
                }
            }
        }
        return table;
    }

    static LinePlot[] plots(List<Case> cases, List<Finished> finished, int depth) {
        List<LinePlot> plots = new ArrayList<>();
        for (Case c : cases) {
            if (c.depth() == depth) {
                LinePlot loss = new LinePlot(c.set(), "batches of 64", "loss");
                band(loss, VSML, c, finished, CloneComparison.Step::cloneLoss);
                plots.add(band(loss, SGD, c, finished, CloneComparison.Step::sgdLoss));
                LinePlot accuracy = new LinePlot(c.set(), "batches of 64", "accuracy");
                band(accuracy, VSML, c, finished, CloneComparison.Step::cloneAccuracy);
                plots.add(band(accuracy, SGD, c, finished, CloneComparison.Step::sgdAccuracy));
            }
        }
        return plots.toArray(new LinePlot[0]);
    }

    static LinePlot[] agreementPlots(List<Case> cases, List<Finished> finished) {
        LinePlot cosine =
                new LinePlot("Direction of Δw", "batches of 64", "cosine with backpropagation's");
        LinePlot ratio = new LinePlot("Size of Δw", "batches of 64", "norm over backpropagation's");
        for (Case c : cases) {
            for (int layer = 0; layer <= c.depth(); layer++) {
                int k = layer;
                String name = c.set() + ", layer " + (k + 1) + " of " + (c.depth() + 1);
                band(cosine, name, c, finished, s -> s.cosine().get(k));
                band(ratio, name, c, finished, s -> s.normRatio().get(k));
            }
        }
        return new LinePlot[] {cosine, ratio};
    }

    /** Means of some batches each, then over seeds. */
    private static LinePlot band(
            LinePlot plot,
            String name,
            Case c,
            List<Finished> finished,
            ToDoubleFunction<CloneComparison.Step> value) {
        List<double[]> smooth =
                of(c, finished).map(f -> smoothed(f.result().steps(), value)).toList();
        int points = smooth.get(0).length;
        int width =
                Math.min(WINDOW, of(c, finished).findFirst().orElseThrow().result().steps().size());
        double[] x = new double[points];
        double[] mean = new double[points];
        double[] low = new double[points];
        double[] high = new double[points];
        for (int i = 0; i < points; i++) {
            int at = i;
            Interval interval = Interval.ofMean(smooth.stream().mapToDouble(s -> s[at]).toArray());
            x[i] = (i + 0.5) * width;
            mean[i] = interval.mean();
            low[i] = interval.low();
            high[i] = interval.high();
        }
        return plot.band(name, x, mean, low, high);
    }

    private static double[] smoothed(
            List<CloneComparison.Step> steps, ToDoubleFunction<CloneComparison.Step> value) {
        int width = Math.min(WINDOW, steps.size());
        double[] result = new double[steps.size() / width];
        for (int i = 0; i < result.length * width; i++) {
            result[i / width] += value.applyAsDouble(steps.get(i)) / width;
        }
        return result;
    }

    static Table sizes(List<Case> cases, List<Finished> finished) {
        Table table = new Table("what", "inputs", "hidden", "classes", VSML, SGD, "seeds");
        for (Case c : cases) {
            List<Finished> own = of(c, finished).toList();
            table.row(
                    c.set(),
                    c.train().shape().size(),
                    c.hidden().isEmpty()
                            ? "none"
                            : String.join(
                                    " ",
                                    c.hidden().stream()
                                            .map(h -> "" + ((HiddenLayer.Dense) h).units())
                                            .toList()),
                    c.train().classes(),
                    own.stream().mapToDouble(f -> f.result().cloneAccuracy()).average().orElse(0),
                    own.stream().mapToDouble(f -> f.result().sgdAccuracy()).average().orElse(0),
                    own.size());
        }
        return table;
    }
}
