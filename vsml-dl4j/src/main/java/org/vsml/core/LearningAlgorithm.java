package org.vsml.core;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A learning algorithm that can be shipped: what the learner is, its meta variables, and where they
 * come from. A few kilobytes for VSML, whatever the size of the tasks it learns.
 *
 * @param config the learner, without an engine
 * @param metaVariables V_M, of the layout that {@code config} gives; finite and within ±{@link
 *     LearnerConfig#META_VARIABLE_BOUND}
 * @param provenance where V_M comes from; its hash is that of {@code metaVariables}
 */
public record LearningAlgorithm(
        LearnerConfig config, NamedArrays metaVariables, Provenance provenance) {

    /** File name extension of learning algorithms. */
    public static final String EXTENSION = ".vsml";

    private static final String KIND = "learning-algorithm";
    private static final String RESOURCES = "/org/vsml/algorithms/";

    public LearningAlgorithm {
        require(
                config != null && metaVariables != null && provenance != null,
                "no part of an algorithm may be null");
        require(
                metaVariables.sha256().equals(provenance.metaVariablesSha256()),
                "the meta variables of %s have SHA-256 %s, its provenance says %s",
                provenance.name(),
                metaVariables.sha256(),
                provenance.metaVariablesSha256());
        metaVariables.requireWithin(
                LearnerConfig.META_VARIABLE_BOUND,
                "meta variables",
                "algorithm " + provenance.name());
    }

    /**
     * The learner on an engine.
     *
     * @throws IllegalArgumentException if the meta variables are not those of this learner
     */
    public Learner learner(Engine engine) {
        requireFit();
        return config.learner(engine);
    }

    private void requireFit() {
        config.requireMetaVariables(metaVariables, "algorithm " + provenance.name());
    }

    /** Writes the algorithm to a file, atomically. */
    public void save(Path file) throws IOException {
        new ArrayFile(KIND, header(), metaVariables).write(file);
    }

    /** Everything but the meta variables, as it stands in the header of a file. */
    public ObjectNode header() {
        ObjectNode header = Json.mapper().createObjectNode();
        // Through the interface, so that the type name is written.
        header.set("learner", toTree(config));
        header.set("provenance", Json.mapper().valueToTree(provenance));
        return header;
    }

    /**
     * Reads an algorithm from a file.
     *
     * @throws IOException if the file cannot be read, is damaged or of another kind; the message
     *     names it
     */
    public static LearningAlgorithm load(Path file) throws IOException {
        ArrayFile container = ArrayFile.read(file, KIND);
        return of(container.header(), container.arrays(), file.toString());
    }

    /** Whether {@link #fromResource} finds an algorithm of this name. */
    public static boolean isOnClassPath(String name) {
        return LearningAlgorithm.class.getResource(RESOURCES + name + EXTENSION) != null;
    }

    /**
     * An algorithm from the class path.
     *
     * @param name such as {@code general-1}
     * @throws IllegalArgumentException if there is none of this name
     */
    public static LearningAlgorithm fromResource(String name) {
        require(
                name.matches("[A-Za-z0-9._-]+"),
                "an algorithm's name has letters, digits, '.', '_', '-'; got %s",
                name);
        String resource = RESOURCES + name + EXTENSION;
        try (InputStream in = LearningAlgorithm.class.getResourceAsStream(resource)) {
            require(
                    in != null,
                    "no learning algorithm named %s is on the class path (%s)",
                    name,
                    resource);
            ArrayFile container = ArrayFile.read(in, KIND, resource);
            return of(container.header(), container.arrays(), resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The algorithm of a {@link #header()} and its meta variables, for files that hold an algorithm
     * among other things.
     *
     * @param where what error messages call the file
     * @throws IOException if they are not those of a valid algorithm
     */
    public static LearningAlgorithm of(ObjectNode header, NamedArrays metaVariables, String where)
            throws IOException {
        try {
            LearnerConfig config =
                    Json.mapper().treeToValue(part(header, "learner", where), LearnerConfig.class);
            Provenance provenance =
                    Json.mapper().treeToValue(part(header, "provenance", where), Provenance.class);
            LearningAlgorithm algorithm = new LearningAlgorithm(config, metaVariables, provenance);
            algorithm.requireFit();
            return algorithm;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(
                    where + " does not hold a valid learning algorithm: " + e.getMessage(), e);
        }
    }

    private static JsonNode part(ObjectNode header, String name, String where) throws IOException {
        JsonNode node = header.get(name);
        if (node == null) {
            throw new IOException(where + " has no '" + name + "' in its header");
        }
        return node;
    }

    private static JsonNode toTree(LearnerConfig config) {
        try {
            return Json.mapper()
                    .readTree(
                            Json.mapper()
                                    .writerFor(LearnerConfig.class)
                                    .writeValueAsString(config));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the learner cannot be written as JSON: " + config, e);
        }
    }
}
