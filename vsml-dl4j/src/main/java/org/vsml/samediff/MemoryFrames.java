package org.vsml.samediff;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * Puts steps of a {@link MemoryGraphRun} into frames of a {@link MemoryGraph} and reads them out.
 */
final class MemoryFrames {

    private final MemoryGraph graph;
    private final Map<String, INDArray> metaVariables;
    private final List<String> layerNames;

    /** K: units that take part at most. */
    final int places;

    final int inputs;
    final int classes;

    /** N. */
    final int size;

    MemoryFrames(
            VsmlWithMemory model,
            TaskShape task,
            MemoryGraph graph,
            Map<String, INDArray> metaVariables) {
        this.graph = graph;
        this.metaVariables = metaVariables;
        ArrayLayout layer = model.layer().learnedVariableLayout(task, 1);
        layerNames = layer.entries().stream().map(ArrayLayout.Entry::name).toList();
        places = MemoryGraph.places(model.memory());
        inputs = task.inputs();
        classes = task.classes();
        size = model.layer().subRnn().stateSize();
    }

    MemoryGraph graph() {
        return graph;
    }

    /** Names of the layer's learned variables. */
    List<String> layerNames() {
        return layerNames;
    }

    /** ω [inputs], from the layer's learned variables before an example. */
    double[] metric(MemoryGraphRun.Inputs inputs, Map<String, double[]> layer) {
        Program program = graph.metricProgram();
        Program.Frame frame = program.acquire();
        writeMeta(program, frame);
        write(program, frame, MemoryGraph.INPUT, inputs.standardised());
        writeLayer(program, frame, layer);
        frame.forward();
        double[] omega = Transfer.read(frame.output(graph.metricOutput()));
        program.release(frame);
        return omega;
    }

    /** Runs the forward half over a step, in a frame that the caller releases. */
    Program.Frame forward(Program program, RecordedExample step) {
        Program.Frame frame = program.acquire();
        writeMeta(program, frame);
        writeLayer(program, frame, step.layer);
        write(program, frame, MemoryGraph.INPUT, step.inputs.standardised());
        write(program, frame, MemoryGraph.RELATIVE, step.inputs.relative());
        write(program, frame, MemoryGraph.SCALES, step.inputs.scales());
        double[] label = new double[classes];
        double[] known = new double[classes];
        if (step.label != Examples.UNLABELLED) {
            label[step.label] = 1;
            Arrays.fill(known, 1);
        }
        write(program, frame, MemoryGraph.LABEL, label);
        write(program, frame, MemoryGraph.KNOWN, known);
        writeUnits(program, frame, step);
        write(program, frame, MemoryGraph.READING_HIDDEN, step.readingHidden);
        write(program, frame, MemoryGraph.READING_CELL, step.readingCell);
        write(program, frame, MemoryGraph.READING_ADAPTED, step.adapted);
        write(program, frame, MemoryGraph.BEGUN, step.examples / (step.examples + 1.0));
        write(program, frame, MemoryGraph.TIME, Math.log(1 + step.examples) / 7);
        if (step.discriminant != null) {
            write(
                    program,
                    frame,
                    MemoryGraph.DISCRIMINANT,
                    Arrays.copyOf(step.discriminant, classes));
        }
        frame.forward();
        return frame;
    }

    private void writeUnits(Program program, Program.Frame frame, RecordedExample step) {
        double[] examples = new double[places * inputs];
        double[] labels = new double[places * classes];
        double[] mask = new double[places];
        double[] hidden = new double[places * classes * size];
        double[] cell = new double[hidden.length];
        for (int s = 0; s < step.units.size(); s++) {
            RecruitedUnit unit = step.units.get(s);
            System.arraycopy(unit.input, 0, examples, s * inputs, inputs);
            labels[s * classes + unit.label] = 1;
            mask[s] = 1;
            System.arraycopy(step.hidden.get(s), 0, hidden, s * classes * size, classes * size);
            System.arraycopy(step.cell.get(s), 0, cell, s * classes * size, classes * size);
        }
        write(program, frame, MemoryGraph.UNIT_INPUT, examples);
        write(program, frame, MemoryGraph.UNIT_LABEL, labels);
        write(program, frame, MemoryGraph.MASK, mask);
        write(program, frame, MemoryGraph.UNIT_HIDDEN, hidden);
        write(program, frame, MemoryGraph.UNIT_CELL, cell);
        boolean none = step.units.isEmpty();
        double taken = none ? 0 : 1;
        if (!none && step.nearest >= 0) {
            taken = Math.max(VsmlWithMemory.SMALLEST_STEP, 1.0 / (step.examples + 1));
        }
        write(program, frame, MemoryGraph.NONE, none ? 1 : 0);
        write(program, frame, MemoryGraph.NEAREST, step.nearest);
        write(program, frame, MemoryGraph.KEEP, 1 - taken);
        write(program, frame, MemoryGraph.TAKE, taken);
    }

    private void writeMeta(Program program, Program.Frame frame) {
        metaVariables.forEach(
                (name, values) -> {
                    if (program.hasInput(WindowGraph.metaInput(name))) {
                        frame.input(WindowGraph.metaInput(name)).assign(values);
                    }
                });
    }

    private static void writeLayer(
            Program program, Program.Frame frame, Map<String, double[]> values) {
        values.forEach(
                (name, array) -> write(program, frame, WindowGraph.learnedInput(name), array));
    }

    static void write(Program program, Program.Frame frame, String input, double... values) {
        if (program.hasInput(input)) {
            Transfer.write(values, frame.input(input));
        }
    }

    /** An output of the forward half. */
    double[] read(Program.Frame frame, String output) {
        return Transfer.read(frame.output(graph.output(output)));
    }

    /** The layer's learned variables after the step. */
    Map<String, double[]> layer(Program.Frame frame) {
        Map<String, double[]> result = new LinkedHashMap<>();
        for (String name : layerNames) {
            result.put(name, read(frame, WindowGraph.learnedInput(name)));
        }
        return result;
    }

    /** One row of an array of rows. */
    static double[] row(double[] values, int row, int length) {
        return Arrays.copyOfRange(values, row * length, (row + 1) * length);
    }

    /** Rows one after the other. */
    static double[] join(List<double[]> rows) {
        return rows.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
