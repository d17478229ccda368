package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
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
     * What {@link Comparison#correct} gave, or was kept of it.
     *
     * @param contenders who was compared
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
        return new ComparisonResult(List.copyOf(contenders), correct);
    }

    /** {@code correct} [seed][contender][setting][example]. */
    ComparisonResult(List<Contender> contenders, List<boolean[][][]> correct) {
        this.contenders = contenders;
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
        int place = settings.indexOf(setting);
        require(place >= 0, "%s has no setting %s; there are %s", contender, setting, settings);
        return accuracies(index, place, Math.min(examples, length));
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
                Interval.ofMean(accuracies(contender, best, examples)),
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
