package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;

/**
 * Running standardisation of every input, as part of a learner: x̂_a = (x_a − mean_a) / scale_a,
 * clipped, with
 *
 * <pre>
 *   scale_a² = variance_a + rangeShare · (highest_a − lowest_a)²
 * </pre>
 *
 * of the examples so far, the present one included (Welford's recurrence, divisor n). An input that
 * has had one value only gives 0. The statistics are learned variables.
 *
 * <p>Without the range an input that is nearly always the same, as many pixels are, would be blown
 * up when it changes for once. A share of the variance of other inputs would prevent that too, but
 * then results would depend on the units in which columns are measured.
 *
 * @param clip bound of |x̂|; positive, infinity for none
 * @param rangeShare what the range adds to the variance; at least 0, for none
 */
public record Conditioning(double clip, double rangeShare) {

    /**
     * Clipped at ±2, for bounded inputs are worth more than exact outliers, with a share of 0.03 of
     * the squared range.
     */
    public static final Conditioning STANDARD = new Conditioning(2, 0.03);

    private static final String PREFIX = "conditioning.";
    static final String COUNT = PREFIX + "count";
    static final String ORIGIN = PREFIX + "origin";
    static final String MEAN = PREFIX + "mean";
    static final String SQUARES = PREFIX + "squares";
    static final String LOWEST = PREFIX + "lowest";
    static final String HIGHEST = PREFIX + "highest";

    public Conditioning {
        require(clip > 0, "clip must be positive (infinity for none), got %s", clip);
        require(
                rangeShare >= 0 && rangeShare <= 1,
                "rangeShare must be in [0, 1], got %s",
                rangeShare);
    }

    /**
     * What is kept of a stream of so many inputs: {@code conditioning.count} [1], examples seen;
     * {@code conditioning.origin} [inputs], the first example, from which everything else is
     * measured, so that large offsets cost no digits; {@code conditioning.mean}; {@code
     * conditioning.squares}, sums of squared differences from the mean; {@code conditioning.lowest}
     * and {@code conditioning.highest} [inputs].
     */
    public ArrayLayout layout(int inputs) {
        return new ArrayLayout(
                List.of(
                        ArrayLayout.Entry.of(COUNT, 1),
                        ArrayLayout.Entry.of(ORIGIN, inputs),
                        ArrayLayout.Entry.of(MEAN, inputs),
                        ArrayLayout.Entry.of(SQUARES, inputs),
                        ArrayLayout.Entry.of(LOWEST, inputs),
                        ArrayLayout.Entry.of(HIGHEST, inputs)));
    }

    /**
     * Throws unless the statistics among learned variables can be gone on from.
     *
     * @param where what error messages call them
     */
    void requireStatistics(NamedArrays learned, String where) {
        double count = learned.array(COUNT)[0];
        require(
                count >= 0 && count == Math.rint(count),
                "%s of %s must be a number of examples, got %s",
                COUNT,
                where,
                count);
        for (double sum : learned.array(SQUARES)) {
            require(sum >= 0, "%s of %s must be >= 0, got %s", SQUARES, where, sum);
        }
    }
}
