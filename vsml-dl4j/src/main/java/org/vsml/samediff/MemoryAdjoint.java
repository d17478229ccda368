package org.vsml.samediff;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;

/** The way back through the recorded examples of a {@link MemoryGraphRun}. */
final class MemoryAdjoint {

    /**
     * The adjoints of what is carried from example to example, but for the units, which have
     * theirs.
     */
    private static final class Carried {
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

    private final MemoryGraphRun run;
    private final MemoryFrames frames;
    private final List<RecordedExample> steps;
    private final List<RecruitedUnit> startingUnits;

    /** Values of the states of one unit, classes · N. */
    private final int stateLength;

    MemoryAdjoint(MemoryGraphRun run) {
        this.run = run;
        frames = run.frames();
        steps = run.steps();
        startingUnits = run.startingUnits();
        stateLength = frames.classes * frames.size;
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
            List<MemoryGraphRun.Inputs> ofInputs) {
        NamedArrays end = ofEnd != null ? ofEnd : NamedArrays.zeros(run.learnedLayout());
        NamedArrays pooled = NamedArrays.zeros(run.model().poolLayout());
        double[] ofOwn =
                run.pool() == null
                        ? ofLogits
                        : run.pool().backward(ofLogits, end, pooled, truncation);
        Carried adjoint = begin(end);
        Program program = frames.graph().gradientProgram();
        for (int t = steps.size() - 1; t >= 0; t--) {
            RecordedExample step = steps.get(t);
            findLayer(t);
            Program.Frame frame = frames.forward(program, step);
            writeAdjoints(
                    program, frame, step, adjoint, MemoryFrames.row(ofOwn, t, frames.classes));
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
        NamedArrays start = ofStart(adjoint);
        pooled.layout().entries().forEach(e -> start.set(e.name(), pooled.array(e.name())));
        return start;
    }

    private Carried begin(NamedArrays end) {
        Carried adjoint = new Carried();
        frames.layerNames().forEach(name -> adjoint.layer.put(name, end.array(name)));
        adjoint.readingHidden = end.array("reading.hidden");
        adjoint.readingCell = end.array("reading.cell");
        if (run.model().adaptiveWeights()) {
            adjoint.adapted = end.array("reading.adapted");
        }
        adjoint.nearest = end.array("memory.nearest")[0];
        double[] inputs = end.array("memory.input");
        double[] hidden = end.array("memory.hidden");
        double[] cell = end.array("memory.cell");
        for (int s = 0; s < run.units().size(); s++) {
            RecruitedUnit unit = run.units().get(s);
            unit.ofInput = MemoryFrames.row(inputs, s, frames.inputs);
            unit.ofHidden = MemoryFrames.row(hidden, s, stateLength);
            unit.ofCell = MemoryFrames.row(cell, s, stateLength);
        }
        return adjoint;
    }

    /** Runs again from the last step whose layer was kept, if that of step t was not. */
    private void findLayer(int t) {
        int from = t;
        while (steps.get(from).layer == null) {
            from--;
        }
        Program program = frames.graph().forwardProgram();
        for (int i = from; i < t; i++) {
            Program.Frame frame = frames.forward(program, steps.get(i));
            steps.get(i + 1).layer = frames.layer(frame);
            program.release(frame);
        }
    }

    private void writeAdjoints(
            Program program,
            Program.Frame frame,
            RecordedExample step,
            Carried adjoint,
            double[] ofLogits) {
        writeAdjoint(program, frame, MemoryGraph.LOGITS, ofLogits);
        adjoint.layer.forEach(
                (name, values) ->
                        writeAdjoint(program, frame, WindowGraph.learnedInput(name), values));
        writeAdjoint(program, frame, MemoryGraph.READING_HIDDEN, adjoint.readingHidden);
        writeAdjoint(program, frame, MemoryGraph.READING_CELL, adjoint.readingCell);
        writeAdjoint(program, frame, MemoryGraph.READING_ADAPTED, adjoint.adapted);
        writeAdjoint(program, frame, MemoryGraph.NEAREST, adjoint.nearest);
        double[] hidden = new double[frames.places * stateLength];
        double[] cell = new double[hidden.length];
        for (int s = 0; s < step.units.size(); s++) {
            RecruitedUnit unit = step.units.get(s);
            System.arraycopy(unit.ofHidden, 0, hidden, s * stateLength, stateLength);
            System.arraycopy(unit.ofCell, 0, cell, s * stateLength, stateLength);
        }
        writeAdjoint(program, frame, MemoryGraph.UNIT_HIDDEN, hidden);
        writeAdjoint(program, frame, MemoryGraph.UNIT_CELL, cell);
        boolean recruits = step.recruited != null;
        double[] zeros = new double[stateLength];
        writeAdjoint(
                program, frame, MemoryGraph.NEW_HIDDEN, recruits ? step.recruited.ofHidden : zeros);
        writeAdjoint(
                program, frame, MemoryGraph.NEW_CELL, recruits ? step.recruited.ofCell : zeros);
    }

    private static void writeAdjoint(
            Program program, Program.Frame frame, String output, double... values) {
        MemoryFrames.write(program, frame, MemoryGraph.adjoint(output), values);
    }

    /** The gradient of an input of the step's graph; zeros if nothing depends on it. */
    private double[] gradient(Program.Frame frame, String input, int length) {
        String name = frames.graph().gradient(input);
        return name == null ? new double[length] : Transfer.read(frame.output(name));
    }

    private void readAdjoints(Program.Frame frame, RecordedExample step, Carried adjoint) {
        adjoint.layer.replaceAll(
                (name, values) -> gradient(frame, WindowGraph.learnedInput(name), values.length));
        int readings = step.readingHidden.length;
        adjoint.readingHidden = gradient(frame, MemoryGraph.READING_HIDDEN, readings);
        adjoint.readingCell = gradient(frame, MemoryGraph.READING_CELL, readings);
        adjoint.adapted = gradient(frame, MemoryGraph.READING_ADAPTED, adjoint.adapted.length);
        adjoint.nearest = gradient(frame, MemoryGraph.NEAREST, 1)[0];
        double[] inputs = gradient(frame, MemoryGraph.UNIT_INPUT, frames.places * frames.inputs);
        double[] hidden = gradient(frame, MemoryGraph.UNIT_HIDDEN, frames.places * stateLength);
        double[] cell = gradient(frame, MemoryGraph.UNIT_CELL, frames.places * stateLength);
        for (int s = 0; s < step.units.size(); s++) {
            RecruitedUnit unit = step.units.get(s);
            for (int a = 0; a < frames.inputs; a++) {
                unit.ofInput[a] += inputs[s * frames.inputs + a];
            }
            unit.ofHidden = MemoryFrames.row(hidden, s, stateLength);
            unit.ofCell = MemoryFrames.row(cell, s, stateLength);
        }
    }

    private void readInputs(Program.Frame frame, RecordedExample step, MemoryGraphRun.Inputs to) {
        int count = frames.inputs;
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

    private NamedArrays ofStart(Carried adjoint) {
        NamedArrays result =
                NamedArrays.zeros(
                        run.model().learnedVariableLayout(run.task(), 1, startingUnits.size()));
        adjoint.layer.forEach(result::set);
        result.set("reading.hidden", adjoint.readingHidden);
        result.set("reading.cell", adjoint.readingCell);
        if (run.model().adaptiveWeights()) {
            result.set("reading.adapted", adjoint.adapted);
        }
        result.set("memory.nearest", adjoint.nearest);
        result.set(
                "memory.input",
                MemoryFrames.join(startingUnits.stream().map(u -> u.ofInput).toList()));
        result.set(
                "memory.hidden",
                MemoryFrames.join(startingUnits.stream().map(u -> u.ofHidden).toList()));
        result.set(
                "memory.cell",
                MemoryFrames.join(startingUnits.stream().map(u -> u.ofCell).toList()));
        return result;
    }
}
