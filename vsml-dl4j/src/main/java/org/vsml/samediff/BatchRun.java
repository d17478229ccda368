package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;

/**
 * Episodes of one shape and length, run side by side through windows; the way back goes through the
 * same windows in reverse and hands the adjoint of the learned variables from each to the one
 * before.
 *
 * <p>Of the last windows everything is kept, as far as the memory budget goes; of the others only
 * the learned variables at their start, from which they are run again on the way back.
 */
final class BatchRun {

    /** A window on the way: where it lies, its graph, and what is kept of it. */
    private static final class Window {
        final Windows.Span span;
        final WindowGraph graph;
        final boolean kept;
        Program.Frame frame;
        Map<String, INDArray> border;

        Window(Windows.Span span, WindowGraph graph, boolean kept) {
            this.span = span;
            this.graph = graph;
            this.kept = kept;
        }
    }

    private final Map<String, INDArray> metaVariables;
    private final ArrayLayout metaLayout;
    private final ArrayLayout learnedLayout;
    private final DataType dataType;
    private final List<Examples> episodes;
    private final RolloutOptions options;
    private final TaskShape task;
    private final int parallel;
    private final int length;
    private final List<Window> windows = new ArrayList<>();
    private final double[][] logits;
    private final Map<String, INDArray> finals = new LinkedHashMap<>();

    /**
     * @param metaVariables V_M by name
     * @param spans the windows of these episodes
     * @param memoryBudget bytes this batch may keep
     */
    BatchRun(
            WindowCache cache,
            Map<String, INDArray> metaVariables,
            ArrayLayout metaLayout,
            ArrayLayout learnedLayout,
            DataType dataType,
            List<Examples> episodes,
            List<Windows.Span> spans,
            RolloutOptions options,
            long memoryBudget) {
        this.metaVariables = metaVariables;
        this.metaLayout = metaLayout;
        this.learnedLayout = learnedLayout;
        this.dataType = dataType;
        this.episodes = episodes;
        this.options = options;
        Examples first = episodes.get(0);
        task = first.task();
        parallel = first.parallel();
        length = first.length();
        logits = new double[episodes.size()][length * parallel * task.classes()];
        long left = memoryBudget;
        for (int i = spans.size() - 1; i >= 0; i--) {
            Windows.Span span = spans.get(i);
            WindowGraph graph =
                    cache.get(new WindowGraph.Key(task, episodes.size(), parallel, span.length()));
            boolean kept = false;
            if (options.record()) {
                left -= graph.gradientProgram().frameBytes();
                kept = left >= 0;
            }
            windows.add(0, new Window(span, graph, kept));
        }
    }

    /** Runs all windows from these learned variables, one for each episode. */
    void forward(List<NamedArrays> starts) {
        forward(Detached.call(() -> gather(starts)));
    }

    /**
     * Runs all windows.
     *
     * @param state V_L by name, each [episodes, P, …]; updated in place
     */
    void forward(Map<String, INDArray> state) {
        Detached.run(
                () -> {
                    for (Window window : windows) {
                        forward(window, state);
                    }
                    finals.putAll(state);
                });
    }

    private void forward(Window window, Map<String, INDArray> state) {
        if (options.record() && !window.kept) {
            window.border = copy(state);
        }
        Program program = program(window, window.kept);
        Program.Frame frame = program.acquire();
        load(window, program, frame, state);
        frame.forward();
        readLogits(window, frame);
        for (ArrayLayout.Entry entry : learnedLayout.entries()) {
            // Copied, because a frame that is not kept is overwritten by the next window.
            state.get(entry.name()).assign(frame.output(window.graph.learnedOutput(entry.name())));
        }
        if (window.kept) {
            window.frame = frame;
        } else {
            program.release(frame);
        }
    }

    ArrayLayout learnedLayout() {
        return learnedLayout;
    }

    double[] logits(int episode) {
        return logits[episode];
    }

    NamedArrays learnedVariables(int episode) {
        return scatter(finals, episode);
    }

    /**
     * The way back.
     *
     * @param logitGradients one for each episode
     * @param finalGradients one for each episode, or null
     * @param metaGradient added to
     * @param inputGradients one for each episode, overwritten; empty if not wanted
     * @return ∂loss/∂(starting V_L) for each episode
     */
    List<NamedArrays> backward(
            List<double[]> logitGradients,
            List<NamedArrays> finalGradients,
            double[] metaGradient,
            List<double[]> inputGradients) {
        return Detached.call(
                () -> {
                    List<NamedArrays> seeds = new ArrayList<>();
                    for (NamedArrays gradient : finalGradients) {
                        seeds.add(gradient != null ? gradient : NamedArrays.zeros(learnedLayout));
                    }
                    Map<String, INDArray> adjoint = gather(seeds);
                    for (int i = windows.size() - 1; i >= 0; i--) {
                        Window window = windows.get(i);
                        Program program = program(window, true);
                        if (!window.kept) {
                            window.frame = program.acquire();
                            load(window, program, window.frame, window.border);
                            window.frame.forward();
                            window.border = null;
                        }
                        loadGradients(window, program, logitGradients, adjoint);
                        window.frame.backward();
                        readGradients(window, adjoint, metaGradient, inputGradients);
                        if (options.truncation() > 0
                                && window.span.start() % options.truncation() == 0) {
                            adjoint.values().forEach(array -> array.assign(0));
                        }
                        program.release(window.frame);
                        window.frame = null;
                    }
                    List<NamedArrays> result = new ArrayList<>();
                    for (int e = 0; e < episodes.size(); e++) {
                        result.add(scatter(adjoint, e));
                    }
                    return result;
                });
    }

    /** Gives back what was kept. */
    void close() {
        for (Window window : windows) {
            if (window.frame != null) {
                program(window, true).release(window.frame);
                window.frame = null;
            }
            window.border = null;
        }
    }

    private static Program program(Window window, boolean gradient) {
        return gradient ? window.graph.gradientProgram() : window.graph.forwardProgram();
    }

    private void load(
            Window window, Program program, Program.Frame frame, Map<String, INDArray> state) {
        metaVariables.forEach(
                (name, values) -> {
                    if (program.hasInput(WindowGraph.metaInput(name))) {
                        frame.input(WindowGraph.metaInput(name)).assign(values);
                    }
                });
        state.forEach(
                (name, values) -> {
                    if (program.hasInput(WindowGraph.learnedInput(name))) {
                        frame.input(WindowGraph.learnedInput(name)).assign(values);
                    }
                });
        int classes = task.classes();
        double[] inputs = new double[episodes.size() * parallel * task.inputs()];
        double[] label = new double[episodes.size() * parallel * classes];
        double[] known = new double[label.length];
        for (int t = 0; t < window.span.length(); t++) {
            Arrays.fill(label, 0);
            Arrays.fill(known, 0);
            int step = window.span.start() + t;
            int size = parallel * task.inputs();
            for (int e = 0; e < episodes.size(); e++) {
                Examples examples = episodes.get(e);
                System.arraycopy(examples.inputs(), step * size, inputs, e * size, size);
                for (int p = 0; p < parallel; p++) {
                    int y = examples.labels()[step * parallel + p];
                    if (y != Examples.UNLABELLED) {
                        int row = (e * parallel + p) * classes;
                        label[row + y] = 1;
                        Arrays.fill(known, row, row + classes, 1);
                    }
                }
            }
            write(program, frame, WindowGraph.exampleInput(t), inputs);
            write(program, frame, WindowGraph.labelInput(t), label);
            write(program, frame, WindowGraph.knownInput(t), known);
        }
    }

    private void loadGradients(
            Window window,
            Program program,
            List<double[]> logitGradients,
            Map<String, INDArray> adjoint) {
        int size = parallel * task.classes();
        double[] values = new double[episodes.size() * size];
        for (int t = 0; t < window.span.length(); t++) {
            for (int e = 0; e < episodes.size(); e++) {
                System.arraycopy(
                        logitGradients.get(e),
                        (window.span.start() + t) * size,
                        values,
                        e * size,
                        size);
            }
            write(program, window.frame, WindowGraph.logitGradientInput(t), values);
        }
        adjoint.forEach(
                (name, gradient) -> {
                    if (program.hasInput(WindowGraph.adjointInput(name))) {
                        window.frame.input(WindowGraph.adjointInput(name)).assign(gradient);
                    }
                });
    }

    private void readLogits(Window window, Program.Frame frame) {
        int size = parallel * task.classes();
        for (int t = 0; t < window.span.length(); t++) {
            double[] values = Transfer.read(frame.output(window.graph.logits(t)));
            for (int e = 0; e < episodes.size(); e++) {
                System.arraycopy(
                        values, e * size, logits[e], (window.span.start() + t) * size, size);
            }
        }
    }

    private void readGradients(
            Window window,
            Map<String, INDArray> adjoint,
            double[] metaGradient,
            List<double[]> inputGradients) {
        for (ArrayLayout.Entry entry : metaLayout.entries()) {
            String gradient = window.graph.gradient(WindowGraph.metaInput(entry.name()));
            if (gradient != null) {
                double[] values = Transfer.read(window.frame.output(gradient));
                int offset = metaLayout.offset(entry.name());
                for (int i = 0; i < values.length; i++) {
                    metaGradient[offset + i] += values[i];
                }
            }
        }
        adjoint.forEach(
                (name, array) -> {
                    String gradient = window.graph.gradient(WindowGraph.learnedInput(name));
                    if (gradient != null) {
                        array.assign(window.frame.output(gradient));
                    } else {
                        array.assign(0);
                    }
                });
        int size = parallel * task.inputs();
        for (int t = 0; t < window.span.length() && !inputGradients.isEmpty(); t++) {
            String gradient = window.graph.gradient(WindowGraph.exampleInput(t));
            if (gradient != null) {
                double[] values = Transfer.read(window.frame.output(gradient));
                for (int e = 0; e < episodes.size(); e++) {
                    System.arraycopy(
                            values,
                            e * size,
                            inputGradients.get(e),
                            (window.span.start() + t) * size,
                            size);
                }
            }
        }
    }

    private static void write(Program program, Program.Frame frame, String input, double[] values) {
        if (program.hasInput(input)) {
            Transfer.write(values, frame.input(input));
        }
    }

    private Map<String, INDArray> gather(List<NamedArrays> each) {
        return gather(each, learnedLayout, dataType);
    }

    /** Learned variables of several episodes by name, each [episodes, P, …]. */
    static Map<String, INDArray> gather(
            List<NamedArrays> each, ArrayLayout learnedLayout, DataType dataType) {
        Map<String, INDArray> result = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : learnedLayout.entries()) {
            double[] values = new double[each.size() * entry.size()];
            for (int e = 0; e < each.size(); e++) {
                System.arraycopy(
                        each.get(e).values(),
                        learnedLayout.offset(entry.name()),
                        values,
                        e * entry.size(),
                        entry.size());
            }
            long[] shape = new long[entry.shape().size() + 1];
            shape[0] = each.size();
            for (int i = 1; i < shape.length; i++) {
                shape[i] = entry.shape().get(i - 1);
            }
            INDArray array = Nd4j.createUninitialized(dataType, shape);
            Transfer.write(values, array);
            result.put(entry.name(), array);
        }
        return result;
    }

    private NamedArrays scatter(Map<String, INDArray> arrays, int episode) {
        return scatter(arrays, episode, learnedLayout);
    }

    /** The learned variables of one episode. */
    static NamedArrays scatter(
            Map<String, INDArray> arrays, int episode, ArrayLayout learnedLayout) {
        NamedArrays result = NamedArrays.zeros(learnedLayout);
        for (ArrayLayout.Entry entry : learnedLayout.entries()) {
            INDArray all = arrays.get(entry.name());
            result.set(entry.name(), Transfer.read(all.size(0) == 1 ? all : all.slice(episode)));
        }
        return result;
    }

    static Map<String, INDArray> copy(Map<String, INDArray> state) {
        Map<String, INDArray> result = new LinkedHashMap<>();
        state.forEach((name, array) -> result.put(name, array.dup('c')));
        return result;
    }
}
