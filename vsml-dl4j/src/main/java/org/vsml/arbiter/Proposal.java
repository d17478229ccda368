package org.vsml.arbiter;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.vsml.core.Json;
import org.vsml.meta.MetaTrainingConfig;

/**
 * A configuration and what is to be changed in it: the value of a candidate. It need not be
 * possible: Arbiter's loop never ends if every candidate fails before it is run, so that this is
 * only found out when {@link #config} is asked. Serializable because Arbiter copies values that
 * way, in memory.
 *
 * @param base to be changed, as JSON
 * @param values of the settings that vary, each of its {@link Setting}'s type
 */
public record Proposal(String base, Map<Setting, Object> values) implements Serializable {

    public Proposal {
        EnumMap<Setting, Object> sorted = new EnumMap<>(Setting.class);
        sorted.putAll(values);
        values = Collections.unmodifiableMap(sorted);
    }

    /**
     * The configuration, all settings changed in their order.
     *
     * @throws IllegalArgumentException if these values make no valid configuration
     */
    public MetaTrainingConfig config() {
        MetaTrainingConfig config = read(base);
        for (Map.Entry<Setting, Object> value : values.entrySet()) {
            config = value.getKey().apply(config, value.getValue());
        }
        return config;
    }

    static String write(MetaTrainingConfig config) {
        try {
            return Json.mapper().writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + config, e);
        }
    }

    static MetaTrainingConfig read(String json) {
        try {
            return Json.mapper().readValue(json, MetaTrainingConfig.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not a meta-training configuration: " + e.getMessage(), e);
        }
    }
}
