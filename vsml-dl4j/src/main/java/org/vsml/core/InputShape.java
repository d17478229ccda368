package org.vsml.core;

import static org.vsml.core.Checks.require;

/**
 * The shape of one example. Examples are flat arrays in the order height, width, channel (channel
 * fastest).
 *
 * @param height rows; 1 for a plain vector
 * @param width columns; the length of a plain vector
 * @param channels channels of a position
 */
public record InputShape(int height, int width, int channels) {

    private static final long MAX_INPUTS = 1 << 24;

    public InputShape {
        require(
                height >= 1 && width >= 1 && channels >= 1,
                "input height, width and channels must be >= 1, got %d x %d x %d",
                height,
                width,
                channels);
        require(
                (long) height * width <= MAX_INPUTS
                        && (long) height * width * channels <= MAX_INPUTS,
                "an input may have at most %d values, got %d x %d x %d",
                MAX_INPUTS,
                height,
                width,
                channels);
    }

    /** A plain vector of {@code inputs} values. */
    public static InputShape vector(int inputs) {
        return new InputShape(1, inputs, 1);
    }

    /** Number of values: height · width · channels. */
    public int size() {
        return height * width * channels;
    }
}
