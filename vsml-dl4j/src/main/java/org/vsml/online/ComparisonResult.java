package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.IntStream;

/**
 * Cumulative accuracy of every contender after every number of examples, over all seeds. Immutable.
 */
public final class ComparisonResult {

    private final List<Contender> contenders;
    private final int length;

    /** Correct predictions [contender][setting][seed][examples seen − 1]. */
    private final int[][][][] counts;

    private final List<List<Point>> curves = new ArrayList<>();

    /** [seed][contender][setting]; no seeds if not measured. */
    private final List<List<List<NavigableMap<Integer, double[]>>>> measured;

    /**
     * One point of a curve.
     *
     * @param contender name of the contender
     * @param examples examples seen
     * @param accuracy cumulative accuracy, the mean over seeds, and its 95 % interval
     * @param setting name of the setting that is best here
     */
    public record Point(String contender, int examples, Interval accuracy, String setting) {}

    /**
     * Metrics of a contender, means over seeds, of all predictions so far unless said otherwise;
     * see {@link PrequentialMetrics}. Of a grid they are those of the setting with the best
     * accuracy here; the lowest log loss may be that of another.
     *
     * @param contender name of the contender
     * @param examples examples seen
     * @param accuracy share of predictions that were right
     * @param logLoss mean of −ln p(label)
     * @param calibrationError expected calibration error
     * @param kappa κ, beyond guessing with the same shares
     * @param kappaM κ_M, beyond the class seen most
     * @param kappaT κ_T, beyond the label before
     * @param windowAccuracy accuracy of the last examples
     * @param setting name of the setting with the best accuracy
     * @param lowestLogLoss lowest log loss of all settings
     * @param lowestLogLossSetting name of the setting that has it
     */
    public record Metrics(
            String contender,
            int examples,
            double accuracy,
            double logLoss,
            double calibrationError,
            double kappa,
            double kappaM,
            double kappaT,
            double windowAccuracy,
            String setting,
            double lowestLogLoss,
            String lowestLogLossSetting) {}

    /**
     * What {@link Comparison#correct} gave, or was kept of it.
     *
     * @param contenders what was compared
     * @param correct which predictions were right [seed][contender][setting][example]
     */
    public static ComparisonResult of(List<Contender> contenders, List<boolean[][][]> correct) {
        require(!correct.isEmpty(), "a comparison needs at least one seed, got none");
        for (boolean[][][] run : correct) {
            require(
                    run.length == contenders.size(),
                    "%d contenders need as many runs of each seed, got %d",
                    contenders.size(),
                    run.length);
            for (int c = 0; c < run.length; c++) {
                require(
                        run[c].length == contenders.get(c).settings().size(),
                        "%s has %d settings and needs as many runs of each seed, got %d",
                        contenders.get(c).name(),
                        contenders.get(c).settings().size(),
                        run[c].length);
            }
        }
        return new ComparisonResult(List.copyOf(contenders), correct, List.of());
    }

    /** {@code correct} [seed][contender][setting][example]; {@code measured} may be empty. */
    ComparisonResult(
            List<Contender> contenders,
            List<boolean[][][]> correct,
            List<List<List<NavigableMap<Integer, double[]>>>> measured) {
        this.contenders = contenders;
        this.measured = measured;
        length = correct.stream().mapToInt(run -> run[0][0].length).min().orElse(0);
        require(length >= 1, "the streams had no examples");
        counts = new int[contenders.size()][][][];
        for (int c = 0; c < counts.length; c++) {
            counts[c] = new int[contenders.get(c).settings().size()][correct.size()][];
            for (int s = 0; s < counts[c].length; s++) {
                for (int seed = 0; seed < correct.size(); seed++) {
                    counts[c][s][seed] = cumulated(correct.get(seed)[c][s], length);
                }
            }
            List<Point> curve = new ArrayList<>();
            for (int t = 1; t <= length; t++) {
                curve.add(best(c, t));
            }
            curves.add(List.copyOf(curve));
        }
    }

    /** Names of the contenders, in order. */
    public List<String> contenders() {
        return contenders.stream().map(Contender::name).toList();
    }

    /** Number of examples of the shortest stream; curves are as long. */
    public int length() {
        return length;
    }

    /** The curve of a contender: one point for each number of examples from 1 on. */
    public List<Point> curve(String contender) {
        int index = contenders().indexOf(contender);
        require(index >= 0, "no contender is named %s; there are %s", contender, contenders());
        return curves.get(index);
    }

    /**
     * Some points of {@link #curve(String)}, dense at first, where curves are steep: numbers of
     * examples in about equal ratios, the first and the last included.
     *
     * @param steps between the points, at most; early ones fall together
     */
    public List<Point> curve(String contender, int steps) {
        require(steps >= 1, "steps must be >= 1, got %d", steps);
        return IntStream.rangeClosed(0, steps)
                .map(i -> (int) Math.round(Math.pow(length, (double) i / steps)))
                .distinct()
                .mapToObj(examples -> at(contender, examples))
                .toList();
    }

    /**
     * A contender after {@code examples} examples, or after the last one where the streams are
     * shorter.
     *
     * @param examples at least 1
     */
    public Point at(String contender, int examples) {
        require(examples >= 1, "examples must be >= 1, got %d", examples);
        return curve(contender).get(Math.min(examples, length) - 1);
    }

    /** Cumulative accuracies of one setting after {@code examples} examples, one for each seed. */
    public double[] accuracies(String contender, String setting, int examples) {
        int index = contenders().indexOf(contender);
        require(index >= 0, "no contender is named %s; there are %s", contender, contenders());
        List<String> settings =
                contenders.get(index).settings().stream().map(OnlineAlgorithm::name).toList();
        int chosen = settings.indexOf(setting);
        require(chosen >= 0, "%s has no setting %s; there are %s", contender, setting, settings);
        return accuracies(index, chosen, Math.min(examples, length));
    }

    /**
     * Metrics of a contender.
     *
     * @param examples one of the horizons asked for, or the length of the streams; what is longer
     *     than they are stands for their end
     */
    public Metrics metrics(String contender, int examples) {
        require(!measured.isEmpty(), "metrics were not asked for");
        Point best = at(contender, examples);
        int at = best.examples();
        int index = contenders().indexOf(contender);
        List<String> settings =
                contenders.get(index).settings().stream().map(OnlineAlgorithm::name).toList();
        List<double[]> means =
                IntStream.range(0, settings.size()).mapToObj(s -> means(index, s, at)).toList();
        int lowest = 0;
        for (int s = 1; s < means.size(); s++) {
            if (means.get(s)[1] < means.get(lowest)[1]) {
                lowest = s;
            }
        }
        double[] of = means.get(settings.indexOf(best.setting()));
        return new Metrics(
                contender,
                at,
                of[0],
                of[1],
                of[2],
                of[3],
                of[4],
                of[5],
                of[6],
                best.setting(),
                means.get(lowest)[1],
                settings.get(lowest));
    }

    private double[] means(int contender, int setting, int examples) {
        double[] sums = new double[7];
        for (List<List<NavigableMap<Integer, double[]>>> run : measured) {
            double[] values = run.get(contender).get(setting).get(examples);
            require(values != null, "metrics were not asked for after %d examples", examples);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values[i] / measured.size();
            }
        }
        return sums;
    }

    private double[] accuracies(int contender, int setting, int examples) {
        int[][] runs = counts[contender][setting];
        double[] values = new double[runs.length];
        for (int seed = 0; seed < runs.length; seed++) {
            values[seed] = (double) runs[seed][examples - 1] / examples;
        }
        return values;
    }

    private Point best(int contender, int examples) {
        int best = 0;
        long most = -1;
        for (int s = 0; s < counts[contender].length; s++) {
            long sum = 0;
            for (int[] run : counts[contender][s]) {
                sum += run[examples - 1];
            }
            if (sum > most) {
                most = sum;
                best = s;
            }
        }
        Contender who = contenders.get(contender);
        return new Point(
                who.name(),
                examples,
                Interval.ofProportions(accuracies(contender, best, examples)),
                who.settings().get(best).name());
    }

    private static int[] cumulated(boolean[] correct, int length) {
        int[] sums = new int[length];
        int sum = 0;
        for (int t = 0; t < length; t++) {
            sum += correct[t] ? 1 : 0;
            sums[t] = sum;
        }
        return sums;
    }
}
