package org.vsml.core;

import java.util.Locale;

/** Argument checks whose messages say what was expected, what came, and where. */
public final class Checks {

    private Checks() {}

    /**
     * Throws unless {@code condition} holds.
     *
     * @param message a {@link String#format} pattern, formatted only on failure
     * @throws IllegalArgumentException if the condition is false
     */
    public static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }

    /**
     * Throws unless {@code value} is in [{@code low}, {@code high}]; {@code name} is the field the
     * message speaks of. NaN is refused.
     */
    public static void requireWithin(double value, double low, double high, String name) {
        require(
                value >= low && value <= high,
                "%s must be in [%s, %s], got %s",
                name,
                low,
                high,
                value);
    }

    /**
     * Throws unless {@code value} is in [{@code low}, {@code high}] or positive infinity, which is
     * for none.
     */
    public static void requireBound(double value, double low, double high, String name) {
        require(
                (value >= low && value <= high) || value == Double.POSITIVE_INFINITY,
                "%s must be in [%s, %s] or infinity for none, got %s",
                name,
                low,
                high,
                value);
    }

    /** Throws unless {@code value} is finite; {@code name} is the field that the message names. */
    public static void requireFinite(double value, String name) {
        require(Double.isFinite(value), "%s must be finite, got %s", name, value);
    }
}
