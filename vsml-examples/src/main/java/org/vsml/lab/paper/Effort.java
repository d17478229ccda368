package org.vsml.lab.paper;

import static org.vsml.core.Checks.require;

/**
 * How much is measured.
 *
 * @param seeds streams of each test set
 * @param examples of a stream at most; figures have their own number, which this can cut
 */
public record Effort(int seeds, int examples) {

    public Effort {
        require(seeds >= 2, "seeds must be >= 2 (for an interval), got %d", seeds);
        require(examples >= 10, "examples must be >= 10, got %d", examples);
    }
}
