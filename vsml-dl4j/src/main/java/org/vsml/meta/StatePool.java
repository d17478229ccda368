package org.vsml.meta;

import static org.vsml.core.Checks.require;

/**
 * Episodes that go on from earlier learned states, against the bias of short horizons (paper,
 * appendix B): an episode is run a window at a time, and what was learned in one window is kept in
 * a pool, together with its place in its task, until a later step goes on with it. Gradients do not
 * reach back beyond a window. A new phase starts with an empty pool.
 *
 * @param capacity learned states that are kept; the oldest make room
 * @param probability that an episode goes on from the pool, when there is something in it
 * @param window steps T of a window; the length in the distribution is that of the whole task
 */
public record StatePool(int capacity, double probability, int window) {

    public StatePool {
        require(
                capacity >= 1 && capacity <= 10_000,
                "capacity of a pool must be in [1, 10000], got %d",
                capacity);
        require(
                probability > 0 && probability <= 1,
                "probability of a pool must be in (0, 1], got %s",
                probability);
        require(window >= 1, "window of a pool must be >= 1, got %d", window);
    }
}
