package org.vsml.core;

import java.util.Map;

/**
 * Announces the {@link LearnerConfig} types of a module to {@link Json}, through {@link
 * java.util.ServiceLoader}, so that configuration files and saved algorithms can name them.
 */
public interface LearnerTypes {

    /** Type name in JSON, such as {@code vsml}, to record class. */
    Map<String, Class<? extends LearnerConfig>> types();
}
