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
 * <p>Images, inputs of more than one row ({@link InputShape#height}), may have one mean and one
 * variance per channel instead ({@link PixelScale}), without a share of the range and clipped at
 * ±{@value #CLIP_PER_CHANNEL}, for pixels are bounded as they come.
 *
 * <p>Without the range an input that is nearly always the same, as many pixels are, would be blown
 * up when it changes for once. A share of the variance of other inputs would prevent that too, but
 * then results would depend on the units in which columns are measured.
 *
 * @param clip bound of |x̂|; positive, infinity for none
 * @param rangeShare what the range adds to the variance; in [0, 1], 0 for none
 * @param pixelScale the scale of the pixels of images; absent in files of old, {@link
 *     PixelScale#PER_PIXEL}
 */
public record Conditioning(double clip, double rangeShare, PixelScale pixelScale) {

    static final double CLIP_PER_CHANNEL = 5;

    /**
     * Clipped at ±2, for bounded inputs are worth more than exact outliers, with a share of 0.03 of
     * the squared range; images per channel.
     */
    public static final Conditioning STANDARD = new Conditioning(2, 0.03, PixelScale.PER_CHANNEL);

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
        pixelScale = pixelScale == null ? PixelScale.PER_PIXEL : pixelScale;
    }

    /** Of inputs that are each standardised by themselves, pixels too. */
    public Conditioning(double clip, double rangeShare) {
        this(clip, rangeShare, PixelScale.PER_PIXEL);
    }

    /** Whether inputs of a shape have one mean and one variance per channel. */
    public boolean perChannel(InputShape shape) {
        return pixelScale == PixelScale.PER_CHANNEL && shape.height() > 1;
    }

    /**
     * What is kept of a stream of inputs of a shape, in groups of one input or of one channel:
     * {@code conditioning.count} [1], examples seen; {@code conditioning.origin} [groups], the
     * group's first value, from which everything else is measured, so that large offsets cost no
     * digits; {@code conditioning.mean} [groups]; {@code conditioning.squares} [groups], sums of
     * squared differences from the mean; {@code conditioning.lowest} and {@code
     * conditioning.highest} [inputs].
     */
    public ArrayLayout layout(InputShape shape) {
        int groups = perChannel(shape) ? shape.channels() : shape.size();
        return new ArrayLayout(
                List.of(
                        ArrayLayout.Entry.of(COUNT, 1),
                        ArrayLayout.Entry.of(ORIGIN, groups),
                        ArrayLayout.Entry.of(MEAN, groups),
                        ArrayLayout.Entry.of(SQUARES, groups),
                        ArrayLayout.Entry.of(LOWEST, shape.size()),
                        ArrayLayout.Entry.of(HIGHEST, shape.size())));
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
