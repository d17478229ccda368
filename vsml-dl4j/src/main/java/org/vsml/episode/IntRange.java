package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.random.RandomGenerator;

/**
 * Whole numbers from {@code min} to {@code max}, both included, all alike probable. In JSON either
 * {@code {"min": 3, "max": 12}} or one number.
 *
 * @param min smallest value, at least 1
 * @param max largest value
 */
public record IntRange(int min, int max) {

    @JsonCreator
    public IntRange {
        require(min >= 1, "min must be >= 1, got %d", min);
        require(max >= min, "max must be >= min %d, got %d", min, max);
        require(max < Integer.MAX_VALUE, "max must be below %d, got %d", Integer.MAX_VALUE, max);
    }

    /** This one value. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static IntRange of(int value) {
        return new IntRange(value, value);
    }

    /** From {@code min} to {@code max}. */
    public static IntRange of(int min, int max) {
        return new IntRange(min, max);
    }

    int draw(RandomGenerator random) {
        return random.nextInt(min, max + 1);
    }

    /** A draw whose logarithm is about uniform: as often from 2 to 3 as from 32 to 63. */
    int drawLogUniform(RandomGenerator random) {
        double value = min * Math.pow((max + 1.0) / min, random.nextDouble());
        return Math.min(max, (int) value);
    }

    void requireWithin(int low, int high, String name) {
        require(
                min >= low && max <= high,
                "%s must lie in [%d, %d], got %d to %d",
                name,
                low,
                high,
                min,
                max);
    }
}
