package org.vsml.core;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
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

    private static final String UNKNOWN = "unknown";

    public Provenance {
        require(name != null && !name.isBlank(), "an algorithm needs a name");
        // In one order, so that the same content is the same bytes in every JVM.
        trainingLog = Ordered.copy(trainingLog == null ? new LinkedHashMap<>() : trainingLog);
    }

    /**
     * Version 1 of an algorithm with these meta variables, of unknown making but for what the
     * builder is told.
     */
    public static Builder of(String name, NamedArrays metaVariables) {
        return new Builder(name, metaVariables.sha256());
    }

    /** A builder that starts from all that is said here. */
    public Builder toBuilder() {
        Builder builder = new Builder(name, metaVariablesSha256);
        builder.version = version;
        builder.created = created;
        builder.projectVersion = projectVersion;
        builder.gitCommit = gitCommit;
        builder.seed = seed;
        builder.config = config;
        builder.trainingLog = new LinkedHashMap<>(trainingLog);
        builder.reproduce = reproduce;
        return builder;
    }

    /** Builds a {@link Provenance}. */
    public static final class Builder {

        private String name;
        private String metaVariablesSha256;
        private String version = "1";
        private String created = UNKNOWN;
        private String projectVersion = UNKNOWN;
        private String gitCommit = UNKNOWN;
        private long seed;
        private String config = "none";
        private Map<String, Double> trainingLog = Map.of();
        private String reproduce = "none";

        private Builder(String name, String metaVariablesSha256) {
            this.name = name;
            this.metaVariablesSha256 = metaVariablesSha256;
        }

        /** What users call it. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** The meta variables it is about. */
        public Builder metaVariables(NamedArrays value) {
            metaVariablesSha256 = value.sha256();
            return this;
        }

        /** The software that made it: its version and commit. */
        public Builder software(String itsVersion, String commit) {
            projectVersion = itsVersion;
            gitCommit = commit;
            return this;
        }

        /** It is being made now. */
        public Builder createdNow() {
            created = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            return this;
        }

        /** Seed of the meta-training run. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Name of the meta-training configuration. */
        public Builder config(String value) {
            config = value;
            return this;
        }

        /** Figures that sum up the meta-training log. */
        public Builder trainingLog(Map<String, Double> value) {
            trainingLog = value;
            return this;
        }

        /** The command that makes it again. */
        public Builder reproduce(String value) {
            reproduce = value;
            return this;
        }

        /** The provenance. */
        public Provenance build() {
            return new Provenance(
                    name,
                    version,
                    created,
                    projectVersion,
                    gitCommit,
                    seed,
                    config,
                    trainingLog,
                    reproduce,
                    metaVariablesSha256);
        }
    }
}
