package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Memory;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.samediff.LayerGraph.Message;

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

    private final VsmlWithMemory model;
    private final TaskShape task;
    private final DataType dataType;
    private final SameDiff sd = SameDiff.create();
    private final List<String> sources = new ArrayList<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private final Map<SDVariable, SDVariable> seeds = new LinkedHashMap<>();
    private final Map<String, String> gradients = new LinkedHashMap<>();
    private final StepGraph graph;
    private final SubRnn unitRnn;
    private final SubRnn readingRnn;
    private final int places;
    private final int classes;
    private final int size;
    private final String metric;
    private final Program metricProgram;
    private final Program forwardProgram;
    private Program gradientProgram;

    MemoryGraph(VsmlWithMemory model, TaskShape task, DataType dataType) {
        this.model = model;
        this.task = task;
        this.dataType = dataType;
        SubRnn rnn = model.layer().subRnn();
        size = rnn.stateSize();
        classes = task.classes();
        places = places(model.memory());
        unitRnn = reading(rnn, VsmlWithMemory.UNIT_CHANNELS);
        readingRnn = reading(rnn, VsmlWithMemory.READING_CHANNELS);
        Map<String, SDVariable> meta = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : model.metaVariableLayout().entries()) {
            meta.put(entry.name(), source(WindowGraph.metaInput(entry.name()), shape(entry, 0)));
        }
        ArrayLayout ofLayer = model.layer().learnedVariableLayout(task, 1);
        Map<String, SDVariable> learned = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : ofLayer.entries()) {
            learned.put(
                    entry.name(), source(WindowGraph.learnedInput(entry.name()), shape(entry, 1)));
        }
        graph = new StepGraph(sd, dataType, task, 1, 1, meta, learned);
        metric = build(ofLayer);
        metricProgram = Program.compile(sd, List.of(metric), List.of());
        forwardProgram = Program.compile(sd, outputs.values(), List.of());
    }

    /** K: units that take part at most. */
    static int places(Memory memory) {
        return Math.min(memory.neighbours(), memory.capacity());
    }

    private static SubRnn reading(SubRnn rnn, int channels) {
        return new SubRnn(
                rnn.stateSize(),
                channels,
                VsmlWithMemory.BACKWARD_CHANNELS,
                false,
                rnn.inputGateShift(),
                rnn.forgetGateShift());
    }

    /** Adds everything; returns the name of ω. */
    private String build(ArrayLayout ofLayer) {
        VsmlStep.VsmlSteps layer = new VsmlStep(model.layer()).begin(graph);
        SDVariable ofLayers = layer.unbounded(source(INPUT, 1, task.inputs()));
        SDVariable omega = metric(layer.present());
        Recall recall = new Recall(omega);
        Readings readings = new Readings(ofLayers, recall);
        SDVariable logits = sd.identity(layer.bounded(readings.logits));
        output(LOGITS, logits, 1, classes);
        SDVariable label = placeholder(LABEL, 1, classes);
        SDVariable error =
                sd.nn().softmax(logits, 1).mul(placeholder(KNOWN, 1, classes)).sub(label);
        layer.learn(error, label);
        recall.learn(error, label);
        readings.learn(error, label);
        layer.learnedVariables()
                .forEach(
                        (name, value) ->
                                output(
                                        WindowGraph.learnedInput(name),
                                        value,
                                        shape(ofLayer.entry(name), 1)));
        return omega.name();
    }

    /** ω of every input, [1, inputs], from the layer's cells before the example. */
    private SDVariable metric(SDVariable present) {
        int inputs = task.inputs();
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

    /** The units that take part. */
    private final class Recall {
        final SDVariable similarity;
        final SDVariable messages;

        /** max_s k_s, [1, 1]. */
        final SDVariable novelty;

        /** z, [1, classes]. */
        final SDVariable evidence;

        SubRnnGraph.State state;

        Recall(SDVariable omega) {
            Memory memory = model.memory();
            SDVariable mask = placeholder(MASK, places, 1);
            SDVariable none = placeholder(NONE, 1, 1);
            SDVariable distances = distances(omega).mul(mask);
            SDVariable smallest = sd.mmul(first(), distances);
            SDVariable nearest =
                    source(NEAREST, 1, 1)
                            .mul(placeholder(KEEP, 1, 1))
                            .add(smallest.mul(placeholder(TAKE, 1, 1)));
            output(NEAREST, nearest, 1, 1);
            SDVariable nu = nearest.add(VsmlWithMemory.DISTANCE_FLOOR);
            similarity = sd.math().exp(distances.div(nu).mul(-0.5)).mul(mask);
            novelty = sd.mmul(first(), similarity);
            SDVariable sharpness =
                    sd.math().exp(graph.metaVariable("memory.log_sharpness").reshape(1, 1));
            SDVariable further = distances.sub(smallest).mul(mask).div(nu);
            SDVariable votes = sd.math().exp(further.mul(sharpness).mul(-1)).mul(mask);
            SDVariable attention = votes.div(sd.mmul(graph.filled(1, 1, places), votes).add(none));
            messages = sd.concat(0, overClasses(similarity), overClasses(attention));
            state = new SubRnnGraph.State(enter(UNIT_HIDDEN, places), enter(UNIT_CELL, places));
            SubRnnGraph subRnn = subRnn(unitRnn, "memory.predict.");
            state =
                    subRnn.tick(
                            state,
                            subRnn.incoming(
                                    new Message(messages, 2), null, ones(places * classes)));
            SDVariable said =
                    sd.math()
                            .clipByValue(
                                    project("memory.evidence", state),
                                    -memory.evidenceBound(),
                                    memory.evidenceBound());
            SDVariable vote =
                    placeholder(UNIT_LABEL, places, classes)
                            .add(memory.smoothing())
                            .mul(sd.math().exp(said).reshape(places, classes));
            evidence = sd.math().log(sd.mmul(attention.reshape(1, places), vote).add(none));
        }

        /** d_s, [K, 1]. */
        private SDVariable distances(SDVariable omega) {
            double limit = model.squaredInputBound(task);
            SDVariable difference =
                    source(UNIT_INPUT, places, task.inputs())
                            .sub(source(RELATIVE, 1, task.inputs()));
            SDVariable squares = difference.mul(difference).mul(source(SCALES, 1, task.inputs()));
            if (Double.isFinite(limit)) {
                squares = sd.math().clipByValue(squares, -limit, limit);
            }
            return sd.mmul(squares, omega.reshape(task.inputs(), 1));
        }

        /** [1, K] with 1 in the place of the nearest. */
        private SDVariable first() {
            INDArray row = Nd4j.zeros(dataType, 1, places);
            row.putScalar(0, 0, 1);
            return graph.constant(row);
        }

        /** [K, 1] → [1, K · classes]. */
        private SDVariable overClasses(SDVariable x) {
            return x.mul(graph.filled(1, 1, classes)).reshape(1, (long) places * classes);
        }

        void learn(SDVariable error, SDVariable label) {
            SubRnnGraph subRnn = subRnn(unitRnn, "memory.learn.");
            int columns = places * classes;
            state =
                    subRnn.tick(
                            state,
                            subRnn.incoming(
                                    new Message(messages, 2),
                                    backward(error, label, places),
                                    ones(columns)));
            leave(UNIT_HIDDEN, UNIT_CELL, state, places);
            SDVariable zeros = graph.filled(0, size, classes);
            SubRnnGraph.State recruited =
                    subRnn.tick(
                            new SubRnnGraph.State(zeros, zeros),
                            subRnn.incoming(
                                    new Message(
                                            graph.filled(1, VsmlWithMemory.UNIT_CHANNELS, classes),
                                            VsmlWithMemory.UNIT_CHANNELS),
                                    backward(error, label, 1),
                                    ones(classes)));
            leave(NEW_HIDDEN, NEW_CELL, recruited, 1);
        }
    }

    /** What reads the layer, the memory and the discriminant. */
    private final class Readings {
        final int count = model.readings();

        /** Before their bound, [1, classes]. */
        final SDVariable logits;

        final SDVariable messages;

        /** r [readings, classes]. */
        final SDVariable read;

        /** Adaptive weights and what they belong to [1, 2]; null if there are none. */
        private SDVariable adapted;

        private SDVariable context;
        SubRnnGraph.State state;

        Readings(SDVariable ofLayer, Recall recall) {
            List<SDVariable> rows = new ArrayList<>();
            rows.add(centred(ofLayer).mul(placeholder(BEGUN, 1, 1)));
            rows.add(centred(recall.evidence));
            if (model.discriminant() != null) {
                rows.add(centred(placeholder(DISCRIMINANT, 1, classes)));
            }
            read = sd.concat(0, rows.toArray(SDVariable[]::new));
            int columns = count * classes;
            messages =
                    sd.concat(
                            0,
                            sd.math().tanh(read.div(3)).reshape(1, columns),
                            recall.novelty.mul(ones(columns)),
                            placeholder(TIME, 1, 1).mul(ones(columns)),
                            graph.constant(which()));
            state = new SubRnnGraph.State(enter(READING_HIDDEN, count), enter(READING_CELL, count));
            SubRnnGraph subRnn = subRnn(readingRnn, "reading.predict.");
            state = subRnn.tick(state, subRnn.incoming(message(), null, ones(columns)));
            SDVariable weights =
                    graph.metaVariable("reading.weight")
                            .reshape(count, 1)
                            .add(project("reading.trust", state).reshape(count, classes));
            if (model.adaptiveWeights()) {
                adapted = source(READING_ADAPTED, count, VsmlWithMemory.CONTEXTS);
                context = sd.concat(1, graph.filled(1, 1, 1), recall.novelty.mul(2).sub(1));
                weights = weights.add(sd.mmul(adapted, context.reshape(2, 1)));
            }
            logits = sd.mmul(graph.filled(1, 1, count), read.mul(weights));
        }

        private Message message() {
            return new Message(messages, VsmlWithMemory.READING_CHANNELS);
        }

        /** [2, readings · classes]: 1 for the memory's; 1 for the discriminant's. */
        private INDArray which() {
            INDArray rows = Nd4j.zeros(dataType, 2, (long) count * classes);
            for (int column = classes; column < count * classes; column++) {
                rows.putScalar(column / classes - 1, column, 1);
            }
            return rows;
        }

        private SDVariable centred(SDVariable x) {
            return x.sub(sd.mmul(x, graph.filled(1.0 / classes, classes, classes)));
        }

        void learn(SDVariable error, SDVariable label) {
            SubRnnGraph subRnn = subRnn(readingRnn, "reading.learn.");
            state =
                    subRnn.tick(
                            state,
                            subRnn.incoming(
                                    message(),
                                    backward(error, label, count),
                                    ones(count * classes)));
            leave(READING_HIDDEN, READING_CELL, state, count);
            if (adapted != null) {
                adapt(error);
            }
        }

        /** Adaptive weights go down the gradient of the example's cross-entropy. */
        private void adapt(SDVariable error) {
            SDVariable squares = sd.mmul(graph.filled(1, 1, count), read.mul(read));
            SDVariable power = sd.mmul(squares, graph.filled(1.0 / classes, classes, 1)).add(1);
            SDVariable gradient = sd.mmul(read, error.reshape(classes, 1));
            SDVariable rate =
                    sd.nn()
                            .sigmoid(graph.metaVariable("reading.rate"))
                            .reshape(1, VsmlWithMemory.CONTEXTS);
            SDVariable moved = sd.mmul(gradient, rate.mul(context)).div(power);
            output(READING_ADAPTED, adapted.sub(moved), count, VsmlWithMemory.CONTEXTS);
        }
    }

    private SubRnnGraph subRnn(SubRnn rnn, String prefix) {
        return new SubRnnGraph(graph, rnn, model.layer().dynamics().stateClip(), prefix);
    }

    private SDVariable ones(int columns) {
        return graph.filled(1, 1, columns);
    }

    /** Error and label for {@code count} rows of classes, [2, count · classes]. */
    private Message backward(SDVariable error, SDVariable label, int count) {
        SDVariable rows = graph.filled(1, count, 1);
        return new Message(
                sd.concat(
                        0,
                        error.mul(rows).reshape(1, (long) count * classes),
                        label.mul(rows).reshape(1, (long) count * classes)),
                VsmlWithMemory.BACKWARD_CHANNELS);
    }

    /** Σ_n weights_n · h_n of every column, [1, columns]. */
    private SDVariable project(String weights, SubRnnGraph.State state) {
        return sd.mmul(graph.metaVariable(weights).reshape(1, size).mul(2), state.hidden());
    }

    /** [count, classes, N] → halved [N, count · classes]. */
    private SDVariable enter(String name, int count) {
        return source(name, count, classes, size)
                .reshape((long) count * classes, size)
                .permute(1, 0)
                .mul(0.5);
    }

    private void leave(String hidden, String cell, SubRnnGraph.State state, int count) {
        output(hidden, state.hidden().mul(2).permute(1, 0), count, classes, size);
        output(cell, state.cell().mul(2).permute(1, 0), count, classes, size);
    }

    /** Something that leaves the step, with a place for its adjoint. */
    private void output(String name, SDVariable value, long... shape) {
        SDVariable out = sd.identity(value.reshape(shape));
        outputs.put(name, out.name());
        seeds.put(out, placeholder(adjoint(name), shape));
    }

    private SDVariable source(String name, long... shape) {
        sources.add(name);
        return placeholder(name, shape);
    }

    private SDVariable placeholder(String name, long... shape) {
        return sd.placeHolder(name, dataType, shape);
    }

    private static long[] shape(ArrayLayout.Entry entry, int leading) {
        long[] shape = new long[entry.shape().size() + leading];
        Arrays.fill(shape, 0, leading, 1);
        for (int i = leading; i < shape.length; i++) {
            shape[i] = entry.shape().get(i - leading);
        }
        return shape;
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
            ReverseSweep.gradients(sd, seeds, sources)
                    .forEach((source, gradient) -> gradients.put(source, gradient.name()));
            gradientProgram = Program.compile(sd, outputs.values(), gradients.values());
        }
        return gradientProgram;
    }

    /** Output of the forward half. */
    String output(String name) {
        return outputs.get(name);
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
