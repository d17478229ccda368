package org.vsml.meta;

import java.util.List;

/**
 * Evaluates antithetic pairs for evolution strategies, on other machines say; each item as {@link
 * PairLosses#evaluate} does.
 */
@FunctionalInterface
public interface PairEvaluator {

    /**
     * The losses of all items, each once, in any order.
     *
     * @param request what they have in common
     */
    List<PairLosses> evaluate(EvaluationRequest request, List<WorkItem> items);
}
