package org.vsml.core;

/** In which unit the pixels of an image are measured ({@link Conditioning}). */
public enum PixelScale {
    /** Each has its own mean and scale, like any other input. */
    PER_PIXEL,
    /**
     * Those of a channel have one mean and one variance, as in batch normalisation: pixels are all
     * measured in the same unit, and how much one varies says how much it matters. Only pixels that
     * have had one value so far are 0 all the same.
     */
    PER_CHANNEL
}
