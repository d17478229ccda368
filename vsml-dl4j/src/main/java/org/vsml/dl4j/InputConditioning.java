package org.vsml.dl4j;

import org.vsml.core.LearnerConfig;

/** What a {@link VsmlClassifier} does to its inputs before the algorithm sees them. */
final class InputConditioning {

    /** For summaries: at most 60 characters. */
    static final String DESCRIPTION = "none: standardise columns (a DataNormalization does)";

    private InputConditioning() {}

    /** A learner that conditions its inputs and otherwise is the given one. */
    static LearnerConfig conditioned(LearnerConfig config) {
        return config;
    }
}
