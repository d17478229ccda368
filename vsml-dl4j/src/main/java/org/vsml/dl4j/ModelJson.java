package org.vsml.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializerProvider;
import org.vsml.core.Json;
import org.vsml.core.LearnerConfig;

/**
 * A learner as JSON text, and that text as an object inside a network's JSON or YAML.
 * Deeplearning4j brings a Jackson of its own under another package name, which does not see the
 * annotations of ours.
 */
final class ModelJson {

    private static final ObjectMapper SHADED = new ObjectMapper();

    private ModelJson() {}

    static String write(LearnerConfig model) {
        try {
            return Json.mapper()
                    .writerFor(LearnerConfig.class)
                    .without(com.fasterxml.jackson.databind.SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(model);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the model cannot be written as JSON: " + model, e);
        }
    }

    static LearnerConfig read(String json) {
        try {
            return Json.mapper().readValue(json, LearnerConfig.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the model of a VsmlLayer is not valid: " + e.getOriginalMessage(), e);
        }
    }

    /** Text to object. */
    static final class Writer extends JsonSerializer<String> {
        @Override
        public void serialize(String json, JsonGenerator generator, SerializerProvider provider)
                throws IOException {
            generator.writeTree(SHADED.readTree(json));
        }
    }

    /** Object to text, checked. */
    static final class Reader extends JsonDeserializer<String> {
        @Override
        public String deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            return write(read(SHADED.writeValueAsString(parser.readValueAsTree())));
        }
    }
}
