package org.vsml.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * A learner whose meta-gradient can be written down: the logits are V_M = bias [classes] plus, with
 * the factor {@code memory}, how often each class has come, V_L = counts [classes of the task].
 * Tasks with more classes use the biases again from the first.
 */
record ToyLearner(int classes, double memory) implements LearnerConfig, Learner {

    /** For trainers that never ask it for a learner. */
    static final Engine NO_ENGINE =
            new Engine() {
                @Override
                public String name() {
                    return "none";
                }

                @Override
                public Precision precision() {
                    return Precision.DOUBLE;
                }

                @Override
                public Learner learner(Vsml model) {
                    throw new UnsupportedOperationException("no engine");
                }
            };

    @Override
    public Learner learner(Engine engine) {
        return this;
    }

    @Override
    public LearnerConfig config() {
        return this;
    }

    @Override
    public void requireLearnedVariables(
            NamedArrays learned, TaskShape task, int parallel, String where) {
        LearnerConfig.super.requireLearnedVariables(learned, task, parallel, where);
    }

    @Override
    public ArrayLayout metaVariableLayout() {
        return new ArrayLayout(List.of(ArrayLayout.Entry.of("bias", classes)));
    }

    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        NamedArrays result = NamedArrays.zeros(metaVariableLayout());
        for (int b = 0; b < classes; b++) {
            result.values()[b] = random.nextGaussian();
        }
        return result;
    }

    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        return new ArrayLayout(List.of(ArrayLayout.Entry.of("counts", task.classes())));
    }

    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        return NamedArrays.zeros(learnedVariableLayout(task, parallel));
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        List<double[]> logits = new ArrayList<>();
        List<NamedArrays> ends = new ArrayList<>();
        for (int e = 0; e < episodes.size(); e++) {
            int[] labels = episodes.get(e).labels();
            double[] counts = starts.get(e).values().clone();
            double[] own = new double[labels.length * counts.length];
            for (int t = 0; t < labels.length; t++) {
                for (int b = 0; b < counts.length; b++) {
                    own[t * counts.length + b] =
                            metaVariables.values()[b % classes] + memory * counts[b];
                }
                counts[labels[t]]++;
            }
            logits.add(own);
            ends.add(new NamedArrays(starts.get(e).layout(), counts));
        }
        return new Rollout() {
            @Override
            public int episodes() {
                return logits.size();
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
                double[] gradient = new double[classes];
                for (int e = 0; e < logitGradients.size(); e++) {
                    double[] own = logitGradients.get(e);
                    int width = ends.get(e).values().length;
                    for (int i = 0; i < own.length; i++) {
                        gradient[i % width % classes] += own[i];
                    }
                }
                return new Gradient(gradient, List.of(), List.of());
            }

            @Override
            public void close() {
                // nothing was recorded
            }
        };
    }
}
