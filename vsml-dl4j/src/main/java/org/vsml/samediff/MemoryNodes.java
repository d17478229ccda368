package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.vsml.core.ArrayLayout;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.samediff.LayerGraph.Message;

/** What the parts of a {@link MemoryGraph} add to: its inputs, outputs and their adjoints. */
final class MemoryNodes {

    final VsmlWithMemory model;
    final TaskShape task;
    final DataType dataType;
    final SameDiff sd = SameDiff.create();
    final int places;
    final int classes;
    final int size;
    private final List<String> sources = new ArrayList<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private final Map<SDVariable, SDVariable> seeds = new LinkedHashMap<>();
    private final StepGraph graph;

    MemoryNodes(VsmlWithMemory model, TaskShape task, DataType dataType) {
        this.model = model;
        this.task = task;
        this.dataType = dataType;
        size = model.layer().subRnn().stateSize();
        classes = task.classes();
        places = MemoryGraph.places(model.memory());
        Map<String, SDVariable> meta = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : model.metaVariableLayout().entries()) {
            meta.put(entry.name(), source(WindowGraph.metaInput(entry.name()), shape(entry, 0)));
        }
        Map<String, SDVariable> learned = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : model.layer().learnedVariableLayout(task, 1).entries()) {
            learned.put(
                    entry.name(), source(WindowGraph.learnedInput(entry.name()), shape(entry, 1)));
        }
        graph = new StepGraph(sd, dataType, task, 1, 1, meta, learned);
    }

    /** The layer's step, with V_M and the layer's learned variables. */
    StepGraph graph() {
        return graph;
    }

    /** Inputs whose gradients are wanted. */
    List<String> sources() {
        return sources;
    }

    /** Names of variables in the graph, by what leaves the step. */
    Map<String, String> outputs() {
        return outputs;
    }

    /** What leaves the step, and the input of its adjoint. */
    Map<SDVariable, SDVariable> seeds() {
        return seeds;
    }

    /** A sub-RNN of the layer's size without connections of its own. */
    SubRnn subRnn(int channels) {
        SubRnn rnn = model.layer().subRnn();
        return new SubRnn(
                rnn.stateSize(),
                channels,
                VsmlWithMemory.BACKWARD_CHANNELS,
                false,
                rnn.inputGateShift(),
                rnn.forgetGateShift());
    }

    SubRnnGraph subRnn(SubRnn rnn, String prefix) {
        return new SubRnnGraph(graph, rnn, model.layer().dynamics().stateClip(), prefix);
    }

    SDVariable ones(int columns) {
        return graph.filled(1, 1, columns);
    }

    /** Error and label for {@code count} rows of classes, [2, count · classes]. */
    Message backward(SDVariable error, SDVariable label, int count) {
        SDVariable rows = graph.filled(1, count, 1);
        return new Message(
                sd.concat(
                        0,
                        error.mul(rows).reshape(1, (long) count * classes),
                        label.mul(rows).reshape(1, (long) count * classes)),
                VsmlWithMemory.BACKWARD_CHANNELS);
    }

    /** Σ_n weights_n · h_n of every column, [1, columns]. */
    SDVariable project(String weights, SubRnnGraph.State state) {
        return sd.mmul(graph.metaVariable(weights).reshape(1, size).mul(2), state.hidden());
    }

    /** [count, classes, N] → halved [N, count · classes]. */
    SDVariable enter(String name, int count) {
        return source(name, count, classes, size)
                .reshape((long) count * classes, size)
                .permute(1, 0)
                .mul(0.5);
    }

    void leave(String hidden, String cell, SubRnnGraph.State state, int count) {
        output(hidden, state.hidden().mul(2).permute(1, 0), count, classes, size);
        output(cell, state.cell().mul(2).permute(1, 0), count, classes, size);
    }

    /** Something that leaves the step, with a place for its adjoint. */
    void output(String name, SDVariable value, long... shape) {
        SDVariable out = sd.identity(value.reshape(shape));
        outputs.put(name, out.name());
        seeds.put(out, placeholder(MemoryGraph.adjoint(name), shape));
    }

    SDVariable source(String name, long... shape) {
        sources.add(name);
        return placeholder(name, shape);
    }

    SDVariable placeholder(String name, long... shape) {
        return sd.placeHolder(name, dataType, shape);
    }

    /** A layout's entry with so many axes of 1 in front. */
    static long[] shape(ArrayLayout.Entry entry, int leading) {
        long[] shape = new long[entry.shape().size() + leading];
        Arrays.fill(shape, 0, leading, 1);
        for (int i = leading; i < shape.length; i++) {
            shape[i] = entry.shape().get(i - leading);
        }
        return shape;
    }
}
