package org.vsml.meta;

import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.episode.EpisodeDistribution;

/**
 * What all work items of one step have in common.
 *
 * @param learner what is run
 * @param metaVariables V_M, unperturbed
 * @param sigma σ, size of the perturbations
 * @param episodes what episode seeds refer to
 */
public record EvaluationRequest(
        LearnerConfig learner,
        NamedArrays metaVariables,
        double sigma,
        EpisodeDistribution episodes) {}
