package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.OpinionPool;
import org.vsml.core.RunningDiscriminant;
import org.vsml.core.RunningStatistics;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * A layer and its memory over one stream, example by example; a {@link MemoryAdjoint} is the way
 * back through the examples that were recorded. Between examples everything is kept in Java arrays;
 * the statistics of inputs are kept outside. Used by one thread at a time.
 */
final class MemoryGraphRun {

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

    private final VsmlWithMemory model;
    private final TaskShape task;
    private final MemoryFrames frames;

    /** Null if there is none. */
    private final RunningDiscriminant discriminant;

    /** Null if there is none. */
    private final OpinionPool pool;

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

    private final List<RecordedExample> steps = new ArrayList<>();

    /**
     * @param metaVariables V_M by name
     * @param start learned variables; not changed
     * @param stride of recorded steps, every how many the layer's learned variables are kept; 0 to
     *     record none
     */
    MemoryGraphRun(
            VsmlWithMemory model,
            TaskShape task,
            MemoryGraph graph,
            Map<String, INDArray> metaVariables,
            NamedArrays start,
            int stride) {
        this.model = model;
        this.task = task;
        this.stride = stride;
        frames = new MemoryFrames(model, task, graph, metaVariables);
        discriminant =
                model.discriminant() == null
                        ? null
                        : RunningDiscriminant.of(model.discriminant(), task, start);
        pool = OpinionPool.of(model, task, start, stride > 0);
        frames.layerNames().forEach(name -> layer.put(name, start.array(name)));
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
        int stateLength = frames.classes * frames.size;
        for (int s = 0; s < labels.length; s++) {
            units.add(
                    new RecruitedUnit(
                            (int) labels[s],
                            MemoryFrames.row(inputs, s, task.inputs()),
                            MemoryFrames.row(hidden, s, stateLength),
                            MemoryFrames.row(cell, s, stateLength)));
        }
        startingUnits = List.copyOf(units);
    }

    /** Logits [classes] of an example, from which nothing is learned. */
    double[] predict(Inputs inputs) {
        RecordedExample step = begin(inputs, Examples.UNLABELLED);
        double[] logits =
                Detached.call(
                        () -> {
                            Program program = frames.graph().forwardProgram();
                            Program.Frame frame = frames.forward(program, step);
                            double[] y = frames.read(frame, MemoryGraph.LOGITS);
                            program.release(frame);
                            return y;
                        });
        if (pool != null) {
            pool.predict(step.discriminant, logits);
        }
        return logits;
    }

    /** Runs an example; returns its logits [classes]. */
    double[] learn(Inputs inputs, int label) {
        RecordedExample step = begin(inputs, label);
        double[] logits =
                Detached.call(
                        () -> {
                            Program program = frames.graph().forwardProgram();
                            Program.Frame frame = frames.forward(program, step);
                            double[] y = frames.read(frame, MemoryGraph.LOGITS);
                            end(step, frame);
                            program.release(frame);
                            return y;
                        });
        if (pool != null) {
            pool.predict(step.discriminant, logits);
            pool.learn(label);
        }
        if (stride > 0) {
            if (steps.size() % stride != 0) {
                step.layer = null;
            }
            steps.add(step);
        }
        return logits;
    }

    /** Chooses the units that take part. */
    private RecordedExample begin(Inputs inputs, int label) {
        RecordedExample step = new RecordedExample(inputs, label);
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
        double[] omega = Detached.call(() -> frames.metric(inputs, layer));
        double[] distances =
                units.stream().mapToDouble(unit -> distance(unit.input, inputs, omega)).toArray();
        return IntStream.range(0, units.size())
                .boxed()
                .sorted(Comparator.comparingDouble(s -> distances[s]))
                .limit(frames.places)
                .map(units::get)
                .toList();
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

    /** Takes over what the step has made of everything. */
    private void end(RecordedExample step, Program.Frame frame) {
        layer = frames.layer(frame);
        readingHidden = frames.read(frame, MemoryGraph.READING_HIDDEN);
        readingCell = frames.read(frame, MemoryGraph.READING_CELL);
        if (model.adaptiveWeights()) {
            adapted = frames.read(frame, MemoryGraph.READING_ADAPTED);
        }
        nearest = frames.read(frame, MemoryGraph.NEAREST)[0];
        double[] hidden = frames.read(frame, MemoryGraph.UNIT_HIDDEN);
        double[] cell = frames.read(frame, MemoryGraph.UNIT_CELL);
        int stateLength = frames.classes * frames.size;
        for (int s = 0; s < step.units.size(); s++) {
            step.units.get(s).hidden = MemoryFrames.row(hidden, s, stateLength);
            step.units.get(s).cell = MemoryFrames.row(cell, s, stateLength);
        }
        if (step.label == Examples.UNLABELLED) {
            return;
        }
        step.recruited =
                new RecruitedUnit(
                        step.label,
                        step.inputs.relative(),
                        frames.read(frame, MemoryGraph.NEW_HIDDEN),
                        frames.read(frame, MemoryGraph.NEW_CELL));
        units.add(step.recruited);
        if (units.size() > model.memory().capacity()) {
            units.remove(0);
        }
        examples++;
        if (discriminant != null) {
            discriminant.learn(step.label);
        }
    }

    /** Learned variables as they are now. */
    NamedArrays learnedVariables(RunningStatistics statistics) {
        NamedArrays result = NamedArrays.zeros(model.learnedVariableLayout(task, 1, units.size()));
        layer.forEach(result::set);
        statistics.write(result);
        if (discriminant != null) {
            discriminant.write(result);
        }
        if (pool != null) {
            pool.write(result);
        }
        result.set("memory.examples", examples);
        result.set("memory.nearest", nearest);
        result.set("reading.hidden", readingHidden);
        result.set("reading.cell", readingCell);
        if (model.adaptiveWeights()) {
            result.set("reading.adapted", adapted);
        }
        result.set("memory.label", units.stream().mapToDouble(unit -> unit.label).toArray());
        result.set(
                "memory.input", MemoryFrames.join(units.stream().map(unit -> unit.input).toList()));
        result.set(
                "memory.hidden",
                MemoryFrames.join(units.stream().map(unit -> unit.hidden).toList()));
        result.set(
                "memory.cell", MemoryFrames.join(units.stream().map(unit -> unit.cell).toList()));
        return result;
    }

    ArrayLayout learnedLayout() {
        return model.learnedVariableLayout(task, 1, units.size());
    }

    /** Units that were there before the first example. */
    List<RecruitedUnit> startingUnits() {
        return startingUnits;
    }

    /** Units that are there now. */
    List<RecruitedUnit> units() {
        return units;
    }

    /** Recorded examples. */
    List<RecordedExample> steps() {
        return steps;
    }

    /** Null if there is none. */
    OpinionPool pool() {
        return pool;
    }

    MemoryFrames frames() {
        return frames;
    }

    VsmlWithMemory model() {
        return model;
    }

    TaskShape task() {
        return task;
    }
}
