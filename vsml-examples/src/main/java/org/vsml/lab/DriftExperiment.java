package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import org.vsml.episode.DriftStream;
import org.vsml.online.Comparison;
import org.vsml.online.Contender;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * How soon several learners recover from a change of the concept, on the same streams.
 *
 * @param contenders what is tested; of a grid the setting that is right most often on all streams
 * @param kinds of streams
 * @param examples of a stream
 * @param streams of each kind
 * @param seed of the streams
 * @param threads streams at the same time
 */
public record DriftExperiment(
        List<Contender> contenders,
        List<DriftStream.Kind> kinds,
        int examples,
        int streams,
        long seed,
        int threads) {

    /** Examples before the change whose accuracy is reported. */
    public static final int BEFORE = 500;

    /** Examples after the change, and at the end of the time to recover. */
    public static final int WINDOW = 200;

    /** Examples after which learners should have recovered. */
    public static final int RECOVERY = 2000;

    private static final int CURVE_STEP = 100;

    /**
     * Accuracy of a learner, means over the streams.
     *
     * @param before of the last 500 examples before the change
     * @param after of the first 200 after it
     * @param recovered of the 200 that end 2,000 after it
     * @param end of the last 500
     */
    public record Row(
            String stream,
            String learner,
            double before,
            double after,
            double recovered,
            double end,
            int streams,
            String setting) {}

    public DriftExperiment {
        contenders = List.copyOf(contenders);
        kinds = List.copyOf(kinds);
        require(
                examples >= 2 * RECOVERY,
                "--examples must be >= %d for a change in the midst and time to recover, got %d",
                2 * RECOVERY,
                examples);
    }

    /** The stream of a kind: it changes in the midst. */
    public DriftStream stream(DriftStream.Kind kind) {
        return new DriftStream(kind, examples, examples / 2);
    }

    /** Tests on one kind of stream after the other and adds what came out to a report. */
    public Report on(Report report, Progress.Display display) {
        List<Row> rows = new ArrayList<>();
        List<LinePlot> plots = new ArrayList<>();
        try (Progress progress =
                display.begin("drift", "examples", (long) examples * streams * kinds.size())) {
            for (DriftStream.Kind kind : kinds) {
                progress.say("%s", kind.label());
                List<boolean[][][]> correct =
                        new Comparison(contenders, stream(kind))
                                .correct(seed, streams, threads, progress::step);
                LinePlot plot =
                        new LinePlot(
                                        kind.label(),
                                        "examples seen",
                                        "accuracy of the last " + WINDOW)
                                .yRange(0, 1);
                for (int c = 0; c < contenders.size(); c++) {
                    int setting = best(correct, c);
                    double[] right = means(correct, c, setting);
                    rows.add(row(kind, contenders.get(c), setting, right));
                    draw(plot, contenders.get(c).name(), right);
                }
                plots.add(plot);
            }
        }
        Table table = Table.of(Row.class, rows);
        return report.table(table)
                .csv("drift.csv", table)
                .plot("drift.png", plots.toArray(new LinePlot[0]));
    }

    private Row row(DriftStream.Kind kind, Contender contender, int setting, double[] right) {
        int change = stream(kind).change();
        return new Row(
                kind.label(),
                contender.name(),
                mean(right, change - BEFORE, change),
                mean(right, change, change + WINDOW),
                mean(right, change + RECOVERY - WINDOW, change + RECOVERY),
                mean(right, examples - BEFORE, examples),
                streams,
                contender.settings().get(setting).name());
    }

    private static void draw(LinePlot plot, String name, double[] right) {
        int points = right.length / CURVE_STEP;
        double[] x = new double[points];
        double[] y = new double[points];
        for (int i = 0; i < points; i++) {
            int to = (i + 1) * CURVE_STEP;
            x[i] = to;
            y[i] = mean(right, Math.max(0, to - WINDOW), to);
        }
        plot.line(name, x, y);
    }

    private static int best(List<boolean[][][]> correct, int contender) {
        int best = 0;
        double most = -1;
        for (int s = 0; s < correct.get(0)[contender].length; s++) {
            double[] right = means(correct, contender, s);
            double mean = mean(right, 0, right.length);
            if (mean > most) {
                most = mean;
                best = s;
            }
        }
        return best;
    }

    /** [example], share of the streams in which the prediction was right. */
    private static double[] means(List<boolean[][][]> correct, int contender, int setting) {
        double[] result = new double[correct.get(0)[contender][setting].length];
        for (boolean[][][] stream : correct) {
            for (int t = 0; t < result.length; t++) {
                result[t] += stream[contender][setting][t] ? 1.0 / correct.size() : 0;
            }
        }
        return result;
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }
}
