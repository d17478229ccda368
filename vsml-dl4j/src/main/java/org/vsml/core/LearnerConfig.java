package org.vsml.core;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a learner is, without its meta variables and without an engine: an immutable record that can
 * be written to JSON under its {@code type}. VSML is one; each baseline is one. Types are
 * registered with {@link LearnerTypes}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface LearnerConfig {

    /** The learner of this configuration on the given engine. */
    Learner learner(Engine engine);

    /**
     * The same learner with other hidden layers, and the same meta variables.
     *
     * @throws IllegalArgumentException if this kind of learner has no hidden layers to choose
     */
    default LearnerConfig withArchitecture(Architecture architecture) {
        throw new IllegalArgumentException(
                "a learner of type "
                        + getClass().getSimpleName()
                        + " has no hidden layers to choose, got "
                        + architecture.hidden());
    }
}
