package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;

/**
 * Running standardisation of every input, as part of a learner: x̂ = clip((x − mean) / deviation),
 * with mean and variance (Welford's recurrence, divisor n) of the examples so far, the present one
 * included. An input that has had one value only gives 0. The statistics are learned variables.
 *
 * <p>Where most inputs are sparse, as pixels are, an input that has differed from its usual value
 * once or twice has a tiny variance, and its next change would be blown up. So each variance is
 * drawn towards the mean variance of all inputs that have changed, by the weight of {@code prior}
 * examples.
 *
 * @param clip bound of |x̂|; positive, infinity for none
 * @param prior examples that the mean variance counts for; at least 0, for none
 */
public record Conditioning(double clip, double prior) {

    /** Clipped at ±5, each variance its own. */
    public static final Conditioning STANDARD = new Conditioning(5, 0);

    static final String COUNT = "conditioning.count";
    static final String MEAN = "conditioning.mean";
    static final String SQUARES = "conditioning.squares";

    public Conditioning {
        require(clip > 0, "clip must be positive (infinity for none), got %s", clip);
        require(
                prior >= 0 && Double.isFinite(prior),
                "prior must be finite and >= 0, got %s",
                prior);
    }

    /**
     * What is kept of a stream of so many inputs: {@code conditioning.count} [1], examples seen;
     * {@code conditioning.mean} [inputs]; {@code conditioning.squares} [inputs], sums of squared
     * differences from the mean.
     */
    ArrayLayout layout(int inputs) {
        return new ArrayLayout(
                List.of(
                        ArrayLayout.Entry.of(COUNT, 1),
                        ArrayLayout.Entry.of(MEAN, inputs),
                        ArrayLayout.Entry.of(SQUARES, inputs)));
    }
}
