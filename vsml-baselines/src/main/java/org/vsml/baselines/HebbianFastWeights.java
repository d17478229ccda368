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
 * Hebbian fast weights (Miconi et al. 2018; paper, appendix C.2): one layer {@code y = (w +
 * coeff∘F)·z + b} on z = (x, error, label), whose fast weights F follow the correlation of z with
 * softmax(y). V_M are w, coeff, b and the rate η; V_L is F. Each example is evaluated twice, with
 * zeros for error and label to predict, and with both to learn:
 *
 * <pre>
 *   Hebb: F ← (1 − η)·F + η·p zᵀ,   Oja: F ← F + η·p∘(z − p∘F),   p = softmax(y)
 * </pre>
 *
 * With several parallel examples F is averaged over them before each step.
 *
 * @param task the largest task; smaller ones are padded with zeros
 * @param rule how fast weights change
 */
public record HebbianFastWeights(TaskShape task, Rule rule) implements FixedSizeLearner {

    /** Update of the fast weights. */
    public enum Rule {
        /** Correlation that fades. */
        HEBB,
        /** Correlation that bounds itself (Oja 1982); the paper's. */
        OJA
    }

    private static final double INITIAL_COEFFICIENT = 0.01;

    /** η = sigmoid of this at first. */
    private static final double INITIAL_RATE = -4.5;

    public HebbianFastWeights {
        require(task != null, "task of Hebbian fast weights must be given");
        require(rule != null, "rule of Hebbian fast weights must be HEBB or OJA, got null");
    }

    /** Size of z. */
    private int features() {
        return task.inputs() + 2 * task.classes();
    }

    @Override
    public Parameters parameters() {
        return new Parameters()
                .weights("w", features(), task.classes(), features())
                .constant("coeff", INITIAL_COEFFICIENT, task.classes(), features())
                .constant("b", 0, task.classes())
                .constant("rate", INITIAL_RATE, 1);
    }

    @Override
    public List<ArrayLayout.Entry> state(int parallel) {
        return List.of(ArrayLayout.Entry.of("fast_weights", parallel, task.classes(), features()));
    }

    @Override
    public StepFunction.Steps begin(StepGraph graph) {
        return new HebbianSteps(this, graph);
    }

    /** Rows of the weights are classes, so that a factor for each class scales adjacent values. */
    private static final class HebbianSteps implements StepFunction.Steps {
        private final HebbianFastWeights config;
        private final StepGraph graph;
        private final SameDiff sd;
        private final StepOps ops;
        private final int classes;
        private final int features;
        private final SDVariable rate;
        private SDVariable fast;
        private SDVariable weights;
        private SDVariable x;

        HebbianSteps(HebbianFastWeights config, StepGraph graph) {
            this.config = config;
            this.graph = graph;
            sd = graph.sameDiff();
            ops = new StepOps(graph, config.task);
            classes = config.task.classes();
            features = config.features();
            rate = sd.nn().sigmoid(graph.metaVariable("rate")).reshape(1, 1);
            fast = ops.enter("fast_weights");
        }

        @Override
        public SDVariable predict(SDVariable input) {
            fast = ops.averageOverParallel(fast, features, classes, features);
            weights = meta("coeff").mul(fast).add(meta("w"));
            x = ops.padInputs(input);
            return ops.logits(evaluate(sd.concat(1, x, ops.zeros(2 * classes))));
        }

        @Override
        public void learn(SDVariable error, SDVariable label) {
            SDVariable z = sd.concat(1, x, ops.padClasses(error), ops.padClasses(label));
            SDVariable p = sd.nn().softmax(evaluate(z), 1);
            SDVariable scaled = p.mul(rate);
            SDVariable grown = ops.outer(scaled, z, classes, features);
            SDVariable kept =
                    config.rule == Rule.OJA
                            ? scaled.mul(p).rsub(1).reshape(graph.batchSize(), classes, 1)
                            : rate.rsub(1).reshape(1, 1, 1);
            fast = fast.mul(kept).add(grown);
        }

        private SDVariable evaluate(SDVariable z) {
            return ops.apply(weights, z, classes, features)
                    .add(graph.metaVariable("b").reshape(1, classes));
        }

        private SDVariable meta(String name) {
            return graph.metaVariable(name).reshape(1, classes, features);
        }

        @Override
        public Map<String, SDVariable> learnedVariables() {
            return Map.of("fast_weights", ops.leave(fast, classes, features));
        }
    }
}
