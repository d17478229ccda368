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
}
