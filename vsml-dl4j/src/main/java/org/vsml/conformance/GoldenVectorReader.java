package org.vsml.conformance;

import static org.vsml.conformance.JsonFields.elements;
import static org.vsml.conformance.JsonFields.field;
import static org.vsml.conformance.JsonFields.invalid;
import static org.vsml.conformance.JsonFields.number;
import static org.vsml.conformance.JsonFields.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.InputShape;
import org.vsml.core.LayerShape;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/**
 * Takes a parsed golden-vector file apart, checking every size against what the model says it must
 * be.
 */
record GoldenVectorReader(JsonNode root) {

    private static final Map<Boolean, String> PREFIX =
            Map.of(false, "sub_rnn.", true, "backward_sub_rnn.");

    GoldenVector read() {
        GoldenModelReader models = new GoldenModelReader(root);
        Vsml layers = models.layers();
        TaskShape task = models.task();
        List<LayerShape> shapes = models.shapes(layers, task);
        LearnerConfig model = models.model(layers);
        NamedArrays meta = metaVariables(layers, "sub_rnns", "backward_sub_rnns", root, false);
        // What is random is overwritten.
        NamedArrays start = model.initialLearnedVariables(task, 1, new SplittableRandom(0));
        for (int k = 0; k < shapes.size(); k++) {
            start.set("hidden." + k, new double[start.array("hidden." + k).length]);
        }
        states(start, "cell.", field(root, "initial_cells"), "initial_cells", layers, shapes);
        int[] labels = labels(task.classes());
        double[] inputs = numbers(field(root, "inputs"), "inputs", inputShape(labels.length, task));
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

    /** Every example has a label, and each recruits a unit. */
    private static ArrayLayout finalLayout(LearnerConfig model, TaskShape task, int examples) {
        return model instanceof VsmlWithMemory with
                ? with.learnedVariableLayout(task, 1, Math.min(examples, with.memory().capacity()))
                : model.learnedVariableLayout(task, 1);
    }

    /** Arrays of a layout by their own names and in their own shapes. */
    private static NamedArrays named(ArrayLayout layout, String list, JsonNode parent) {
        JsonNode arrays = field(parent, list);
        NamedArrays result = NamedArrays.zeros(layout);
        for (ArrayLayout.Entry entry : layout.entries()) {
            result.set(
                    entry.name(),
                    numbers(field(arrays, entry.name()), list + "." + entry.name(), entry.shape()));
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
            String[] path = entry.name().substring(PREFIX.get(backward).length()).split("\\.", 2);
            int index = Integer.parseInt(path[0]);
            List<JsonNode> rnns = elements(field(parent, list), list);
            if (index >= rnns.size()) {
                throw invalid(
                        "%s must have at least %d elements, got %d", list, index + 1, rnns.size());
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
     * Cells and hidden states: dense [A, B, N], convolution [k, k, ci, co, N]; ours are [N, B, A].
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
                throw invalid("labels[%d] must be an integer in [0, %d), got %s", t, classes, node);
            }
            labels[t] = node.intValue();
        }
        return labels;
    }

    private List<Integer> inputShape(int length, TaskShape task) {
        InputShape input = task.input();
        return GoldenModelReader.isConvolution(field(root, "layers").get(0))
                ? List.of(length, input.height(), input.width(), input.channels())
                : List.of(length, input.size());
    }
}
