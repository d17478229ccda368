package org.vsml.meta;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireFinite;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * A positive setting that may change over the steps of a phase, such as a learning rate: a linear
 * rise from 0 during {@code warmup} steps, then {@code decay} from {@code value} to {@code end},
 * which the last step of the phase reaches. In JSON either such an object or one number.
 *
 * @param value after warmup
 * @param end at the last step; optional, default 0; must not be given for a constant
 * @param decay optional, default CONSTANT
 * @param warmup steps of the rise; optional, default 0
 */
public record Schedule(double value, Double end, Decay decay, Integer warmup) {

    /** The way from the first value to the last. */
    public enum Decay {
        /** Stays at the first. */
        @JsonAlias("constant")
        CONSTANT,
        /** A straight line. */
        @JsonAlias("linear")
        LINEAR,
        /** Half a cosine wave (Loshchilov and Hutter 2017, without restarts). */
        @JsonAlias("cosine")
        COSINE
    }

    @JsonCreator
    public Schedule {
        requireFinite(value, "value of a schedule");
        require(value > 0, "value of a schedule must be positive, got %s", value);
        decay = decay == null ? Decay.CONSTANT : decay;
        require(
                decay != Decay.CONSTANT || end == null || end == value,
                "a constant schedule stays at its value %s, got end %s",
                value,
                end);
        end = decay == Decay.CONSTANT ? Double.valueOf(value) : end == null ? 0 : end;
        requireFinite(end, "end of a schedule");
        require(end >= 0, "end of a schedule must be >= 0, got %s", end);
        warmup = warmup == null ? 0 : warmup;
        require(warmup >= 0, "warmup must be >= 0, got %d", warmup);
    }

    /** This value at every step. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Schedule constant(double value) {
        return new Schedule(value, null, null, null);
    }

    /** A straight line from {@code value} to {@code end}. */
    public static Schedule linear(double value, double end) {
        return new Schedule(value, end, Decay.LINEAR, null);
    }

    /** Half a cosine wave from {@code value} to {@code end}. */
    public static Schedule cosine(double value, double end) {
        return new Schedule(value, end, Decay.COSINE, null);
    }

    /** This schedule with a linear rise during the first steps. */
    public Schedule withWarmup(int steps) {
        return new Schedule(value, decay == Decay.CONSTANT ? null : end, decay, steps);
    }

    /**
     * The value at a step.
     *
     * @param step from 0
     * @param steps of the whole phase
     */
    public double at(long step, long steps) {
        if (step < warmup) {
            return value * (step + 1) / warmup;
        }
        long last = steps - 1 - warmup;
        double way = last <= 0 ? 0 : Math.min(1, (double) (step - warmup) / last);
        return switch (decay) {
            case CONSTANT -> value;
            case LINEAR -> value + (end - value) * way;
            case COSINE -> end + (value - end) * (1 + Math.cos(Math.PI * way)) / 2;
        };
    }
}
