package org.vsml.arbiter;

import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/**
 * Ends a search when its generator has nothing more to propose: Arbiter's loop goes on for ever
 * when a grid is smaller than the number of candidates allowed.
 */
final class NoMoreCandidates implements TerminationCondition {

    /** Stateless. */
    public NoMoreCandidates() {}

    @Override
    public void initialize(IOptimizationRunner runner) {
        // nothing to keep
    }

    @Override
    public boolean terminate(IOptimizationRunner runner) {
        return !runner.getConfiguration().getCandidateGenerator().hasMoreCandidates()
                && runner.numCandidatesQueued() == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoMoreCandidates;
    }

    @Override
    public int hashCode() {
        return NoMoreCandidates.class.hashCode();
    }
}
