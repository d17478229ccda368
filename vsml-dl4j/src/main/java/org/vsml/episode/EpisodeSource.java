package org.vsml.episode;

/**
 * Episodes by seed. Deterministic, thread-safe and without hidden state: the same seed gives the
 * same episode on whichever thread or machine, so that a work item is its seed.
 */
@FunctionalInterface
public interface EpisodeSource {

    /** The episode of this seed. */
    Episode sample(long seed);
}
