package org.vsml.meta;

import java.io.Serializable;

/**
 * What evolution strategies ask to be evaluated: one antithetic pair on one episode. It is all that
 * has to travel to another machine beside an {@link EvaluationRequest}.
 *
 * @param pairSeed seed of the direction of the perturbation
 * @param episodeSeed seed of the episode, and of the learned variables it starts with
 */
public record WorkItem(long pairSeed, long episodeSeed) implements Serializable {}
