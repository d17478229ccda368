package org.vsml.samediff;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.vsml.core.LearnerConfig;

/**
 * What one example does to a learner, written in SameDiff operations. {@link SameDiffLearner} turns
 * it into a {@link org.vsml.core.Learner}: it unrolls windows of steps, runs episodes of any length
 * and any number through them, and takes exact gradients. VSML is one step function, each baseline
 * is one.
 *
 * <p>Implementations are immutable; everything that changes is in the {@link Steps} of one graph.
 */
public interface StepFunction {

    /**
     * The learner whose step this is, which names the arrays V_M and V_L; the first axis of every
     * array of V_L is P.
     */
    LearnerConfig config();

    /** Starts a window: the steps of consecutive examples will follow each other in this graph. */
    Steps begin(StepGraph graph);

    /** The steps of one graph, built one after the other: predict, learn, predict, learn, … */
    interface Steps {

        /**
         * Adds the prediction for the next example.
         *
         * @param input [batch, inputs], where batch = episodes · P
         * @return logits [batch, classes]
         */
        SDVariable predict(SDVariable input);

        /**
         * Adds what the learner does once the label of the example just predicted is known.
         *
         * @param error ∂L/∂logits = softmax(logits) − label [batch, classes], zero where there is
         *     no label; differentiable
         * @param label one-hot label [batch, classes], zero where there is none
         */
        void learn(SDVariable error, SDVariable label);

        /** V_L as it is now: every array of the layout, each [episodes, P, …]. */
        Map<String, SDVariable> learnedVariables();
    }
}
