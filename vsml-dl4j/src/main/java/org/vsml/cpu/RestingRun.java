package org.vsml.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;

/**
 * An episode whose constant inputs rest. One V_M serves any number of inputs, so an input that
 * rests is one that the network does not have: from one waking to the next a smaller network runs.
 */
final class RestingRun implements Run {

    /** Examples between two wakings, and the network of the inputs that are awake. */
    private record Piece(int first, int length, PresentInputs present, EpisodeRun run) {}

    private final CpuLearner learner;
    private final NamedArrays metaVariables;
    private final Examples examples;
    private final RolloutOptions options;
    private final AwakeInputs awake;

    /** What stands beside the layer, or null; its first example is that of the episode. */
    private final MemoryView memory;

    private final boolean begins;

    /** V_L; up to date between pieces. */
    private final NamedArrays learned;

    private final List<Piece> pieces = new ArrayList<>();
    private final float[] logits;

    /**
     * @param learner whose networks run the pieces
     * @param options whose memory budget is that of this episode
     */
    RestingRun(
            CpuLearner learner,
            NamedArrays metaVariables,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            MemoryView memory) {
        this.learner = learner;
        this.memory = memory;
        this.metaVariables = metaVariables;
        this.examples = examples;
        this.options = options;
        awake = AwakeInputs.of(start, examples.parallel());
        begins = !awake.begun();
        learned = start.copy();
        logits = new float[examples.labels().length * examples.task().classes()];
    }

    @Override
    public void forward() {
        int step = examples.parallel() * examples.task().inputs();
        int first = 0;
        int[] present = null;
        for (int t = 0; t < examples.length(); t++) {
            int[] next = awake.observe(examples.inputs(), t * step);
            if (t > 0 && (!Arrays.equals(next, present) || isBorder(t))) {
                run(first, t, present);
                first = t;
            }
            present = next;
        }
        if (examples.length() > 0) {
            run(first, examples.length(), present);
        }
        awake.write(learned);
    }

    /** A piece ends where truncated back-propagation forgets. */
    private boolean isBorder(int t) {
        return options.truncation() > 0 && t % options.truncation() == 0;
    }

    private void run(int first, int end, int[] indices) {
        int parallel = examples.parallel();
        int inputs = examples.task().inputs();
        int classes = examples.task().classes();
        PresentInputs present = new PresentInputs(indices, inputs);
        int from = first * parallel;
        int to = end * parallel;
        Examples piece =
                new Examples(
                        TaskShape.of(indices.length, classes),
                        parallel,
                        present.take(examples.inputs(), from * inputs, to - from),
                        Arrays.copyOfRange(examples.labels(), from, to));
        long share = options.memoryBudget() / examples.length() * piece.length();
        EpisodeRun run =
                learner.run(
                        metaVariables,
                        present.learnedVariables(
                                learned, learner.presentLayout(piece.task(), parallel)),
                        piece,
                        options.withTruncation(0).withMemoryBudget(Math.max(1, share)),
                        memory == null ? null : memory.stretch(first, indices));
        run.forward();
        System.arraycopy(run.logits(), 0, logits, from * classes, run.logits().length);
        present.putLearnedVariables(run.learnedVariables(), learned);
        if (options.record()) {
            pieces.add(new Piece(first, end - first, present, run));
        }
    }

    @Override
    public float[] logits() {
        return logits;
    }

    @Override
    public ArrayLayout learnedLayout() {
        return learned.layout();
    }

    @Override
    public NamedArrays learnedVariables() {
        return learned.copy();
    }

    @Override
    public NamedArrays backward(
            double[] logitGradient,
            NamedArrays learnedGradient,
            double[] metaGradient,
            double[] inputGradient) {
        NamedArrays adjoint =
                learnedGradient == null
                        ? NamedArrays.zeros(learned.layout())
                        : learnedGradient.copy();
        if (examples.length() == 0) {
            return adjoint;
        }
        double[] ofFirstInput = adjoint.array("first_input");
        clear(adjoint, "begun");
        clear(adjoint, "awake");
        clear(adjoint, "first_input");
        int row = examples.parallel() * examples.task().classes();
        for (int i = pieces.size() - 1; i >= 0; i--) {
            Piece piece = pieces.get(i);
            int first = piece.first * row;
            PresentInputs present = piece.present;
            double[] ofInputs =
                    inputGradient == null
                            ? null
                            : new double
                                    [piece.length * examples.parallel() * present.indices().length];
            NamedArrays start =
                    piece.run.backward(
                            Arrays.copyOfRange(logitGradient, first, first + piece.length * row),
                            present.learnedVariables(adjoint, piece.run.learnedLayout()),
                            metaGradient,
                            ofInputs);
            present.putLearnedVariables(start, adjoint);
            if (inputGradient != null) {
                present.put(
                        ofInputs,
                        inputGradient,
                        piece.first * examples.parallel() * examples.task().inputs());
            }
            if (options.truncation() > 0 && piece.first % options.truncation() == 0) {
                Arrays.fill(adjoint.values(), 0);
                if (memory != null) {
                    memory.memory().adjoint().clear();
                }
            }
        }
        passOn(ofFirstInput, adjoint, inputGradient);
        return adjoint;
    }

    /** The first example stays among the learned variables unchanged, unless a border forgot it. */
    private void passOn(double[] ofFirstInput, NamedArrays adjoint, double[] inputGradient) {
        boolean reachesFirstExample =
                options.truncation() == 0 || examples.length() <= options.truncation();
        if (!begins && options.truncation() == 0) {
            adjoint.set("first_input", ofFirstInput);
        } else if (begins && reachesFirstExample && inputGradient != null) {
            for (int i = 0; i < ofFirstInput.length; i++) {
                inputGradient[i] += ofFirstInput[i];
            }
        }
    }

    private static void clear(NamedArrays arrays, String name) {
        arrays.set(name, new double[arrays.layout().entry(name).size()]);
    }

    @Override
    public void close() {
        pieces.forEach(piece -> piece.run.close());
        pieces.clear();
    }
}
