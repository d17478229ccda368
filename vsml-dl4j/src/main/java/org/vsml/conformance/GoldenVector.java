package org.vsml.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.vsml.core.Aggregation;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Conditioning;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Discriminant;
import org.vsml.core.Dynamics;
import org.vsml.core.Examples;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.Json;
import org.vsml.core.LayerShape;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Memory;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/**
 * A recorded run in float64: a model, its meta variables, where it started, what it saw, and what
 * came out, with the gradient of the mean cross-entropy with respect to the meta variables.
 *
 * @param name the file's own name for it
 * @param model a {@link Vsml}, or a {@link VsmlWithMemory} where the file has a field {@code
 *     memory}
 * @param metaVariables V_M
 * @param start V_L before the first example
 * @param examples the stream
 * @param logits expected, [T, classes]
 * @param meanCrossEntropy expected, over all examples
 * @param finals expected {@code hidden.k} and {@code cell.k} after the last example, and those of
 *     units and readings; all other arrays are zero and not meant to be compared
 * @param gradient expected ∂(mean cross-entropy)/∂V_M; zero where the loss does not depend on an
 *     array
 */
public record GoldenVector(
        String name,
        LearnerConfig model,
        NamedArrays metaVariables,
        NamedArrays start,
        Examples examples,
        double[] logits,
        double meanCrossEntropy,
        NamedArrays finals,
        NamedArrays gradient) {

    private static final long MAX_BYTES = 256L << 20;

    /**
     * Reads a golden-vector file.
     *
     * @throws IOException if it cannot be read, is no golden vector, or contradicts itself; the
     *     message names file and field
     */
    public static GoldenVector read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException(
                    file
                            + ": a golden vector may have at most "
                            + MAX_BYTES
                            + " bytes, got "
                            + size);
        }
        try {
            return new Reader(Json.mapper().readTree(file.toFile())).read();
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Takes a parsed file apart, checking every size against what the model says it must be. */
    private record Reader(JsonNode root) {

        private static final Map<Boolean, String> PREFIX =
                Map.of(false, "sub_rnn.", true, "backward_sub_rnn.");

        GoldenVector read() {
            JsonNode config = field(root, "config");
            JsonNode memory = root.get("memory");
            Vsml layers =
                    new Vsml(
                            subRnn(config),
                            architecture(),
                            memory == null ? dynamics(config) : beside(memory, dynamics(config)));
            TaskShape task = task();
            List<LayerShape> shapes = layers.architecture().resolve(task);
            requireDeclaredShapes(shapes);
            LearnerConfig model = memory == null ? layers : withMemory(layers, memory);
            NamedArrays meta = metaVariables(layers, "sub_rnns", "backward_sub_rnns", root, false);
            // What is random is overwritten.
            NamedArrays start = model.initialLearnedVariables(task, 1, new SplittableRandom(0));
            for (int k = 0; k < shapes.size(); k++) {
                start.set("hidden." + k, new double[start.array("hidden." + k).length]);
            }
            states(start, "cell.", field(root, "initial_cells"), "initial_cells", layers, shapes);
            int[] labels = labels(task.classes());
            double[] inputs =
                    numbers(field(root, "inputs"), "inputs", inputShape(labels.length, task));
            Examples examples = Examples.online(task, inputs, labels);
            JsonNode expected = field(root, "expected");
            double[] logits =
                    numbers(
                            field(expected, "logits"),
                            "expected.logits",
                            List.of(labels.length, task.classes()));
            NamedArrays finals = NamedArrays.zeros(finalLayout(model, task, labels.length));
            states(
                    finals,
                    "cell.",
                    field(expected, "final_cells"),
                    "expected.final_cells",
                    layers,
                    shapes);
            states(
                    finals,
                    "hidden.",
                    field(expected, "final_hiddens"),
                    "expected.final_hiddens",
                    layers,
                    shapes);
            NamedArrays gradient =
                    metaVariables(layers, "gradients", "backward_gradients", expected, true);
            if (model instanceof VsmlWithMemory with) {
                meta = with(model.metaVariableLayout(), meta, "memory_meta_variables", root);
                gradient = with(model.metaVariableLayout(), gradient, "memory_gradients", expected);
                ArrayLayout ofMemory = with.ofMemory(finals, task).layout();
                NamedArrays own = named(ofMemory, "final_memory", expected);
                ofMemory.entries().forEach(e -> finals.set(e.name(), own.array(e.name())));
            }
            return new GoldenVector(
                    field(root, "name").asText(),
                    model,
                    meta,
                    start,
                    examples,
                    logits,
                    number(expected, "mean_cross_entropy"),
                    finals,
                    gradient);
        }

        private static Dynamics beside(JsonNode memory, Dynamics dynamics) {
            return dynamics.withStateClip(numberOrInfinity(memory, "state_clip"))
                    .withConstantInputs(
                            flag(memory, "constant_inputs_rest")
                                    ? ConstantInputs.REST
                                    : ConstantInputs.TAKE_PART);
        }

        private static VsmlWithMemory withMemory(Vsml layer, JsonNode memory) {
            JsonNode discriminant = field(memory, "discriminant");
            List<Double> ridges = new ArrayList<>();
            if (!discriminant.isNull()) {
                for (JsonNode ridge : elements(field(discriminant, "ridges"), "ridges")) {
                    ridges.add(finite(ridge, "ridges"));
                }
            }
            return new VsmlWithMemory(
                    layer,
                    new Conditioning(
                            numberOrInfinity(memory, "clip"), number(memory, "range_share")),
                    new Memory(
                            integer(memory, "capacity"),
                            integer(memory, "neighbours"),
                            numberOrInfinity(memory, "input_bound"),
                            number(memory, "smoothing"),
                            number(memory, "evidence_bound"),
                            number(memory, "sharpness")),
                    discriminant.isNull()
                            ? null
                            : new Discriminant(ridges, number(discriminant, "prior_count")));
        }

        /** Every example has a label, and each recruits a unit. */
        private static ArrayLayout finalLayout(LearnerConfig model, TaskShape task, int examples) {
            return model instanceof VsmlWithMemory with
                    ? with.learnedVariableLayout(
                            task, 1, Math.min(examples, with.memory().capacity()))
                    : model.learnedVariableLayout(task, 1);
        }

        /** Arrays of a layout by their own names and in their own shapes. */
        private static NamedArrays named(ArrayLayout layout, String list, JsonNode parent) {
            JsonNode arrays = field(parent, list);
            NamedArrays result = NamedArrays.zeros(layout);
            for (ArrayLayout.Entry entry : layout.entries()) {
                result.set(
                        entry.name(),
                        numbers(
                                field(arrays, entry.name()),
                                list + "." + entry.name(),
                                entry.shape()));
            }
            return result;
        }

        /** The arrays of the layer, then those that a layout has beyond them. */
        private static NamedArrays with(
                ArrayLayout layout, NamedArrays ofLayer, String list, JsonNode parent) {
            int known = ofLayer.layout().entries().size();
            ArrayLayout more =
                    new ArrayLayout(layout.entries().subList(known, layout.entries().size()));
            return NamedArrays.concatenate(List.of(ofLayer, named(more, list, parent)));
        }

        private static SubRnn subRnn(JsonNode config) {
            double epsilon = number(config, "layer_norm_eps");
            if (epsilon != SubRnn.LAYER_NORM_EPSILON) {
                throw invalid(
                        "config.layer_norm_eps must be %s, got %s",
                        SubRnn.LAYER_NORM_EPSILON, epsilon);
            }
            int messages = integer(config, "message_size");
            return new SubRnn(
                    integer(config, "state_size"),
                    messages,
                    messages,
                    flag(config, "layer_norm"),
                    number(config, "input_gate_shift"),
                    number(config, "forget_gate_shift"));
        }

        private static Dynamics dynamics(JsonNode config) {
            return new Dynamics(
                    integer(config, "micro_ticks"),
                    flag(config, "feed_label"),
                    flag(config, "backward_pass"),
                    flag(config, "separate_backward_rnn"),
                    flag(config, "layerwise_rnns"),
                    Aggregation.MEAN,
                    number(config, "tanh_bound"),
                    integer(config, "output_channel"),
                    Dynamics.PAPER.randomProportion(),
                    Double.POSITIVE_INFINITY,
                    Dynamics.PAPER.averagedProportion(),
                    Dynamics.PAPER.constantInputs());
        }

        private Architecture architecture() {
            List<JsonNode> layers = elements(field(root, "layers"), "layers");
            if (layers.isEmpty()) {
                throw invalid("layers must not be empty");
            }
            List<HiddenLayer> hidden = new ArrayList<>();
            for (JsonNode layer : layers.subList(0, layers.size() - 1)) {
                hidden.add(
                        isConvolution(layer)
                                ? new HiddenLayer.Convolution(
                                        integer(layer, "k"),
                                        integer(layer, "stride"),
                                        integer(layer, "co"))
                                : new HiddenLayer.Dense(integer(layer, "out")));
            }
            if (isConvolution(layers.get(layers.size() - 1))) {
                throw invalid("the last of layers must be dense, got a convolution");
            }
            return new Architecture(hidden);
        }

        private TaskShape task() {
            JsonNode layers = field(root, "layers");
            JsonNode first = layers.get(0);
            InputShape input =
                    isConvolution(first)
                            ? new InputShape(
                                    integer(first, "h"), integer(first, "w"), integer(first, "ci"))
                            : InputShape.vector(integer(first, "in"));
            return new TaskShape(input, integer(layers.get(layers.size() - 1), "out"));
        }

        private void requireDeclaredShapes(List<LayerShape> shapes) {
            JsonNode layers = field(root, "layers");
            for (int k = 0; k < shapes.size(); k++) {
                JsonNode layer = layers.get(k);
                List<Integer> declared;
                List<Integer> resolved;
                if (shapes.get(k) instanceof LayerShape.Convolution c) {
                    declared =
                            List.of(
                                    integer(layer, "h"),
                                    integer(layer, "w"),
                                    integer(layer, "ci"),
                                    integer(layer, "ho"),
                                    integer(layer, "wo"));
                    resolved =
                            List.of(
                                    c.height(),
                                    c.width(),
                                    c.inputChannels(),
                                    c.outputHeight(),
                                    c.outputWidth());
                } else {
                    declared = List.of(integer(layer, "in"), integer(layer, "out"));
                    resolved = List.of(shapes.get(k).inputs(), shapes.get(k).outputs());
                }
                if (!declared.equals(resolved)) {
                    throw invalid(
                            "layers[%d] must have sizes %s to follow what is below it, got %s",
                            k, resolved, declared);
                }
            }
        }

        private static NamedArrays metaVariables(
                Vsml model,
                String forwardField,
                String backwardField,
                JsonNode parent,
                boolean nullIsZero) {
            NamedArrays result = NamedArrays.zeros(model.metaVariableLayout());
            for (ArrayLayout.Entry entry : result.layout().entries()) {
                boolean backward = entry.name().startsWith(PREFIX.get(true));
                String list = backward ? backwardField : forwardField;
                String[] path =
                        entry.name().substring(PREFIX.get(backward).length()).split("\\.", 2);
                int index = Integer.parseInt(path[0]);
                List<JsonNode> rnns = elements(field(parent, list), list);
                if (index >= rnns.size()) {
                    throw invalid(
                            "%s must have at least %d elements, got %d",
                            list, index + 1, rnns.size());
                }
                JsonNode values = field(rnns.get(index), path[1]);
                if (!(nullIsZero && values.isNull())) {
                    result.set(
                            entry.name(),
                            numbers(values, list + "[" + index + "]." + path[1], entry.shape()));
                }
            }
            return result;
        }

        /**
         * Cells and hidden states: dense [A, B, N], convolution [k, k, ci, co, N]; ours are [N, B,
         * A].
         */
        private static void states(
                NamedArrays target,
                String prefix,
                JsonNode lists,
                String where,
                Vsml model,
                List<LayerShape> shapes) {
            List<JsonNode> layers = elements(lists, where);
            if (layers.size() != shapes.size()) {
                throw invalid(
                        "%s must have one element for each of %d layers, got %d",
                        where, shapes.size(), layers.size());
            }
            int n = model.subRnn().stateSize();
            for (int k = 0; k < shapes.size(); k++) {
                LayerShape shape = shapes.get(k);
                int a = shape.stateInputs();
                int b = shape.stateOutputs();
                List<Integer> axes =
                        shape instanceof LayerShape.Convolution c
                                ? List.of(
                                        c.kernel(),
                                        c.kernel(),
                                        c.inputChannels(),
                                        c.outputChannels(),
                                        n)
                                : List.of(a, b, n);
                double[] source = numbers(layers.get(k), where + "[" + k + "]", axes);
                double[] turned = new double[source.length];
                for (int i = 0; i < a; i++) {
                    for (int j = 0; j < b; j++) {
                        for (int channel = 0; channel < n; channel++) {
                            turned[(channel * b + j) * a + i] = source[(i * b + j) * n + channel];
                        }
                    }
                }
                target.set(prefix + k, turned);
            }
        }

        private int[] labels(int classes) {
            List<JsonNode> nodes = elements(field(root, "labels"), "labels");
            int[] labels = new int[nodes.size()];
            for (int t = 0; t < labels.length; t++) {
                JsonNode node = nodes.get(t);
                if (!node.isInt() || node.intValue() < 0 || node.intValue() >= classes) {
                    throw invalid(
                            "labels[%d] must be an integer in [0, %d), got %s", t, classes, node);
                }
                labels[t] = node.intValue();
            }
            return labels;
        }

        private List<Integer> inputShape(int length, TaskShape task) {
            InputShape input = task.input();
            return isConvolution(field(root, "layers").get(0))
                    ? List.of(length, input.height(), input.width(), input.channels())
                    : List.of(length, input.size());
        }

        private static boolean isConvolution(JsonNode layer) {
            String type = field(layer, "type").asText();
            if (!type.equals("dense") && !type.equals("conv")) {
                throw invalid("the type of a layer must be dense or conv, got %s", type);
            }
            return type.equals("conv");
        }

        private static double[] numbers(JsonNode node, String where, List<Integer> shape) {
            double[] values =
                    new double
                            [Math.toIntExact(
                                    shape.stream()
                                            .mapToLong(i -> i)
                                            .reduce(1, Math::multiplyExact))];
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

        private static double finite(JsonNode node, String where) {
            if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
                throw invalid("%s must hold finite numbers, got %s", where, node);
            }
            return node.doubleValue();
        }

        private static List<JsonNode> elements(JsonNode node, String where) {
            if (!node.isArray()) {
                throw invalid("%s must be an array, got %s", where, node.getNodeType());
            }
            List<JsonNode> result = new ArrayList<>();
            node.forEach(result::add);
            return result;
        }

        private static JsonNode field(JsonNode parent, String name) {
            JsonNode node = parent.get(name);
            if (node == null) {
                throw invalid("field %s is missing", name);
            }
            return node;
        }

        private static int integer(JsonNode parent, String name) {
            JsonNode node = field(parent, name);
            if (!node.isInt()) {
                throw invalid("%s must be an integer, got %s", name, node);
            }
            return node.intValue();
        }

        /** null stands for infinity. */
        private static double numberOrInfinity(JsonNode parent, String name) {
            return field(parent, name).isNull() ? Double.POSITIVE_INFINITY : number(parent, name);
        }

        private static double number(JsonNode parent, String name) {
            return finite(field(parent, name), name);
        }

        private static boolean flag(JsonNode parent, String name) {
            JsonNode node = field(parent, name);
            if (!node.isBoolean()) {
                throw invalid("%s must be true or false, got %s", name, node);
            }
            return node.booleanValue();
        }

        private static IllegalArgumentException invalid(String message, Object... arguments) {
            return new IllegalArgumentException(
                    String.format(java.util.Locale.ROOT, message, arguments));
        }
    }
}
