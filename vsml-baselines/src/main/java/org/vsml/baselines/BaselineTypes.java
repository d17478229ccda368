package org.vsml.baselines;

import java.util.Map;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearnerTypes;

/** The meta-trained baselines by the names that configurations and saved algorithms call them. */
public final class BaselineTypes implements LearnerTypes {

    /** For {@link java.util.ServiceLoader}. */
    public BaselineTypes() {}

    @Override
    public Map<String, Class<? extends LearnerConfig>> types() {
        return Map.of(
                "meta_rnn", MetaRnn.class,
                "hebbian_fast_weights", HebbianFastWeights.class,
                "fast_weight_programmer", FastWeightProgrammer.class,
                "fast_weight_memory", FastWeightMemory.class);
    }
}
