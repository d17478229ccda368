package org.vsml.samediff;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Which inputs take part in a graph's steps: those that have changed ({@link
 * org.vsml.core.ConstantInputs#REST}). Zeros and ones in the graph's data type, through functions
 * whose derivative is 0.
 */
final class RestingInputsGraph {

    private final StepGraph graph;
    private final SameDiff sd;
    private final long inputs;

    /** [batch, 1], [batch, inputs], [batch, inputs]. */
    private SDVariable begun;

    private SDVariable first;
    private SDVariable awake;

    RestingInputsGraph(StepGraph graph) {
        this.graph = graph;
        sd = graph.sameDiff();
        inputs = graph.task().inputs();
        begun = flag(graph.learnedVariable("begun").reshape(graph.batchSize(), 1));
        first = graph.learnedVariable("first_input").reshape(graph.batchSize(), inputs);
        awake = flag(graph.learnedVariable("awake").reshape(graph.batchSize(), inputs));
    }

    /**
     * Takes in the next examples.
     *
     * @param examples [batch, inputs]
     * @return 1 for inputs that take part in them, 0 for the others, [batch, inputs]
     */
    SDVariable observe(SDVariable examples) {
        first = first.mul(begun).add(examples.mul(begun.rsub(1)));
        begun = graph.filled(1, graph.batchSize(), 1);
        SDVariable changed = overParallel(isNotZero(examples.sub(first)));
        awake = awake.add(changed).sub(awake.mul(changed));
        SDVariable none = isNotZero(awake.sum(true, 1)).rsub(1);
        return awake.add(none);
    }

    /** 1 where any of the P examples of an episode has 1. */
    private SDVariable overParallel(SDVariable flags) {
        if (graph.parallel() == 1) {
            return flags;
        }
        SDVariable any =
                isNotZero(flags.reshape(graph.episodes(), graph.parallel(), inputs).sum(true, 1));
        return any.mul(graph.filled(1, 1, graph.parallel(), 1)).reshape(graph.batchSize(), inputs);
    }

    private SDVariable isNotZero(SDVariable x) {
        return sd.math().sign(sd.math().abs(x));
    }

    /** 0 or 1 as it is, without a gradient. */
    private SDVariable flag(SDVariable x) {
        return sd.math().sign(x);
    }

    /** {@code begun} [episodes, P], {@code first_input} and {@code awake} [episodes, P, inputs]. */
    Map<String, SDVariable> learnedVariables() {
        return Map.of(
                "begun", begun.reshape(graph.episodes(), graph.parallel()),
                "first_input", first.reshape(graph.episodes(), graph.parallel(), inputs),
                "awake", awake.reshape(graph.episodes(), graph.parallel(), inputs));
    }
}
