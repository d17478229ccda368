package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * A mean over seeds and how sure it is.
 *
 * @param mean arithmetic mean
 * @param low lower end; NaN where one seed says nothing of the spread
 * @param high upper end
 * @param count number of seeds
 */
public record Interval(double mean, double low, double high, int count) {

    private static final double LEVEL = 0.95;
    private static final Map<Integer, Double> QUANTILES = new ConcurrentHashMap<>();

    /**
     * The 95 % confidence interval of the mean by Student's t: {@code mean ± t(0.975, n − 1)·s/√n}.
     *
     * @param values one for each seed; summed in this order
     */
    public static Interval ofMean(double... values) {
        int n = values.length;
        double mean = mean(values);
        if (n == 1) {
            return new Interval(mean, Double.NaN, Double.NaN, 1);
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double half =
                QUANTILES.computeIfAbsent(n, Interval::quantile) * Math.sqrt(squares / (n - 1) / n);
        return new Interval(mean, mean - half, mean + half, n);
    }

    /**
     * As {@link #ofMean}, for values in [0, 1] such as accuracies: ends beyond 0 or 1 are cut off.
     *
     * @param values one for each seed; summed in this order
     */
    public static Interval ofProportions(double... values) {
        Interval mean = ofMean(values);
        return mean.count() == 1
                ? mean
                : new Interval(
                        mean.mean(),
                        Math.max(0, mean.low()),
                        Math.min(1, mean.high()),
                        mean.count());
    }

    /**
     * The mean with the range that holds the middle 95 % of the values: how much single runs
     * differ, not how sure the mean is.
     *
     * @param values one for each seed
     */
    public static Interval ofPercentiles(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        percentile.setData(sorted);
        return new Interval(
                mean(values),
                percentile.evaluate(100 * (1 - LEVEL) / 2),
                percentile.evaluate(100 * (1 + LEVEL) / 2),
                values.length);
    }

    private static double quantile(int count) {
        return new TDistribution(null, count - 1).inverseCumulativeProbability((1 + LEVEL) / 2);
    }

    private static double mean(double[] values) {
        require(values.length >= 1, "an interval needs at least one value, got none");
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
