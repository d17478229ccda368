package org.vsml.core;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireWithin;

/**
 * A memory of recruited sub-RNNs beside a VSML layer ({@link VsmlWithMemory}): each labelled
 * example recruits one unit, which keeps the example and has one sub-RNN for each class. Only the
 * units nearest to an example take part in it; all others rest.
 *
 * @param capacity M, units that are kept; then each new one takes the place of the oldest
 * @param neighbours k, units that take part in an example
 * @param inputBound bound of what one input adds to a distance, as a difference in scales of that
 *     input ({@link Conditioning}); positive, infinity for none
 * @param smoothing ε, what a unit grants to classes other than its own
 * @param evidenceBound bound of |f_m|, the evidence that a sub-RNN may add or take away, in nats
 * @param sharpness γ that meta-training starts from: how fast attention falls with distance
 */
public record Memory(
        int capacity,
        int neighbours,
        double inputBound,
        double smoothing,
        double evidenceBound,
        double sharpness) {

    /** 10,000 units of which 16 take part in an example. */
    public static final Memory STANDARD = new Memory(10_000, 16, 2, 0.02, 8, 12);

    private static final int MAX_CAPACITY = 1 << 20;
    private static final int MAX_NEIGHBOURS = 1024;

    public Memory {
        require(
                capacity >= 1 && capacity <= MAX_CAPACITY,
                "capacity must be in [1, %d], got %d",
                MAX_CAPACITY,
                capacity);
        require(
                neighbours >= 1 && neighbours <= MAX_NEIGHBOURS,
                "neighbours must be in [1, %d], got %d",
                MAX_NEIGHBOURS,
                neighbours);
        require(
                inputBound > 0,
                "inputBound must be positive (infinity for none), got %s",
                inputBound);
        require(smoothing > 0 && smoothing < 1, "smoothing must be in (0, 1), got %s", smoothing);
        require(
                evidenceBound > 0 && evidenceBound <= 50,
                "evidenceBound must be in (0, 50], got %s",
                evidenceBound);
        requireWithin(sharpness, 1e-6, 1e6, "sharpness");
    }
}
