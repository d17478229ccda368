package org.vsml.episode;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireFinite;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.random.RandomGenerator;

/**
 * Numbers between {@code min} and {@code max}, uniformly distributed unless the user of the range
 * says otherwise. In JSON either {@code {"min": 0.5, "max": 2}} or one number.
 *
 * @param min smallest value
 * @param max largest value; may equal {@code min}
 */
public record DoubleRange(double min, double max) {

    @JsonCreator
    public DoubleRange {
        requireFinite(min, "min");
        requireFinite(max, "max");
        require(max >= min, "max must be >= min %s, got %s", min, max);
    }

    /** This one value. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static DoubleRange of(double value) {
        return new DoubleRange(value, value);
    }

    /** From {@code min} to {@code max}. */
    public static DoubleRange of(double min, double max) {
        return new DoubleRange(min, max);
    }

    double draw(RandomGenerator random) {
        return min + (max - min) * random.nextDouble();
    }

    /** A draw whose logarithm is uniform; for positive ranges. */
    double drawLogUniform(RandomGenerator random) {
        return min * Math.pow(max / min, random.nextDouble());
    }

    void requireWithin(double low, double high, String name) {
        require(
                min >= low && max <= high,
                "%s must lie in [%s, %s], got %s to %s",
                name,
                low,
                high,
                min,
                max);
    }
}
