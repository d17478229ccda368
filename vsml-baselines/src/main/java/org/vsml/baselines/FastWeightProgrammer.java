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
 * A fast weight programmer (Schmidhuber 1992) with the delta rule (Schlag, Irie and Schmidhuber
 * 2021): a slow linear net makes key, value, query and strength, which write to and read from a
 * fast linear net F. V_M are the slow weights, V_L is F. Each example is evaluated twice, to
 * predict from x alone, and to learn from z = (x, error, label):
 *
 * <pre>
 *   predict: y = F·q(x)
 *   learn:   F ← F + β(z)·(v(z) − F·k(z)) k(z)ᵀ
 * </pre>
 *
 * Keys have length 1, so that the rule is stable. The authors' code writes the example before, from
 * what it remembers of it in its outputs alone; two evaluations let the key and the label meet, in
 * the baseline's favour. With several parallel examples F is averaged over them before each step.
 *
 * @param task the largest task; smaller ones are padded with zeros
 * @param fastSize size of keys and queries; 64 in the authors' code
 */
public record FastWeightProgrammer(TaskShape task, int fastSize) implements FixedSizeLearner {

    /** Keeps the length of a key away from 0. */
    private static final double EPSILON = 1e-6;

    public FastWeightProgrammer {
        require(task != null, "task of a fast weight programmer must be given");
        require(
                fastSize >= 1 && fastSize <= 4096,
                "fastSize must be in [1, 4096], got %d",
                fastSize);
    }

    /** With keys of size 64. */
    public static FastWeightProgrammer of(TaskShape task) {
        return new FastWeightProgrammer(task, 64);
    }

    @Override
    public Parameters parameters() {
        int inputs = task.inputs();
        int classes = task.classes();
        int all = inputs + 2 * classes;
        return new Parameters()
                .linear("key", all, fastSize)
                .linear("value", all, classes)
                .linear("strength", all, 1)
                .linear("query", inputs, fastSize);
    }

    @Override
    public List<ArrayLayout.Entry> state(int parallel) {
        return List.of(ArrayLayout.Entry.of("fast_weights", parallel, task.classes(), fastSize));
    }

    @Override
    public StepFunction.Steps begin(StepGraph graph) {
        return new ProgrammerSteps(this, graph);
    }

    private static final class ProgrammerSteps implements StepFunction.Steps {
        private final SameDiff sd;
        private final StepOps ops;
        private final int batch;
        private final int classes;
        private final int keys;
        private SDVariable fast;
        private SDVariable x;

        ProgrammerSteps(FastWeightProgrammer config, StepGraph graph) {
            sd = graph.sameDiff();
            ops = new StepOps(graph, config.task);
            batch = graph.batchSize();
            classes = config.task.classes();
            keys = config.fastSize;
            fast = ops.enter("fast_weights");
        }

        @Override
        public SDVariable predict(SDVariable input) {
            fast = ops.averageOverParallel(fast, keys, classes, keys);
            x = ops.padInputs(input);
            return ops.logits(ops.apply(fast, ops.linear(x, "query"), classes, keys));
        }

        @Override
        public void learn(SDVariable error, SDVariable label) {
            SDVariable z = sd.concat(1, x, ops.padClasses(error), ops.padClasses(label));
            SDVariable raw = ops.linear(z, "key");
            SDVariable length = sd.math().sqrt(raw.mul(raw).sum(true, 1).add(EPSILON));
            SDVariable key = raw.div(length);
            SDVariable strength = sd.nn().sigmoid(ops.linear(z, "strength")).reshape(batch, 1);
            SDVariable missing =
                    ops.linear(z, "value").sub(ops.apply(fast, key, classes, keys)).mul(strength);
            fast = fast.add(ops.outer(missing, key, classes, keys));
        }

        @Override
        public Map<String, SDVariable> learnedVariables() {
            return Map.of("fast_weights", ops.leave(fast, classes, keys));
        }
    }
}
