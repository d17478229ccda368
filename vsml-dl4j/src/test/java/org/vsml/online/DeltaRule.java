package org.vsml.online;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.ArrayLayout;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * The least learner there can be: a softmax layer whose learning rate is the first meta variable.
 * Has the meta variables of a VSML model, so that it can stand in for an engine.
 */
final class DeltaRule implements Learner {

    private final Vsml model;

    DeltaRule(Vsml model) {
        this.model = model;
    }

    static Engine engine() {
        return new Engine() {
            @Override
            public String name() {
                return "delta-rule";
            }

            @Override
            public Precision precision() {
                return Precision.DOUBLE;
            }

            @Override
            public Learner learner(Vsml model) {
                return new DeltaRule(model);
            }
        };
    }

    @Override
    public Vsml config() {
        return model;
    }

    @Override
    public void requireLearnedVariables(
            NamedArrays learned, TaskShape task, int parallel, String where) {
        learned.requireLayout(learnedVariableLayout(task, parallel), "learned variables", where);
    }

    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        NamedArrays result = NamedArrays.zeros(metaVariableLayout());
        result.values()[0] = 0.05;
        return result;
    }

    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        return new ArrayLayout(
                List.of(ArrayLayout.Entry.of("weights", parallel, task.classes(), task.inputs())));
    }

    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        NamedArrays result = NamedArrays.zeros(learnedVariableLayout(task, parallel));
        for (int i = 0; i < result.values().length; i++) {
            result.values()[i] = 0.01 * random.nextGaussian();
        }
        return result;
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        List<NamedArrays> ends = new ArrayList<>();
        List<double[]> logits = new ArrayList<>();
        for (int i = 0; i < episodes.size(); i++) {
            NamedArrays learned = starts.get(i).copy();
            logits.add(learn(metaVariables.values()[0], learned.values(), episodes.get(i)));
            ends.add(learned);
        }
        return new Rollout() {
            @Override
            public int episodes() {
                return ends.size();
            }

            @Override
            public double[] logits(int episode) {
                return logits.get(episode);
            }

            @Override
            public NamedArrays learnedVariables(int episode) {
                return ends.get(episode);
            }

            @Override
            public Gradient backward(
                    List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
                throw new IllegalStateException("not recorded");
            }

            @Override
            public void close() {}
        };
    }

    private static double[] learn(double rate, double[] weights, Examples examples) {
        int classes = examples.task().classes();
        int inputs = examples.task().inputs();
        double[] logits = new double[examples.length() * classes];
        for (int t = 0; t < examples.length(); t++) {
            for (int c = 0; c < classes; c++) {
                for (int a = 0; a < inputs; a++) {
                    logits[t * classes + c] +=
                            weights[c * inputs + a] * examples.inputs()[t * inputs + a];
                }
            }
            double[] probabilities = CrossEntropy.softmax(logits, t * classes, classes);
            int label = examples.labels()[t];
            for (int c = 0; c < classes && label != Examples.UNLABELLED; c++) {
                double error = probabilities[c] - (c == label ? 1 : 0);
                for (int a = 0; a < inputs; a++) {
                    weights[c * inputs + a] -= rate * error * examples.inputs()[t * inputs + a];
                }
            }
        }
        return logits;
    }
}
