package org.vsml.lab.paper;

import org.vsml.baselines.FastWeightMemory;
import org.vsml.baselines.FastWeightProgrammer;
import org.vsml.baselines.HebbianFastWeights;
import org.vsml.baselines.MetaRnn;
import org.vsml.core.InputShape;
import org.vsml.core.LearnerConfig;
import org.vsml.core.TaskShape;

/** What is meta-trained. */
enum Method {
    /**
     * N = 16, messages of 8 (paper, section 4.2). Of its two ticks an example one predicts and one,
     * with meta variables of its own, learns from error and label while the input is still there.
     * The paper's two equal ticks cost as much and need many times the steps until learning
     * appears.
     */
    VSML("vsml"),
    /** LSTM of 16 (appendix C.2). */
    META_RNN("meta_rnn"),
    /** Oja's rule (appendix C.2). */
    HEBBIAN("hebbian_fw"),
    /** LSTM 32, memory 16 (Schlag et al. 2021). */
    FW_MEMORY("fw_memory"),
    /** Delta rule, keys of 64; not in the paper's figures. */
    FW_PROGRAMMER("fw_programmer");

    /** What the fixed-size learners are made for: every set of the paper fits. */
    static final TaskShape LARGEST = new TaskShape(new InputShape(28, 28, 1), 10);

    private final String label;

    Method(String label) {
        this.label = label;
    }

    /** Name in tables and files. */
    String label() {
        return label;
    }

    /** Whether one V_M fits any size of task. */
    boolean anySize() {
        return this == VSML;
    }

    LearnerConfig config() {
        return switch (this) {
            case VSML -> Recipe.learner();
            case META_RNN -> MetaRnn.of(LARGEST);
            case HEBBIAN -> new HebbianFastWeights(LARGEST, HebbianFastWeights.Rule.OJA);
            case FW_MEMORY -> FastWeightMemory.of(LARGEST);
            case FW_PROGRAMMER -> FastWeightProgrammer.of(LARGEST);
        };
    }
}
