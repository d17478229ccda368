package org.vsml.conformance;

import static org.vsml.conformance.JsonFields.elements;
import static org.vsml.conformance.JsonFields.field;
import static org.vsml.conformance.JsonFields.finite;
import static org.vsml.conformance.JsonFields.flag;
import static org.vsml.conformance.JsonFields.integer;
import static org.vsml.conformance.JsonFields.invalid;
import static org.vsml.conformance.JsonFields.number;
import static org.vsml.conformance.JsonFields.numberOrInfinity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.vsml.core.Aggregation;
import org.vsml.core.Architecture;
import org.vsml.core.Conditioning;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Discriminant;
import org.vsml.core.Dynamics;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.LayerShape;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Memory;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/** The model and the sizes of a golden-vector file. */
record GoldenModelReader(JsonNode root) {

    /** The layers, without a memory beside them. */
    Vsml layers() {
        JsonNode config = field(root, "config");
        JsonNode memory = root.get("memory");
        return new Vsml(
                subRnn(config),
                architecture(),
                memory == null ? dynamics(config) : beside(memory, dynamics(config)));
    }

    /** The model: the layers, with a memory if the file has one. */
    LearnerConfig model(Vsml layers) {
        JsonNode memory = root.get("memory");
        return memory == null ? layers : withMemory(layers, memory);
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
                new Conditioning(numberOrInfinity(memory, "clip"), number(memory, "range_share")),
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

    private static SubRnn subRnn(JsonNode config) {
        double epsilon = number(config, "layer_norm_eps");
        if (epsilon != SubRnn.LAYER_NORM_EPSILON) {
            throw invalid(
                    "config.layer_norm_eps must be %s, got %s", SubRnn.LAYER_NORM_EPSILON, epsilon);
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

    /** The shape of an example and the number of classes. */
    TaskShape task() {
        JsonNode layers = field(root, "layers");
        JsonNode first = layers.get(0);
        InputShape input =
                isConvolution(first)
                        ? new InputShape(
                                integer(first, "h"), integer(first, "w"), integer(first, "ci"))
                        : InputShape.vector(integer(first, "in"));
        return new TaskShape(input, integer(layers.get(layers.size() - 1), "out"));
    }

    /** Shapes of all layers, which are those that the file says. */
    List<LayerShape> shapes(Vsml layers, TaskShape task) {
        List<LayerShape> shapes = layers.architecture().resolve(task);
        requireDeclaredShapes(shapes);
        return shapes;
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

    static boolean isConvolution(JsonNode layer) {
        String type = field(layer, "type").asText();
        if (!type.equals("dense") && !type.equals("conv")) {
            throw invalid("the type of a layer must be dense or conv, got %s", type);
        }
        return type.equals("conv");
    }
}
