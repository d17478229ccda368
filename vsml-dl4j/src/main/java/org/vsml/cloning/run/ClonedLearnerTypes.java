package org.vsml.cloning.run;

import java.util.Map;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearnerTypes;

/** Announces {@link ClonedBackpropagation} to {@link org.vsml.core.Json}. */
public final class ClonedLearnerTypes implements LearnerTypes {

    /** For {@link java.util.ServiceLoader}. */
    public ClonedLearnerTypes() {}

    @Override
    public Map<String, Class<? extends LearnerConfig>> types() {
        return Map.of("cloned_backpropagation", ClonedBackpropagation.class);
    }
}
