package org.vsml.online;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.vsml.core.ArrayFile;
import org.vsml.core.Engine;
import org.vsml.core.Json;
import org.vsml.core.Learner;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * What a file of an online learner holds. An {@link ArrayFile} of kind {@code online-learner},
 * format 1: the header has {@code format}, {@code algorithm}, {@code task} and {@code examples};
 * the arrays are V_M under {@code meta_variables/} and V_L under {@code learned_variables/}. With
 * V_M inside, a file needs nothing else to go on from.
 */
record SavedLearner(
        LearningAlgorithm algorithm, TaskShape task, long examples, NamedArrays learned) {

    SavedLearner {
        // A header without the key gives null.
        require(task != null, "the header has no task");
        require(examples >= 0, "examples must be >= 0, got %d", examples);
    }

    private static final String KIND = "online-learner";
    private static final int FORMAT = 1;
    private static final String META = "meta_variables/";
    private static final String LEARNED = "learned_variables/";

    void write(Path file) throws IOException {
        ObjectNode header = Json.mapper().createObjectNode();
        header.put("format", FORMAT);
        header.set("algorithm", algorithm.header());
        header.set("task", Json.mapper().valueToTree(task));
        header.put("examples", examples);
        NamedArrays arrays =
                NamedArrays.concatenate(
                        List.of(
                                algorithm.metaVariables().prefixed(META),
                                learned.prefixed(LEARNED)));
        new ArrayFile(KIND, header, arrays).write(file);
    }

    static SavedLearner read(Path file) throws IOException {
        ArrayFile container = ArrayFile.read(file, KIND);
        JsonNode format = container.header().path("format");
        if (!format.isInt() || format.intValue() != FORMAT) {
            throw new IOException(
                    file
                            + " is an online learner of format "
                            + format
                            + ", this program reads format "
                            + FORMAT);
        }
        if (!(container.header().get("algorithm") instanceof ObjectNode algorithm)) {
            throw new IOException(file + " has no 'algorithm' in its header");
        }
        try {
            return new SavedLearner(
                    LearningAlgorithm.of(
                            algorithm, container.arrays().withPrefix(META), file.toString()),
                    Json.mapper().treeToValue(container.header().path("task"), TaskShape.class),
                    Json.integer(container.header(), "examples"),
                    container.arrays().withPrefix(LEARNED));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(
                    file + " does not hold a valid online learner: " + e.getMessage(), e);
        }
    }

    /** The learner of the file's own algorithm, whose V_M need not be what it says. */
    Learner learner(Engine engine, Path file) throws IOException {
        try {
            return algorithm.learner(engine);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + " does not hold a valid online learner: " + e.getMessage(), e);
        }
    }

    OnlineLearner open(Learner learner, Path file) throws IOException {
        try {
            learned.requireWithin(Double.MAX_VALUE, "learned variables", "the learner");
            learner.requireLearnedVariables(learned, task, 1, "task " + task);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + " does not hold a valid online learner: " + e.getMessage(), e);
        }
        return new OnlineLearner(algorithm, learner, task, learned, examples);
    }
}
