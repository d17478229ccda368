package org.vsml.core;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * Where a learning algorithm comes from, so that it can be reproduced and cited.
 *
 * @param name what users call it, such as {@code general-1}
 * @param version version of the algorithm itself
 * @param created date and time, ISO 8601
 * @param projectVersion version of the software that made it
 * @param gitCommit commit of that software, or {@code unknown}
 * @param seed seed of the meta-training run
 * @param config name of the meta-training configuration
 * @param trainingLog figures that sum up the meta-training log, such as {@code steps}, {@code
 *     meta_loss}, {@code hours}
 * @param reproduce the command that makes it again
 * @param metaVariablesSha256 {@link NamedArrays#sha256()} of V_M
 */
public record Provenance(
        String name,
        String version,
        String created,
        String projectVersion,
        String gitCommit,
        long seed,
        String config,
        Map<String, Double> trainingLog,
        String reproduce,
        @JsonProperty("v_m_sha256") String metaVariablesSha256) {

    public Provenance {
        require(name != null && !name.isBlank(), "an algorithm needs a name");
        trainingLog = trainingLog == null ? Map.of() : Map.copyOf(trainingLog);
    }
}
