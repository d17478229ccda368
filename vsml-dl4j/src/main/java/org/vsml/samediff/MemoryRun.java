package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RunningDiscriminant;
import org.vsml.core.RunningStatistics;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * A layer and its memory over one stream, example by example, and the way back through the examples
 * that were recorded. Between examples everything is kept in Java arrays; the statistics of inputs
 * are kept outside. Used by one thread at a time.
 */
final class MemoryRun {

    /**
     * An example as the memory reads it.
     *
     * @param standardised x̂
     * @param relative x, measured from the first example
     * @param scales 1 / scale²
     */
    record Inputs(double[] standardised, double[] relative, double[] scales) {

        /** With this example taken in by the statistics. */
        static Inputs of(double[] x, int offset, RunningStatistics statistics) {
            Inputs result =
                    new Inputs(
                            new double[statistics.inputs()],
                            new double[statistics.inputs()],
                            new double[statistics.inputs()]);
            statistics.transform(x, offset, result.standardised, 0);
            for (int a = 0; a < statistics.inputs(); a++) {
                result.relative[a] = statistics.relative(x[offset + a], a);
                result.scales[a] = statistics.inverseSquaredScale(a);
            }
            return result;
        }
    }

    /** A recorded example: all that its graph reads. */
    private static final class Step {
        final Inputs inputs;
        final int label;

        /** Null where it is found again from an earlier step. */
        Map<String, double[]> layer;

        double[] readingHidden;
        double[] readingCell;
        double[] adapted;
        double nearest;
        double examples;
        List<RecruitedUnit> units;
        List<double[]> hidden;
        List<double[]> cell;
        double[] discriminant;
        RecruitedUnit recruited;

        Step(Inputs inputs, int label) {
            this.inputs = inputs;
            this.label = label;
        }
    }

    private final VsmlWithMemory model;
    private final TaskShape task;
    private final MemoryGraph graph;
    private final Map<String, INDArray> metaVariables;
    private final int places;
    private final int classes;
    private final int size;

    /** Null if there is none. */
    private final RunningDiscriminant discriminant;

    private Map<String, double[]> layer = new LinkedHashMap<>();
    private double[] readingHidden;
    private double[] readingCell;

    /** Adaptive weights; empty if there are none. */
    private double[] adapted = {};

    private double nearest;
    private double examples;
    private final List<RecruitedUnit> units = new ArrayList<>();
    private final List<RecruitedUnit> startingUnits;

    /**
     * Of recorded steps, every how many the layer's learned variables are kept; 0 to record none.
     */
    private final int stride;

    private final List<Step> steps = new ArrayList<>();

    /**
     * @param metaVariables V_M by name
     * @param start learned variables; not changed
     * @param stride of recorded steps, every how many the layer's learned variables are kept; 0 to
     *     record none
     */
    MemoryRun(
            VsmlWithMemory model,
            TaskShape task,
            MemoryGraph graph,
            Map<String, INDArray> metaVariables,
            NamedArrays start,
            int stride) {
        this.model = model;
        this.task = task;
        this.graph = graph;
        this.metaVariables = metaVariables;
        this.stride = stride;
        places = MemoryGraph.places(model.memory());
        classes = task.classes();
        size = model.layer().subRnn().stateSize();
        discriminant =
                model.discriminant() == null
                        ? null
                        : RunningDiscriminant.of(model.discriminant(), task, start);
        for (ArrayLayout.Entry entry : layerLayout().entries()) {
            layer.put(entry.name(), start.array(entry.name()));
        }
        readingHidden = start.array("reading.hidden");
        readingCell = start.array("reading.cell");
        if (model.adaptiveWeights()) {
            adapted = start.array("reading.adapted");
        }
        nearest = start.array("memory.nearest")[0];
        examples = start.array("memory.examples")[0];
        double[] labels = start.array("memory.label");
        double[] inputs = start.array("memory.input");
        double[] hidden = start.array("memory.hidden");
        double[] cell = start.array("memory.cell");
        for (int s = 0; s < labels.length; s++) {
            units.add(
                    new RecruitedUnit(
                            (int) labels[s],
                            row(inputs, s, task.inputs()),
                            row(hidden, s, classes * size),
                            row(cell, s, classes * size)));
        }
        startingUnits = List.copyOf(units);
    }

    private ArrayLayout layerLayout() {
        return model.layer().learnedVariableLayout(task, 1);
    }

    private static double[] row(double[] values, int row, int length) {
        return Arrays.copyOfRange(values, row * length, (row + 1) * length);
    }

    /** Logits [classes] of an example, from which nothing is learned. */
    double[] predict(Inputs inputs) {
        Step step = begin(inputs, Examples.UNLABELLED);
        return Detached.call(
                () -> {
                    Program program = graph.forwardProgram();
                    Program.Frame frame = forward(program, step);
                    double[] logits = Transfer.read(frame.output(graph.output(MemoryGraph.LOGITS)));
                    program.release(frame);
                    return logits;
                });
    }

    /** Runs an example; returns its logits [classes]. */
    double[] learn(Inputs inputs, int label) {
        Step step = begin(inputs, label);
        double[] logits =
                Detached.call(
                        () -> {
                            Program program = graph.forwardProgram();
                            Program.Frame frame = forward(program, step);
                            double[] y = read(frame, MemoryGraph.LOGITS);
                            end(step, frame);
                            program.release(frame);
                            return y;
                        });
        if (stride > 0) {
            if (steps.size() % stride != 0) {
                step.layer = null;
            }
            steps.add(step);
        }
        return logits;
    }

    private double[] read(Program.Frame frame, String output) {
        return Transfer.read(frame.output(graph.output(output)));
    }

    /** Chooses the units that take part. */
    private Step begin(Inputs inputs, int label) {
        Step step = new Step(inputs, label);
        step.layer = layer;
        step.readingHidden = readingHidden;
        step.readingCell = readingCell;
        step.adapted = adapted;
        step.nearest = nearest;
        step.examples = examples;
        step.units = nearest(inputs);
        step.hidden = step.units.stream().map(unit -> unit.hidden).toList();
        step.cell = step.units.stream().map(unit -> unit.cell).toList();
        step.discriminant =
                discriminant == null ? null : discriminant.predict(inputs.standardised(), 0);
        return step;
    }

    /** Nearest first, of equal ones the oldest. */
    private List<RecruitedUnit> nearest(Inputs inputs) {
        if (units.isEmpty()) {
            return List.of();
        }
        double[] omega = Detached.call(() -> metric(inputs));
        double[] distances =
                units.stream().mapToDouble(unit -> distance(unit.input, inputs, omega)).toArray();
        return IntStream.range(0, units.size())
                .boxed()
                .sorted(Comparator.comparingDouble(s -> distances[s]))
                .limit(places)
                .map(units::get)
                .toList();
    }

    private double[] metric(Inputs inputs) {
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

    private double distance(double[] unit, Inputs inputs, double[] omega) {
        double limit = model.squaredInputBound(task);
        double sum = 0;
        for (int a = 0; a < unit.length; a++) {
            double difference = inputs.relative()[a] - unit[a];
            sum += omega[a] * Math.min(limit, difference * difference * inputs.scales()[a]);
        }
        return sum;
    }

    private Program.Frame forward(Program program, Step step) {
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
            write(program, frame, MemoryGraph.DISCRIMINANT, step.discriminant);
        }
        frame.forward();
        return frame;
    }

    private void writeUnits(Program program, Program.Frame frame, Step step) {
        double[] inputs = new double[places * task.inputs()];
        double[] labels = new double[places * classes];
        double[] mask = new double[places];
        double[] hidden = new double[places * classes * size];
        double[] cell = new double[hidden.length];
        for (int s = 0; s < step.units.size(); s++) {
            RecruitedUnit unit = step.units.get(s);
            System.arraycopy(unit.input, 0, inputs, s * task.inputs(), task.inputs());
            labels[s * classes + unit.label] = 1;
            mask[s] = 1;
            System.arraycopy(step.hidden.get(s), 0, hidden, s * classes * size, classes * size);
            System.arraycopy(step.cell.get(s), 0, cell, s * classes * size, classes * size);
        }
        write(program, frame, MemoryGraph.UNIT_INPUT, inputs);
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

    private static void write(
            Program program, Program.Frame frame, String input, double... values) {
        if (program.hasInput(input)) {
            Transfer.write(values, frame.input(input));
        }
    }

    /** Takes over what the step has made of everything. */
    private void end(Step step, Program.Frame frame) {
        layer = layerAfter(frame);
        readingHidden = read(frame, MemoryGraph.READING_HIDDEN);
        readingCell = read(frame, MemoryGraph.READING_CELL);
        if (model.adaptiveWeights()) {
            adapted = read(frame, MemoryGraph.READING_ADAPTED);
        }
        nearest = read(frame, MemoryGraph.NEAREST)[0];
        double[] hidden = read(frame, MemoryGraph.UNIT_HIDDEN);
        double[] cell = read(frame, MemoryGraph.UNIT_CELL);
        for (int s = 0; s < step.units.size(); s++) {
            step.units.get(s).hidden = row(hidden, s, classes * size);
            step.units.get(s).cell = row(cell, s, classes * size);
        }
        if (step.label == Examples.UNLABELLED) {
            return;
        }
        step.recruited =
                new RecruitedUnit(
                        step.label,
                        step.inputs.relative(),
                        read(frame, MemoryGraph.NEW_HIDDEN),
                        read(frame, MemoryGraph.NEW_CELL));
        units.add(step.recruited);
        if (units.size() > model.memory().capacity()) {
            units.remove(0);
        }
        examples++;
        if (discriminant != null) {
            discriminant.learn(step.label);
        }
    }

    private Map<String, double[]> layerAfter(Program.Frame frame) {
        Map<String, double[]> result = new LinkedHashMap<>();
        for (String name : layer.keySet()) {
            result.put(name, read(frame, WindowGraph.learnedInput(name)));
        }
        return result;
    }

    /** Learned variables as they are now. */
    NamedArrays learnedVariables(RunningStatistics statistics) {
        NamedArrays result = NamedArrays.zeros(model.learnedVariableLayout(task, 1, units.size()));
        layer.forEach(result::set);
        statistics.write(result);
        if (discriminant != null) {
            discriminant.write(result);
        }
        result.set("memory.examples", examples);
        result.set("memory.nearest", nearest);
        result.set("reading.hidden", readingHidden);
        result.set("reading.cell", readingCell);
        if (model.adaptiveWeights()) {
            result.set("reading.adapted", adapted);
        }
        result.set("memory.label", units.stream().mapToDouble(unit -> unit.label).toArray());
        result.set("memory.input", join(units.stream().map(unit -> unit.input).toList()));
        result.set("memory.hidden", join(units.stream().map(unit -> unit.hidden).toList()));
        result.set("memory.cell", join(units.stream().map(unit -> unit.cell).toList()));
        return result;
    }

    private static double[] join(List<double[]> parts) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    ArrayLayout learnedLayout() {
        return model.learnedVariableLayout(task, 1, units.size());
    }

    /**
     * The adjoints of what is carried from example to example, but for the units, which have
     * theirs.
     */
    private static final class Adjoint {
        final Map<String, double[]> layer = new LinkedHashMap<>();
        double[] readingHidden;
        double[] readingCell;

        /** Empty if there are no adaptive weights. */
        double[] adapted = {};

        double nearest;

        void clear() {
            layer.values().forEach(values -> Arrays.fill(values, 0));
            Arrays.fill(readingHidden, 0);
            Arrays.fill(readingCell, 0);
            Arrays.fill(adapted, 0);
            nearest = 0;
        }
    }

    /**
     * The way back through all recorded examples; may be taken once.
     *
     * @param ofLogits [T, classes]
     * @param ofEnd gradient of the final learned variables, or null
     * @param truncation borders at its multiples clear the adjoints; 0 for none
     * @param metaLayout of {@code ofMeta}
     * @param ofMeta gradient of V_M, added to
     * @param ofInputs overwritten, one for each example; empty if they are not wanted
     * @return gradient of the starting learned variables, but for those of the statistics
     */
    NamedArrays backward(
            double[] ofLogits,
            NamedArrays ofEnd,
            int truncation,
            ArrayLayout metaLayout,
            double[] ofMeta,
            List<Inputs> ofInputs) {
        NamedArrays end = ofEnd != null ? ofEnd : NamedArrays.zeros(learnedLayout());
        Adjoint adjoint = begin(end);
        Program program = graph.gradientProgram();
        for (int t = steps.size() - 1; t >= 0; t--) {
            Step step = steps.get(t);
            findLayer(t);
            Program.Frame frame = forward(program, step);
            writeAdjoints(program, frame, step, adjoint, row(ofLogits, t, classes));
            frame.backward();
            for (ArrayLayout.Entry entry : metaLayout.entries()) {
                double[] gradient =
                        gradient(frame, WindowGraph.metaInput(entry.name()), entry.size());
                int offset = metaLayout.offset(entry.name());
                for (int i = 0; i < gradient.length; i++) {
                    ofMeta[offset + i] += gradient[i];
                }
            }
            readAdjoints(frame, step, adjoint);
            if (!ofInputs.isEmpty()) {
                readInputs(frame, step, ofInputs.get(t));
            }
            program.release(frame);
            if (truncation > 0 && t % truncation == 0) {
                adjoint.clear();
                startingUnits.forEach(RecruitedUnit::clearAdjoints);
                steps.subList(0, t).stream()
                        .filter(earlier -> earlier.recruited != null)
                        .forEach(earlier -> earlier.recruited.clearAdjoints());
            }
            step.layer = null;
        }
        return ofStart(adjoint);
    }

    private Adjoint begin(NamedArrays end) {
        Adjoint adjoint = new Adjoint();
        layer.keySet().forEach(name -> adjoint.layer.put(name, end.array(name)));
        adjoint.readingHidden = end.array("reading.hidden");
        adjoint.readingCell = end.array("reading.cell");
        if (model.adaptiveWeights()) {
            adjoint.adapted = end.array("reading.adapted");
        }
        adjoint.nearest = end.array("memory.nearest")[0];
        double[] inputs = end.array("memory.input");
        double[] hidden = end.array("memory.hidden");
        double[] cell = end.array("memory.cell");
        for (int s = 0; s < units.size(); s++) {
            RecruitedUnit unit = units.get(s);
            unit.ofInput = row(inputs, s, task.inputs());
            unit.ofHidden = row(hidden, s, classes * size);
            unit.ofCell = row(cell, s, classes * size);
        }
        return adjoint;
    }

    /** Runs again from the last step whose layer was kept, if that of step t was not. */
    private void findLayer(int t) {
        int from = t;
        while (steps.get(from).layer == null) {
            from--;
        }
        Program program = graph.forwardProgram();
        for (int i = from; i < t; i++) {
            Program.Frame frame = forward(program, steps.get(i));
            steps.get(i + 1).layer = layerAfter(frame);
            program.release(frame);
        }
    }

    private void writeAdjoints(
            Program program, Program.Frame frame, Step step, Adjoint adjoint, double[] ofLogits) {
        writeAdjoint(program, frame, MemoryGraph.LOGITS, ofLogits);
        adjoint.layer.forEach(
                (name, values) ->
                        writeAdjoint(program, frame, WindowGraph.learnedInput(name), values));
        writeAdjoint(program, frame, MemoryGraph.READING_HIDDEN, adjoint.readingHidden);
        writeAdjoint(program, frame, MemoryGraph.READING_CELL, adjoint.readingCell);
        writeAdjoint(program, frame, MemoryGraph.READING_ADAPTED, adjoint.adapted);
        writeAdjoint(program, frame, MemoryGraph.NEAREST, adjoint.nearest);
        double[] hidden = new double[places * classes * size];
        double[] cell = new double[hidden.length];
        for (int s = 0; s < step.units.size(); s++) {
            RecruitedUnit unit = step.units.get(s);
            System.arraycopy(unit.ofHidden, 0, hidden, s * classes * size, classes * size);
            System.arraycopy(unit.ofCell, 0, cell, s * classes * size, classes * size);
        }
        writeAdjoint(program, frame, MemoryGraph.UNIT_HIDDEN, hidden);
        writeAdjoint(program, frame, MemoryGraph.UNIT_CELL, cell);
        boolean recruits = step.recruited != null;
        double[] zeros = new double[classes * size];
        writeAdjoint(
                program, frame, MemoryGraph.NEW_HIDDEN, recruits ? step.recruited.ofHidden : zeros);
        writeAdjoint(
                program, frame, MemoryGraph.NEW_CELL, recruits ? step.recruited.ofCell : zeros);
    }

    private static void writeAdjoint(
            Program program, Program.Frame frame, String output, double... values) {
        write(program, frame, MemoryGraph.adjoint(output), values);
    }

    /** The gradient of an input of the step's graph; zeros if nothing depends on it. */
    private double[] gradient(Program.Frame frame, String input, int length) {
        String name = graph.gradient(input);
        return name == null ? new double[length] : Transfer.read(frame.output(name));
    }

    private void readAdjoints(Program.Frame frame, Step step, Adjoint adjoint) {
        adjoint.layer.replaceAll(
                (name, values) -> gradient(frame, WindowGraph.learnedInput(name), values.length));
        int readings = step.readingHidden.length;
        adjoint.readingHidden = gradient(frame, MemoryGraph.READING_HIDDEN, readings);
        adjoint.readingCell = gradient(frame, MemoryGraph.READING_CELL, readings);
        adjoint.adapted = gradient(frame, MemoryGraph.READING_ADAPTED, adjoint.adapted.length);
        adjoint.nearest = gradient(frame, MemoryGraph.NEAREST, 1)[0];
        double[] inputs = gradient(frame, MemoryGraph.UNIT_INPUT, places * task.inputs());
        double[] hidden = gradient(frame, MemoryGraph.UNIT_HIDDEN, places * classes * size);
        double[] cell = gradient(frame, MemoryGraph.UNIT_CELL, places * classes * size);
        for (int s = 0; s < step.units.size(); s++) {
            RecruitedUnit unit = step.units.get(s);
            for (int a = 0; a < task.inputs(); a++) {
                unit.ofInput[a] += inputs[s * task.inputs() + a];
            }
            unit.ofHidden = row(hidden, s, classes * size);
            unit.ofCell = row(cell, s, classes * size);
        }
    }

    private void readInputs(Program.Frame frame, Step step, Inputs to) {
        int count = task.inputs();
        copy(gradient(frame, MemoryGraph.INPUT, count), to.standardised());
        copy(gradient(frame, MemoryGraph.RELATIVE, count), to.relative());
        copy(gradient(frame, MemoryGraph.SCALES, count), to.scales());
        for (int a = 0; a < count && step.recruited != null; a++) {
            to.relative()[a] += step.recruited.ofInput[a];
        }
    }

    private static void copy(double[] from, double[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    private NamedArrays ofStart(Adjoint adjoint) {
        NamedArrays result =
                NamedArrays.zeros(model.learnedVariableLayout(task, 1, startingUnits.size()));
        adjoint.layer.forEach(result::set);
        result.set("reading.hidden", adjoint.readingHidden);
        result.set("reading.cell", adjoint.readingCell);
        if (model.adaptiveWeights()) {
            result.set("reading.adapted", adjoint.adapted);
        }
        result.set("memory.nearest", adjoint.nearest);
        result.set("memory.input", join(startingUnits.stream().map(u -> u.ofInput).toList()));
        result.set("memory.hidden", join(startingUnits.stream().map(u -> u.ofHidden).toList()));
        result.set("memory.cell", join(startingUnits.stream().map(u -> u.ofCell).toList()));
        return result;
    }
}
