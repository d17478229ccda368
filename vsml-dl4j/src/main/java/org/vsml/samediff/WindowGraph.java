package org.vsml.samediff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.vsml.core.ArrayLayout;
import org.vsml.core.TaskShape;

/**
 * A window: the steps of a fixed number of consecutive examples, unrolled, for a fixed number of
 * episodes side by side. The gradient of a longer run is exact, because the window's seeds are
 * ∂loss/∂logits of its examples and the adjoint of the learned variables that leave it (loss =
 * ⟨logits, seeds⟩ + ⟨learned variables out, adjoint⟩).
 */
final class WindowGraph {

    /**
     * What a window graph is for.
     *
     * @param steps w, examples in the window
     */
    record Key(TaskShape task, int episodes, int parallel, int steps) {}

    private final Key key;
    private final SameDiff sd = SameDiff.create();
    private final List<String> logits = new ArrayList<>();
    private final Map<String, String> finals = new LinkedHashMap<>();
    private final Map<SDVariable, SDVariable> seeds = new LinkedHashMap<>();
    private final List<String> sources = new ArrayList<>();
    private final Map<String, String> gradients = new LinkedHashMap<>();
    private final DataType dataType;
    private final Program forwardProgram;
    private Program gradientProgram;

    WindowGraph(StepFunction function, Key key, DataType dataType) {
        this.key = key;
        this.dataType = dataType;
        Map<String, SDVariable> meta = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : function.config().metaVariableLayout().entries()) {
            meta.put(entry.name(), source(metaInput(entry.name()), shape(entry)));
        }
        ArrayLayout layout = function.config().learnedVariableLayout(key.task(), key.parallel());
        Map<String, SDVariable> learned = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : layout.entries()) {
            learned.put(entry.name(), source(learnedInput(entry.name()), episodeShape(entry)));
        }
        StepGraph graph =
                new StepGraph(
                        sd, dataType, key.task(), key.episodes(), key.parallel(), meta, learned);
        StepFunction.Steps steps = function.begin(graph);
        for (int t = 0; t < key.steps(); t++) {
            step(steps, t);
        }
        steps.learnedVariables()
                .forEach(
                        (name, value) -> {
                            // A variable of its own even if the step did not change the array, so
                            // that its adjoint has a place.
                            SDVariable out = sd.identity(value);
                            finals.put(name, out.name());
                            seeds.put(
                                    out,
                                    placeholder(
                                            adjointInput(name), episodeShape(layout.entry(name))));
                        });
        forwardProgram = Program.compile(sd, forwardOutputs(), List.of());
    }

    private void step(StepFunction.Steps steps, int t) {
        long batch = (long) key.episodes() * key.parallel();
        int classes = key.task().classes();
        SDVariable y =
                sd.identity(steps.predict(source(exampleInput(t), batch, key.task().inputs())));
        logits.add(y.name());
        SDVariable label = placeholder(labelInput(t), batch, classes);
        SDVariable known = placeholder(knownInput(t), batch, classes);
        steps.learn(sd.nn().softmax(y, 1).mul(known).sub(label), label);
        seeds.put(y, placeholder(logitGradientInput(t), batch, classes));
    }

    /** Runs the window without recording anything for a gradient. */
    Program forwardProgram() {
        return forwardProgram;
    }

    /** Runs the window and, later, its adjoint. */
    synchronized Program gradientProgram() {
        if (gradientProgram == null) {
            ReverseSweep.gradients(sd, seeds, sources)
                    .forEach((source, gradient) -> gradients.put(source, gradient.name()));
            gradientProgram = Program.compile(sd, forwardOutputs(), gradients.values());
        }
        return gradientProgram;
    }

    /** Bytes kept for the next run. */
    synchronized long idleBytes() {
        return forwardProgram.idleBytes()
                + (gradientProgram == null ? 0 : gradientProgram.idleBytes());
    }

    /** Frees all idle memory. */
    synchronized void clear() {
        forwardProgram.clear();
        if (gradientProgram != null) {
            gradientProgram.clear();
        }
    }

    private List<String> forwardOutputs() {
        List<String> names = new ArrayList<>(logits);
        names.addAll(finals.values());
        return names;
    }

    /** Output of the forward half: logits of step t, [batch, classes]. */
    String logits(int t) {
        return logits.get(t);
    }

    /** Output of the forward half: the learned variable after the window, [episodes, P, …]. */
    String learnedOutput(String name) {
        return finals.get(name);
    }

    /** Output of the backward half: the gradient of an input, or null if nothing depends on it. */
    String gradient(String input) {
        return gradients.get(input);
    }

    static String metaInput(String name) {
        return "meta/" + name;
    }

    static String learnedInput(String name) {
        return "learned/" + name;
    }

    static String adjointInput(String name) {
        return "adjoint/" + name;
    }

    static String exampleInput(int t) {
        return "input/" + t;
    }

    static String labelInput(int t) {
        return "label/" + t;
    }

    static String knownInput(int t) {
        return "known/" + t;
    }

    static String logitGradientInput(int t) {
        return "logit_gradient/" + t;
    }

    private SDVariable source(String name, long... shape) {
        sources.add(name);
        return placeholder(name, shape);
    }

    private SDVariable placeholder(String name, long... shape) {
        return sd.placeHolder(name, dataType, shape);
    }

    private static long[] shape(ArrayLayout.Entry entry) {
        return entry.shape().stream().mapToLong(Integer::longValue).toArray();
    }

    private long[] episodeShape(ArrayLayout.Entry entry) {
        long[] shape = new long[entry.shape().size() + 1];
        shape[0] = key.episodes();
        System.arraycopy(shape(entry), 0, shape, 1, shape.length - 1);
        return shape;
    }
}
