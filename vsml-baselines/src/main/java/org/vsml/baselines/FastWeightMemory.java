package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.vsml.core.ArrayLayout;
import org.vsml.core.TaskShape;
import org.vsml.samediff.StepFunction;
import org.vsml.samediff.StepGraph;

/**
 * The fast weight memory (Schlag, Munkhdalai and Schmidhuber 2021): an LSTM that reads the example
 * with the error and the label of the one before, beside a memory M [m, m²] that it writes to and
 * reads from. With heads of the hidden state h, all tanh but the strength β,
 *
 * <pre>
 *   key = k₁ ⊗ k₂,  M ← M + β·(v − M·key) keyᵀ,  M ← M / max(1, ‖M‖)
 *   n = layerNorm(M·(n₁ ⊗ n₂)),  y = output(h + read(n))
 * </pre>
 *
 * V_M are the weights; V_L are h, c, M and the previous error and label. With several parallel
 * examples the first half of h and c, and all of M, are averaged over them before each step.
 *
 * @param task the largest task; smaller ones are padded with zeros
 * @param hiddenSize N, units of the LSTM
 * @param memorySize m
 */
public record FastWeightMemory(TaskShape task, int hiddenSize, int memorySize)
        implements FixedSizeLearner {

    /** Added to the variance in layer normalisation. */
    private static final double LAYER_NORM_EPSILON = 1e-5;

    /** Keeps the square root of an empty memory's norm differentiable. */
    private static final double NORM_EPSILON = 1e-12;

    public FastWeightMemory {
        require(task != null, "task of a fast weight memory must be given");
        require(
                hiddenSize >= 2 && hiddenSize <= 4096,
                "hiddenSize must be in [2, 4096], got %d",
                hiddenSize);
        require(
                memorySize >= 2 && memorySize <= 128,
                "memorySize must be in [2, 128], got %d",
                memorySize);
    }

    /** The sizes of the authors' code: LSTM 32, memory 16. */
    public static FastWeightMemory of(TaskShape task) {
        return new FastWeightMemory(task, 32, 16);
    }

    @Override
    public Parameters parameters() {
        int n = hiddenSize;
        int m = memorySize;
        int inputs = task.inputs() + 2 * task.classes();
        return new Parameters()
                .weights("input_w", inputs + n, inputs, 4 * n)
                .constant("input_b", 0, 4 * n)
                .weights("hidden_w", inputs + n, n, 4 * n)
                .linear("write_key1", n, m)
                .linear("write_key2", n, m)
                .linear("write_value", n, m)
                .linear("write_strength", n, 1)
                .linear("read_key1", n, m)
                .linear("read_key2", n, m)
                .linear("read", m, n)
                .linear("output", n, task.classes());
    }

    @Override
    public List<ArrayLayout.Entry> state(int parallel) {
        int m = memorySize;
        return List.of(
                ArrayLayout.Entry.of("hidden", parallel, hiddenSize),
                ArrayLayout.Entry.of("cell", parallel, hiddenSize),
                ArrayLayout.Entry.of("memory", parallel, m, m * m),
                ArrayLayout.Entry.of("error", parallel, task.classes()),
                ArrayLayout.Entry.of("label", parallel, task.classes()));
    }

    @Override
    public StepFunction.Steps begin(StepGraph graph) {
        return new MemorySteps(this, graph);
    }

    private static final class MemorySteps implements StepFunction.Steps {
        private final FastWeightMemory config;
        private final StepGraph graph;
        private final SameDiff sd;
        private final StepOps ops;
        private final int m;
        private StepOps.LstmState state;
        private SDVariable memory;
        private SDVariable error;
        private SDVariable label;

        MemorySteps(FastWeightMemory config, StepGraph graph) {
            this.config = config;
            this.graph = graph;
            sd = graph.sameDiff();
            ops = new StepOps(graph, config.task);
            m = config.memorySize;
            state = new StepOps.LstmState(ops.enter("hidden"), ops.enter("cell"));
            memory = ops.enter("memory");
            error = ops.enter("error");
            label = ops.enter("label");
        }

        @Override
        public SDVariable predict(SDVariable input) {
            int n = config.hiddenSize;
            state =
                    new StepOps.LstmState(
                            ops.averageOverParallel(state.hidden(), n / 2, n),
                            ops.averageOverParallel(state.cell(), n / 2, n));
            memory = ops.averageOverParallel(memory, m * m, m, (long) m * m);
            SDVariable x = sd.concat(1, ops.padInputs(input), error, label);
            state = ops.lstm(state, ops.linear(x, "input"), graph.metaVariable("hidden_w"));
            write();
            SDVariable h = state.hidden().add(ops.linear(read(), "read"));
            return ops.logits(ops.linear(h, "output"));
        }

        private void write() {
            SDVariable key = key("write_key1", "write_key2");
            SDVariable strength = sd.nn().sigmoid(ops.linear(state.hidden(), "write_strength"));
            SDVariable missing =
                    head("write_value").sub(ops.apply(memory, key, m, m * m)).mul(strength);
            SDVariable written = memory.add(ops.outer(missing, key, m, m * m));
            SDVariable squares = written.mul(written).reshape(graph.batchSize(), -1).sum(true, 1);
            SDVariable norm = sd.math().sqrt(squares.add(NORM_EPSILON));
            // max(1, norm)
            SDVariable divisor = sd.nn().relu(norm.sub(1), 0).add(1);
            memory = written.div(divisor.reshape(graph.batchSize(), 1, 1));
        }

        private SDVariable read() {
            SDVariable n = ops.apply(memory, key("read_key1", "read_key2"), m, m * m);
            SDVariable centred = n.sub(n.mean(true, 1));
            SDVariable variance = centred.mul(centred).mean(true, 1);
            return centred.div(sd.math().sqrt(variance.add(LAYER_NORM_EPSILON)));
        }

        /** The outer product of two heads, flat: [batch, m²]. */
        private SDVariable key(String first, String second) {
            return ops.outer(head(first), head(second), m, m)
                    .reshape(graph.batchSize(), (long) m * m);
        }

        private SDVariable head(String name) {
            return sd.math().tanh(ops.linear(state.hidden(), name));
        }

        @Override
        public void learn(SDVariable newError, SDVariable newLabel) {
            error = ops.padClasses(newError);
            label = ops.padClasses(newLabel);
        }

        @Override
        public Map<String, SDVariable> learnedVariables() {
            int classes = config.task.classes();
            return Map.of(
                    "hidden", ops.leave(state.hidden(), config.hiddenSize),
                    "cell", ops.leave(state.cell(), config.hiddenSize),
                    "memory", ops.leave(memory, m, (long) m * m),
                    "error", ops.leave(error, classes),
                    "label", ops.leave(label, classes));
        }
    }
}
