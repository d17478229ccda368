package org.vsml.samediff;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * What one example does to a learner, written in SameDiff operations. {@link SameDiffLearner} turns
 * it into a {@link org.vsml.core.Learner}: it unrolls windows of steps, runs episodes of any length
 * and any number through them, and takes exact gradients. VSML is one step function, each baseline
 * is one.
 *
 * <p>Implementations are immutable; everything that changes lives in the {@link Steps} of one
 * graph.
 */
public interface StepFunction {

    /** Names and shapes of V_M. */
    ArrayLayout metaVariableLayout();

    /** Random meta variables to start meta-training from. */
    NamedArrays initialMetaVariables(RandomGenerator random);

    /**
     * Names and shapes of V_L; the first axis of every array is P.
     *
     * @param parallel P, examples a step
     * @throws IllegalArgumentException if the learner cannot work on such a task
     */
    ArrayLayout learnedVariableLayout(TaskShape task, int parallel);

    /** Learned variables before any example of a task. */
    NamedArrays initialLearnedVariables(TaskShape task, int parallel, RandomGenerator random);

    /** Starts a window: the steps of consecutive examples will follow each other in this graph. */
    Steps begin(StepGraph graph);

    /** The steps of one graph, built one after the other: predict, learn, predict, learn, … */
    interface Steps {

        /**
         * Adds the prediction for the next example.
         *
         * @param input [lanes, inputs], where lanes = episodes · P
         * @return logits [lanes, classes]
         */
        SDVariable predict(SDVariable input);

        /**
         * Adds what the learner does once the label of the example just predicted is known.
         *
         * @param error ∂L/∂logits = softmax(logits) − label [lanes, classes], zero where there is
         *     no label; differentiable
         * @param label one-hot label [lanes, classes], zero where there is none
         */
        void learn(SDVariable error, SDVariable label);

        /** V_L as it is now: every array of the layout, each [episodes, P, …]. */
        Map<String, SDVariable> learnedVariables();
    }
}
