package org.vsml.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.vsml.core.ArrayFile;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Json;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * What a file of a {@link VsmlClassifier} holds. An {@link ArrayFile} of kind {@code
 * vsml-classifier}, format 1: the header has {@code format}, {@code algorithm} and {@code
 * classifier}; the arrays are V_M under {@code meta_variables/} and V_L, which holds what is known
 * of the inputs too, under {@code learned_variables/}.
 */
record SavedClassifier(LearningAlgorithm algorithm, Header header, NamedArrays learned) {

    private static final String KIND = "vsml-classifier";
    private static final int FORMAT = 1;
    private static final String META = "meta_variables/";
    private static final String LEARNED = "learned_variables/";

    /**
     * Everything that is neither array nor algorithm.
     *
     * @param task shape of an example; classes known and in reserve
     * @param classes known classes
     * @param oneColumn whether labels and outputs are one column
     * @param labelNames names of the classes; empty if they have none
     * @param imageFormat axes of images, or null where the data tell
     * @param examples labelled examples learned
     * @param iterations batches learned
     * @param epochs passes over an iterator
     * @param layer layer of the network in front of it, or null
     * @param networkSha256 hash of that network's parameters, or null
     * @param notes what an application keeps with it, by name
     */
    record Header(
            TaskShape task,
            int classes,
            boolean oneColumn,
            List<String> labelNames,
            CNN2DFormat imageFormat,
            long examples,
            int iterations,
            int epochs,
            String layer,
            String networkSha256,
            Map<String, String> notes) {

        Header {
            if (task == null || classes < 1 || classes > task.classes()) {
                throw new IllegalArgumentException(
                        "the header needs a task of at least as many classes as are known, got "
                                + task
                                + " and "
                                + classes);
            }
            if (examples < 0 || iterations < 0 || epochs < 0) {
                throw new IllegalArgumentException(
                        "examples, iterations and epochs must be >= 0, got "
                                + Arrays.toString(new long[] {examples, iterations, epochs}));
            }
            if ((layer == null) != (networkSha256 == null) || (oneColumn && classes != 2)) {
                throw new IllegalArgumentException("the header contradicts itself");
            }
            labelNames = labelNames == null ? List.of() : List.copyOf(labelNames);
            notes = notes == null ? Map.of() : Map.copyOf(notes);
        }
    }

    void write(Path file) throws IOException {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("format", FORMAT);
        json.set("algorithm", algorithm.header());
        json.set("classifier", Json.mapper().valueToTree(header));
        NamedArrays arrays =
                NamedArrays.concatenate(
                        List.of(
                                algorithm.metaVariables().prefixed(META),
                                learned.prefixed(LEARNED)));
        new ArrayFile(KIND, json, arrays).write(file);
    }

    static SavedClassifier read(Path file) throws IOException {
        ArrayFile container = ArrayFile.read(file, KIND);
        JsonNode format = container.header().path("format");
        if (!format.isInt() || format.intValue() != FORMAT) {
            throw new IOException(
                    file
                            + " is a classifier of format "
                            + format
                            + ", this program reads format "
                            + FORMAT);
        }
        if (!(container.header().get("algorithm") instanceof ObjectNode algorithm)) {
            throw new IOException(file + " has no 'algorithm' in its header");
        }
        NamedArrays arrays = container.arrays();
        for (ArrayLayout.Entry entry : arrays.layout().entries()) {
            for (double value : arrays.array(entry.name())) {
                if (!Double.isFinite(value)) {
                    throw new IOException(
                            file + ": array " + entry.name() + " must be finite, got " + value);
                }
            }
        }
        try {
            Header header =
                    Json.mapper().treeToValue(container.header().path("classifier"), Header.class);
            if (header == null) {
                throw new IOException(file + " has no 'classifier' in its header");
            }
            return new SavedClassifier(
                    LearningAlgorithm.of(algorithm, arrays.withPrefix(META), file.toString()),
                    header,
                    arrays.withPrefix(LEARNED));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(file + " does not hold a valid classifier: " + e.getMessage(), e);
        }
    }
}
