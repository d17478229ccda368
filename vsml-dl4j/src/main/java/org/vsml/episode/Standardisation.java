package org.vsml.episode;

import com.fasterxml.jackson.annotation.JsonAlias;

/** How pixels in 0…1 become inputs. */
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
    NONE,
    /** 0…255, as in most files. */
    @JsonAlias("bytes")
    BYTES,
    /** {@link #SET}, {@link #NONE} or {@link #BYTES}, drawn for each episode. */
    @JsonAlias("any")
    ANY
}
