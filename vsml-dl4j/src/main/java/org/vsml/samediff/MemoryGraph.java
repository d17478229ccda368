package org.vsml.samediff;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Memory;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * One example through a layer and the memory beside it ({@link VsmlWithMemory}), a graph of fixed
 * shapes: units that take part are put into K places, the nearest first, and places that are left
 * are masked. Which units take part is chosen outside, by distances in the metric that {@link
 * #metricProgram} gives; the distances that are differentiated are computed here again.
 *
 * <p>As in a {@link WindowGraph}, the gradient of a longer run is exact, because the seeds are the
 * adjoints of everything that leaves the step.
 */
final class MemoryGraph {

    // Inputs; those of the layer's learned variables and of V_M are named as in a WindowGraph.
    static final String INPUT = WindowGraph.exampleInput(0);
    static final String LABEL = WindowGraph.labelInput(0);
    static final String KNOWN = WindowGraph.knownInput(0);

    /** x measured from the first example, and 1 / scale², [1, inputs]. */
    static final String RELATIVE = "relative";

    static final String SCALES = "scales";

    /** Of the units that take part: inputs [K, inputs], labels [K, classes], 1 for each [K, 1]. */
    static final String UNIT_INPUT = "unit_input";

    static final String UNIT_LABEL = "unit_label";
    static final String MASK = "mask";

    /** States, [K, classes, N]. */
    static final String UNIT_HIDDEN = "unit_hidden";

    static final String UNIT_CELL = "unit_cell";

    /** States [readings, classes, N]. */
    static final String READING_HIDDEN = "reading_hidden";

    static final String READING_CELL = "reading_cell";

    /** Adaptive weights [readings, 2]. */
    static final String READING_ADAPTED = "reading_adapted";

    /** ν, what is kept of it and what is taken of the smallest distance, [1, 1]. */
    static final String NEAREST = "nearest";

    static final String KEEP = "keep";
    static final String TAKE = "take";

    /** 1 if no unit takes part, t/(t + 1), ln(1 + t)/7, [1, 1]. */
    static final String NONE = "none";

    static final String BEGUN = "begun";
    static final String TIME = "time";

    /** What the discriminant says, [1, classes]. */
    static final String DISCRIMINANT = "discriminant";

    // Outputs that are no inputs too.
    static final String LOGITS = "logits";
    static final String NEW_HIDDEN = "new_hidden";
    static final String NEW_CELL = "new_cell";

    private final MemoryNodes nodes;
    private final Map<String, String> gradients = new LinkedHashMap<>();
    private final String metric;
    private final Program metricProgram;
    private final Program forwardProgram;
    private Program gradientProgram;

    MemoryGraph(VsmlWithMemory model, TaskShape task, DataType dataType) {
        nodes = new MemoryNodes(model, task, dataType);
        metric = build(model.layer().learnedVariableLayout(task, 1));
        metricProgram = Program.compile(nodes.sd, List.of(metric), List.of());
        forwardProgram = Program.compile(nodes.sd, nodes.outputs().values(), List.of());
    }

    /** K: units that take part at most. */
    static int places(Memory memory) {
        return Math.min(memory.neighbours(), memory.capacity());
    }

    /** Adds everything; returns the name of ω. */
    private String build(ArrayLayout ofLayer) {
        SameDiff sd = nodes.sd;
        int classes = nodes.classes;
        VsmlStep.VsmlSteps layer = new VsmlStep(nodes.model.layer()).begin(nodes.graph());
        SDVariable ofLayers = layer.unbounded(nodes.source(INPUT, 1, nodes.task.inputs()));
        SDVariable omega = metric(layer.present());
        RecallGraph recall = new RecallGraph(nodes, omega);
        ReadingGraph readings = new ReadingGraph(nodes, ofLayers, recall);
        SDVariable logits = sd.identity(layer.bounded(readings.logits));
        nodes.output(LOGITS, logits, 1, classes);
        SDVariable label = nodes.placeholder(LABEL, 1, classes);
        SDVariable error =
                sd.nn().softmax(logits, 1).mul(nodes.placeholder(KNOWN, 1, classes)).sub(label);
        layer.learn(error, label);
        recall.learn(error, label);
        readings.learn(error, label);
        layer.learnedVariables()
                .forEach(
                        (name, value) ->
                                nodes.output(
                                        WindowGraph.learnedInput(name),
                                        value,
                                        MemoryNodes.shape(ofLayer.entry(name), 1)));
        return omega.name();
    }

    /** ω of every input, [1, inputs], from the layer's cells before the example. */
    private SDVariable metric(SDVariable present) {
        SameDiff sd = nodes.sd;
        StepGraph graph = nodes.graph();
        int size = nodes.size;
        int classes = nodes.classes;
        int inputs = nodes.task.inputs();
        SDVariable cells = graph.learnedVariable("cell.0").reshape(size, (long) classes * inputs);
        SDVariable u =
                sd.mmul(graph.metaVariable("memory.metric").reshape(1, size), cells)
                        .reshape(classes, inputs);
        SDVariable squares = sd.mmul(graph.filled(1.0 / classes, 1, classes), u.mul(u));
        SDVariable counted = present == null ? graph.filled(1, 1, inputs) : present;
        SDVariable ones = graph.filled(1, inputs, 1);
        SDVariable mean = sd.mmul(squares.mul(counted), ones).div(sd.mmul(counted, ones));
        SDVariable relative =
                squares.add(VsmlWithMemory.METRIC_FLOOR).div(mean.add(VsmlWithMemory.METRIC_FLOOR));
        SDVariable share = sd.nn().sigmoid(graph.metaVariable("memory.metric_share").reshape(1, 1));
        return relative.mul(share.rsub(1)).add(share).mul(counted);
    }

    /** Runs as far as the metric. */
    Program metricProgram() {
        return metricProgram;
    }

    /** Name of the metric ω [1, inputs] in {@link #metricProgram}. */
    String metricOutput() {
        return metric;
    }

    /** Runs the step without recording anything for a gradient. */
    Program forwardProgram() {
        return forwardProgram;
    }

    /** Runs the step and, later, its adjoint. */
    synchronized Program gradientProgram() {
        if (gradientProgram == null) {
            ReverseSweep.gradients(nodes.sd, nodes.seeds(), nodes.sources())
                    .forEach((source, gradient) -> gradients.put(source, gradient.name()));
            gradientProgram =
                    Program.compile(nodes.sd, nodes.outputs().values(), gradients.values());
        }
        return gradientProgram;
    }

    /** Output of the forward half. */
    String output(String name) {
        return nodes.outputs().get(name);
    }

    /** Output of the backward half: the gradient of an input, or null if nothing depends on it. */
    String gradient(String input) {
        return gradients.get(input);
    }

    /** Input of the backward half: the adjoint of an output. */
    static String adjoint(String output) {
        return "adjoint/" + output;
    }

    /** Bytes kept for the next run. */
    synchronized long idleBytes() {
        return metricProgram.idleBytes()
                + forwardProgram.idleBytes()
                + (gradientProgram == null ? 0 : gradientProgram.idleBytes());
    }

    /** Frees all idle memory. */
    synchronized void clear() {
        metricProgram.clear();
        forwardProgram.clear();
        if (gradientProgram != null) {
            gradientProgram.clear();
        }
    }
}
