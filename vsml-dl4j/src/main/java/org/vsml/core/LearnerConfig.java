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
}
