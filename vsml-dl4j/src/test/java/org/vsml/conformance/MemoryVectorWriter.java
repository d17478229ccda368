package org.vsml.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Conditioning;
import org.vsml.core.ConstantInputs;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Discriminant;
import org.vsml.core.Dynamics;
import org.vsml.core.Examples;
import org.vsml.core.Json;
import org.vsml.core.Memory;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;
import org.vsml.reference.ReferenceVsml;

/**
 * Records runs of the reference with a memory as golden vectors. Gradients are central differences
 * of sixth order of the reference alone, good to about 1e-12, so that no engine vouches for itself.
 */
public final class MemoryVectorWriter {

    private static final int INPUTS = 5;
    private static final int CLASSES = 3;
    private static final int LENGTH = 11;
    private static final double WIDTH = 1e-3;

    private MemoryVectorWriter() {}

    /** Writes both vectors into the folder that is the only argument. */
    public static void main(String... args) throws IOException {
        Path folder = Path.of(args[0]);
        write(
                folder,
                "memory_with_discriminant",
                model(
                        false,
                        new Conditioning(2, 0.02),
                        new Memory(7, 3, 2, 0.02, 8, 3),
                        new Discriminant(List.of(0.05, 1.0), 4)),
                1);
        write(
                folder,
                "memory_with_resting_inputs",
                model(
                        true,
                        new Conditioning(Double.POSITIVE_INFINITY, 0),
                        new Memory(50, 16, Double.POSITIVE_INFINITY, 0.1, 8, 3),
                        null),
                2);
    }

    private static VsmlWithMemory model(
            boolean rest, Conditioning conditioning, Memory memory, Discriminant discriminant) {
        // What golden vectors say of dynamics, beside what all have in common.
        Dynamics dynamics =
                Dynamics.PAPER
                        .withMicroTicks(1)
                        .withFeedLabel(true)
                        .withBackwardPass(true, true)
                        .withStateClip(Double.POSITIVE_INFINITY)
                        .withConstantInputs(rest ? ConstantInputs.REST : ConstantInputs.TAKE_PART);
        return new VsmlWithMemory(
                new Vsml(new SubRnn(4, 2, 2, false, -1, 1), Architecture.dense(), dynamics),
                conditioning,
                memory,
                discriminant);
    }

    private static void write(Path folder, String name, VsmlWithMemory model, long seed)
            throws IOException {
        Random random = new Random(seed);
        NamedArrays meta = NamedArrays.zeros(model.metaVariableLayout());
        for (int i = 0; i < meta.values().length; i++) {
            meta.values()[i] = random.nextGaussian() * 0.4;
        }
        meta.set("memory.log_sharpness", 0.7);
        meta.set("reading.weight", Arrays.copyOf(new double[] {0.8, 1.1, 0.4}, model.readings()));
        TaskShape task = TaskShape.of(INPUTS, CLASSES);
        double[] inputs = new double[LENGTH * INPUTS];
        for (int i = 0; i < inputs.length; i++) {
            // The fourth input never changes, the second late.
            boolean constant = i % INPUTS == 3 || (i % INPUTS == 1 && i / INPUTS < 4);
            inputs[i] = constant ? 2 : 10 * (i % INPUTS) + 3 * random.nextGaussian();
        }
        Examples examples =
                Examples.online(task, inputs, random.ints(LENGTH, 0, CLASSES).toArray());
        NamedArrays start = model.initialLearnedVariables(task, 1, random);
        // The format has initial cells only.
        start.set("hidden.0", new double[start.layout().entry("hidden.0").size()]);
        ReferenceVsml.Result result = ReferenceVsml.run(model, meta, start, examples);
        ObjectNode root = Json.mapper().createObjectNode();
        root.put("name", name);
        root.set("config", config(model));
        root.set("memory", memory(model));
        ObjectNode layer = root.putArray("layers").addObject();
        layer.put("type", "dense").put("in", INPUTS).put("out", CLASSES);
        putMetaVariables(root, meta, "sub_rnns", "backward_sub_rnns", "memory_meta_variables");
        root.putArray("initial_cells").add(state(start, "cell.0", task));
        ArrayNode labels = root.putArray("labels");
        Arrays.stream(examples.labels()).forEach(labels::add);
        root.set("inputs", array(inputs, List.of(LENGTH, INPUTS)));
        ObjectNode expected = root.putObject("expected");
        expected.set("logits", array(result.logits(), List.of(LENGTH, CLASSES)));
        expected.put("mean_cross_entropy", loss(result.logits(), examples));
        NamedArrays end = result.learnedVariables();
        expected.putArray("final_cells").add(state(end, "cell.0", task));
        expected.putArray("final_hiddens").add(state(end, "hidden.0", task));
        ObjectNode kept = expected.putObject("final_memory");
        NamedArrays ofMemory = model.ofMemory(end, task);
        for (ArrayLayout.Entry entry : ofMemory.layout().entries()) {
            kept.set(entry.name(), array(ofMemory.array(entry.name()), entry.shape()));
        }
        putMetaVariables(
                expected,
                gradient(model, meta, start, examples),
                "gradients",
                "backward_gradients",
                "memory_gradients");
        Files.writeString(
                folder.resolve(name + ".json"),
                Json.mapper()
                                .writer()
                                .without(
                                        com.fasterxml.jackson.databind.SerializationFeature
                                                .INDENT_OUTPUT)
                                .writeValueAsString(root)
                        + "\n");
    }

    private static ObjectNode config(VsmlWithMemory model) {
        SubRnn rnn = model.layer().subRnn();
        Dynamics dynamics = model.layer().dynamics();
        return Json.mapper()
                .createObjectNode()
                .put("state_size", rnn.stateSize())
                .put("message_size", rnn.forwardMessageSize())
                .put("layer_norm", rnn.layerNorm())
                .put("layer_norm_eps", SubRnn.LAYER_NORM_EPSILON)
                .put("input_gate_shift", rnn.inputGateShift())
                .put("forget_gate_shift", rnn.forgetGateShift())
                .put("micro_ticks", dynamics.microTicks())
                .put("feed_label", dynamics.feedLabel())
                .put("backward_pass", dynamics.backwardPass())
                .put("separate_backward_rnn", dynamics.separateBackwardRnn())
                .put("layerwise_rnns", dynamics.layerwiseRnns())
                .put("tanh_bound", dynamics.tanhBound())
                .put("output_channel", dynamics.outputChannel());
    }

    private static ObjectNode memory(VsmlWithMemory model) {
        Memory memory = model.memory();
        ObjectNode node = Json.mapper().createObjectNode();
        put(node, "state_clip", model.layer().dynamics().stateClip());
        node.put("constant_inputs_rest", model.layer().inputsRest());
        put(node, "clip", model.conditioning().clip());
        node.put("range_share", model.conditioning().rangeShare());
        node.put("capacity", memory.capacity()).put("neighbours", memory.neighbours());
        put(node, "input_bound", memory.inputBound());
        node.put("smoothing", memory.smoothing())
                .put("evidence_bound", memory.evidenceBound())
                .put("sharpness", memory.sharpness());
        if (model.discriminant() == null) {
            node.putNull("discriminant");
        } else {
            ObjectNode discriminant = node.putObject("discriminant");
            ArrayNode ridges = discriminant.putArray("ridges");
            model.discriminant().ridges().forEach(ridges::add);
            discriminant.put("prior_count", model.discriminant().priorCount());
        }
        return node;
    }

    /** null stands for infinity. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private static void putMetaVariables(
            ObjectNode to, NamedArrays arrays, String forward, String backward, String more) {
        ObjectNode ofForward = to.putArray(forward).addObject();
        ObjectNode ofBackward = to.putArray(backward).addObject();
        ObjectNode others = to.putObject(more);
        for (ArrayLayout.Entry entry : arrays.layout().entries()) {
            String name = entry.name();
            ArrayNode values = array(arrays.array(name), entry.shape());
            if (name.startsWith("sub_rnn.0.")) {
                ofForward.set(name.substring("sub_rnn.0.".length()), values);
            } else if (name.startsWith("backward_sub_rnn.0.")) {
                ofBackward.set(name.substring("backward_sub_rnn.0.".length()), values);
            } else {
                others.set(name, values);
            }
        }
    }

    /** [N, B, A] here, [A, B, N] in the file. */
    private static ArrayNode state(NamedArrays arrays, String name, TaskShape task) {
        double[] ours = arrays.array(name);
        int a = task.inputs();
        int b = task.classes();
        int n = ours.length / a / b;
        double[] turned = new double[ours.length];
        for (int i = 0; i < ours.length; i++) {
            turned[((i % a) * b + i / a % b) * n + i / a / b] = ours[i];
        }
        return array(turned, List.of(a, b, n));
    }

    private static ArrayNode array(double[] values, List<Integer> shape) {
        ArrayNode result = Json.mapper().createArrayNode();
        int rows = shape.get(0);
        for (int i = 0; i < rows; i++) {
            int size = values.length / rows;
            if (shape.size() == 1) {
                result.add(values[i]);
            } else {
                result.add(
                        array(
                                Arrays.copyOfRange(values, i * size, (i + 1) * size),
                                shape.subList(1, shape.size())));
            }
        }
        return result;
    }

    private static double loss(double[] logits, Examples examples) {
        double[] weights = new double[examples.labels().length];
        Arrays.fill(weights, 1.0 / weights.length);
        return CrossEntropy.loss(
                logits, examples.labels(), weights, CLASSES, new double[logits.length]);
    }

    /** f' = (45·(f₁ − f₋₁) − 9·(f₂ − f₋₂) + (f₃ − f₋₃)) / 60h. */
    private static NamedArrays gradient(
            VsmlWithMemory model, NamedArrays meta, NamedArrays start, Examples examples) {
        NamedArrays result = NamedArrays.zeros(meta.layout());
        double[] factors = {45, -9, 1};
        for (int i = 0; i < meta.values().length; i++) {
            double before = meta.values()[i];
            for (int k = 0; k < factors.length; k++) {
                for (int side = -1; side <= 1; side += 2) {
                    meta.values()[i] = before + side * (k + 1) * WIDTH;
                    double[] logits = ReferenceVsml.run(model, meta, start, examples).logits();
                    result.values()[i] += side * factors[k] * loss(logits, examples) / (60 * WIDTH);
                }
            }
            meta.values()[i] = before;
        }
        return result;
    }
}
