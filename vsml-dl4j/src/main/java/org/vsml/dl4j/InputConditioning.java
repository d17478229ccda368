package org.vsml.dl4j;

import org.vsml.core.Conditioned;
import org.vsml.core.Conditioning;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Vsml;

/** What a {@link VsmlClassifier} does to its inputs before the algorithm sees them. */
final class InputConditioning {

    /** For summaries: at most 60 characters. */
    static final String DESCRIPTION = "running mean and scale of every input, kept with it";

    /** For layers that were meta-trained with inputs of mean 0 and variance 1. */
    private static final Conditioning STANDARDISED = new Conditioning(5, 0.03);

    private InputConditioning() {}

    /** A learner that conditions its inputs and otherwise is the given one. */
    static LearnerConfig conditioned(LearnerConfig config) {
        // A layer alone takes inputs as they come; others condition them or are made for raw ones.
        return config instanceof Vsml ? new Conditioned(config, STANDARDISED) : config;
    }
}
