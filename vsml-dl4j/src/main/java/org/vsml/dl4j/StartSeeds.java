package org.vsml.dl4j;

/**
 * Which learned variables V_L the episodes of a {@link VsmlLayer} start from. All are functions of
 * the layer's seed.
 */
public enum StartSeeds {
    /** Every episode starts alike, so that its output does not depend on its place in the batch. */
    SAME,
    /** The i-th episode of a batch has the i-th start, in training and in use. */
    BY_EPISODE,
    /**
     * As {@link #BY_EPISODE}, and in training every iteration has new starts, so that V_M cannot
     * adapt to particular ones: what the paper's meta-training does.
     */
    BY_EPISODE_AND_ITERATION
}
