package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.List;

/**
 * Where a {@link Comparison} measures more than accuracy.
 *
 * @param horizons numbers of examples, each at least 1; the end of a stream is added
 * @param window examples that the accuracy in a window looks back, at least 1
 */
public record MetricsAt(List<Integer> horizons, int window) {

    public MetricsAt {
        horizons = List.copyOf(horizons);
        for (int horizon : horizons) {
            require(horizon >= 1, "a horizon must be >= 1, got %d", horizon);
        }
        require(window >= 1, "the window must be >= 1, got %d", window);
    }
}
