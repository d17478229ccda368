package org.vsml.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Fields of a JSON file, with messages that name what is wrong with one. */
final class JsonFields {

    private JsonFields() {}

    /** An array of this shape, flat. */
    static double[] numbers(JsonNode node, String where, List<Integer> shape) {
        double[] values =
                new double
                        [Math.toIntExact(
                                shape.stream().mapToLong(i -> i).reduce(1, Math::multiplyExact))];
        fill(node, where, shape, 0, values, 0);
        return values;
    }

    private static int fill(
            JsonNode node,
            String where,
            List<Integer> shape,
            int axis,
            double[] values,
            int offset) {
        if (axis == shape.size()) {
            values[offset] = finite(node, where);
            return offset + 1;
        }
        if (!node.isArray() || node.size() != shape.get(axis)) {
            throw invalid(
                    "%s must be an array of shape %s, got %s on axis %d",
                    where,
                    shape,
                    node.isArray() ? node.size() + " elements" : node.getNodeType(),
                    axis);
        }
        int next = offset;
        for (JsonNode element : node) {
            next = fill(element, where, shape, axis + 1, values, next);
        }
        return next;
    }

    static double finite(JsonNode node, String where) {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw invalid("%s must hold finite numbers, got %s", where, node);
        }
        return node.doubleValue();
    }

    static List<JsonNode> elements(JsonNode node, String where) {
        if (!node.isArray()) {
            throw invalid("%s must be an array, got %s", where, node.getNodeType());
        }
        List<JsonNode> result = new ArrayList<>();
        node.forEach(result::add);
        return result;
    }

    static JsonNode field(JsonNode parent, String name) {
        JsonNode node = parent.get(name);
        if (node == null) {
            throw invalid("field %s is missing", name);
        }
        return node;
    }

    static int integer(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isInt()) {
            throw invalid("%s must be an integer, got %s", name, node);
        }
        return node.intValue();
    }

    /** null stands for infinity. */
    static double numberOrInfinity(JsonNode parent, String name) {
        return field(parent, name).isNull() ? Double.POSITIVE_INFINITY : number(parent, name);
    }

    static double number(JsonNode parent, String name) {
        return finite(field(parent, name), name);
    }

    static boolean flag(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isBoolean()) {
            throw invalid("%s must be true or false, got %s", name, node);
        }
        return node.booleanValue();
    }

    static IllegalArgumentException invalid(String message, Object... arguments) {
        return new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
    }
}
