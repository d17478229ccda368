package org.vsml.core;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The one way this project reads and writes JSON: unknown keys are errors, depth and sizes are
 * bounded.
 */
public final class Json {

    /** What is no text, though Jackson would make one of it. */
    private static final List<CoercionInputShape> SCALARS =
            List.of(
                    CoercionInputShape.Integer,
                    CoercionInputShape.Float,
                    CoercionInputShape.Boolean);

    private static final ObjectMapper MAPPER = configure(JsonMapper.builder().build());

    private Json() {}

    /** The shared mapper; immutable by convention, thread-safe. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * An integer of a header, as it is written: no text, fraction or truth value in its place.
     *
     * @throws IllegalArgumentException if it is absent or anything else; the message names it
     */
    public static long integer(JsonNode header, String name) {
        JsonNode value = header.path(name);
        Checks.require(
                value.isIntegralNumber() && value.canConvertToLong(),
                "%s must be an integer, got %s",
                name,
                value.isMissingNode() ? "none" : value);
        return value.longValue();
    }

    /** Gives another mapper (YAML, say) the same strictness and the same learner types. */
    // A builder would do it, but not for a mapper of any kind that is there already.
    @SuppressWarnings("deprecation")
    public static <M extends ObjectMapper> M configure(M mapper) {
        mapper.registerSubtypes(
                new NamedType(Vsml.class, "vsml"),
                new NamedType(VsmlWithMemory.class, "vsml-with-memory"),
                new NamedType(Conditioned.class, "conditioned"));
        for (LearnerTypes module :
                ServiceLoader.load(LearnerTypes.class, Json.class.getClassLoader())) {
            module.types()
                    .forEach((name, type) -> mapper.registerSubtypes(new NamedType(type, name)));
        }
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true);
        mapper.configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, true);
        mapper.configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true);
        mapper.configure(DeserializationFeature.ACCEPT_FLOAT_AS_INT, false);
        mapper.configure(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS, true);
        mapper.configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, false);
        for (CoercionInputShape shape : SCALARS) {
            mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
        }
        mapper.setAnnotationIntrospector(
                AnnotationIntrospector.pair(
                        new PrimitivesAreRequired(),
                        mapper.getDeserializationConfig().getAnnotationIntrospector()));
        mapper.configure(SerializationFeature.INDENT_OUTPUT, true);
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(64)
                                .maxStringLength(1 << 20)
                                .build());
        return mapper;
    }

    /**
     * A primitive has no value for "absent" and is refused without one anyway; as a required
     * property the message names it.
     */
    private static final class PrimitivesAreRequired extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasRequiredMarker(AnnotatedMember member) {
            boolean primitive =
                    member instanceof AnnotatedParameter && member.getRawType().isPrimitive();
            return primitive ? Boolean.TRUE : null;
        }
    }
}
