package org.vsml.episode;

import com.fasterxml.jackson.annotation.JsonAlias;

/** How pixels in 0…1 become inputs around 0. */
public enum Standardisation {
    /**
     * Minus mean, by standard deviation of all pixels of the set's training images, as is
     * customary.
     */
    @JsonAlias("set")
    SET,
    /** Minus mean, by standard deviation of all inputs of the episode, as the learner sees them. */
    @JsonAlias("episode")
    EPISODE,
    /** Left in 0…1. */
    @JsonAlias("none")
    NONE
}
