package org.vsml.online;

import static org.vsml.core.Checks.require;

/**
 * Inputs minus their mean, by their standard deviation (with denominator n), both over all inputs
 * seen so far, the present one included; clipped. An input that was always the same is 0. By the
 * recurrence of Welford (1962). Not thread-safe.
 */
final class RunningStandardisation {

    private static final double CLIP = 5;

    private long count;
    private final double[] means;

    /** Sums of squared deviations from the mean. */
    private final double[] squares;

    /** Nothing seen yet. */
    public RunningStandardisation(int inputs) {
        require(inputs >= 1, "inputs must be >= 1, got %d", inputs);
        means = new double[inputs];
        squares = new double[inputs];
    }

    /**
     * Takes an example into the statistics, then standardises it with them.
     *
     * @param values holds the example, [inputs] from {@code offset} on; overwritten
     */
    public void next(double[] values, int offset) {
        count++;
        for (int a = 0; a < means.length; a++) {
            double x = values[offset + a];
            double difference = x - means[a];
            means[a] += difference / count;
            squares[a] += difference * (x - means[a]);
            double z = squares[a] > 0 ? (x - means[a]) / Math.sqrt(squares[a] / count) : 0;
            values[offset + a] = Math.max(-CLIP, Math.min(CLIP, z));
        }
    }
}
