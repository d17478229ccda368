package org.vsml.arbiter;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a search came to.
 *
 * @param baseline the configuration that is varied; null if there was no time for it
 * @param candidates in order
 * @param finished whether all candidates asked for (or all of a grid) were tried; false if time ran
 *     out
 */
public record SearchResult(
        CandidateResult baseline, List<CandidateResult> candidates, boolean finished) {

    public SearchResult {
        candidates = List.copyOf(candidates);
    }

    /** The complete candidate with the highest score, the first of equals. */
    public Optional<CandidateResult> best() {
        return candidates.stream()
                .filter(c -> c.outcome() == CandidateResult.Outcome.COMPLETE)
                .max(
                        Comparator.comparingDouble(CandidateResult::score)
                                .thenComparing(
                                        Comparator.comparingInt(CandidateResult::candidate)
                                                .reversed()));
    }
}
