package org.vsml.cli.instruments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;

/** The same work for every engine. */
final class Workload {

    /** How much there is to do. */
    record Size(int inputs, int outputs, int episodes, int examples) {}

    /** What is timed. */
    enum Work {
        FORWARD,
        META_GRADIENT
    }

    private final Learner learner;
    private final NamedArrays metaVariables;
    private final List<NamedArrays> starts = new ArrayList<>();
    private final List<Examples> streams = new ArrayList<>();
    private final int classes;

    Workload(Engine engine, Vsml model, TaskShape task, Size size, long seed) {
        learner = engine.learner(model);
        classes = size.outputs();
        RandomGenerator random = Seeds.generator(seed);
        metaVariables = learner.initialMetaVariables(random);
        for (int e = 0; e < size.episodes(); e++) {
            starts.add(learner.initialLearnedVariables(task, 1, random));
            double[] x = new double[size.examples() * size.inputs()];
            Arrays.setAll(x, i -> random.nextGaussian());
            int[] labels = new int[size.examples()];
            Arrays.setAll(labels, i -> random.nextInt(size.outputs()));
            streams.add(Examples.online(task, x, labels));
        }
    }

    void run(Work work) {
        RolloutOptions options =
                work == Work.FORWARD ? RolloutOptions.FORWARD : RolloutOptions.GRADIENT;
        try (Rollout rollout = learner.run(metaVariables, starts, streams, options)) {
            List<double[]> gradients = new ArrayList<>();
            double loss = 0;
            for (int e = 0; e < streams.size(); e++) {
                int[] labels = streams.get(e).labels();
                double[] weights = new double[labels.length];
                Arrays.fill(weights, 1.0 / (labels.length * streams.size()));
                double[] gradient = new double[labels.length * classes];
                loss += CrossEntropy.loss(rollout.logits(e), labels, weights, classes, gradient);
                gradients.add(gradient);
            }
            if (work == Work.META_GRADIENT) {
                loss += rollout.backward(gradients).metaVariables()[0];
            }
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException("the engine's result is not finite");
            }
        }
    }
}
