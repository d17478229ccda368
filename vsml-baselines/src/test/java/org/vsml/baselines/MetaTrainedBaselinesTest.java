package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vsml.core.ArrayLayout;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.InputShape;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Provenance;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.Seeds;
import org.vsml.episode.TaskDistribution;
import org.vsml.samediff.SameDiffEngine;

class MetaTrainedBaselinesTest {

    private static final TaskShape SMALL = TaskShape.of(5, 3);
    private static final Engine DOUBLE = new SameDiffEngine(Precision.DOUBLE);

    /** Rounding of a few hundred operations in double. */
    private static final Offset<Double> ROUNDING = within(1e-10);

    static Stream<LearnerConfig> small() {
        return Stream.of(
                MetaRnn.of(SMALL).withHiddenSize(6),
                new MetaRnn(new TaskShape(new InputShape(9, 6, 2), 3), 4, 1, 2),
                new HebbianFastWeights(SMALL, HebbianFastWeights.Rule.HEBB),
                new HebbianFastWeights(SMALL, HebbianFastWeights.Rule.OJA),
                new FastWeightProgrammer(SMALL, 4),
                new FastWeightMemory(SMALL, 6, 3));
    }

    /** An episode with everything random and non-zero. */
    private record Case(NamedArrays meta, NamedArrays start, Examples examples, double[] seeds) {

        static Case of(LearnerConfig config, TaskShape task, int parallel, int length, long seed) {
            Random random = new Random(seed);
            Learner learner = config.learner(DOUBLE);
            NamedArrays meta = gaussian(learner.metaVariableLayout(), random);
            NamedArrays start = gaussian(learner.learnedVariableLayout(task, parallel), random);
            int[] labels = new int[length * parallel];
            Arrays.setAll(
                    labels, i -> i % 5 == 3 ? Examples.UNLABELLED : random.nextInt(task.classes()));
            double[] inputs = gaussian(random, labels.length * task.inputs());
            return new Case(
                    meta,
                    start,
                    new Examples(task, parallel, inputs, labels),
                    gaussian(random, labels.length * task.classes()));
        }

        private static NamedArrays gaussian(ArrayLayout layout, Random random) {
            return new NamedArrays(layout, gaussian(random, layout.size()));
        }

        private static double[] gaussian(Random random, int size) {
            double[] values = new double[size];
            Arrays.setAll(values, i -> 0.5 * random.nextGaussian());
            return values;
        }

        /** ⟨logits, seeds⟩ + ⟨final V_L, starting V_L⟩, a loss on which everything depends. */
        double loss(Learner learner) {
            try (Rollout rollout =
                    learner.run(meta, List.of(start), List.of(examples), RolloutOptions.FORWARD)) {
                return dot(rollout.logits(0), seeds)
                        + dot(rollout.learnedVariables(0).values(), adjoint().values());
            }
        }

        NamedArrays adjoint() {
            return gaussian(start.layout(), new Random(99));
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }

    private static List<Case> cases(LearnerConfig config) {
        TaskShape full = task(config);
        boolean convolution = config instanceof MetaRnn rnn && rnn.convolutionChannels() > 0;
        TaskShape smaller = convolution ? new TaskShape(full.input(), 2) : TaskShape.of(3, 2);
        return List.of(
                Case.of(config, full, 1, 4, 1),
                Case.of(config, full, 3, 3, 2),
                Case.of(config, smaller, 1, 3, 3));
    }

    private static TaskShape task(LearnerConfig config) {
        if (config instanceof MetaRnn rnn) {
            return rnn.task();
        }
        return SMALL;
    }

    @ParameterizedTest
    @MethodSource("small")
    void givesWhatPlainLoopsGive(LearnerConfig config) {
        Learner learner = config.learner(DOUBLE);
        for (Case c : cases(config)) {
            ReferenceBaselines.Result expected =
                    ReferenceBaselines.run(config, c.meta(), c.start(), c.examples());
            try (Rollout rollout =
                    learner.run(
                            c.meta(),
                            List.of(c.start()),
                            List.of(c.examples()),
                            RolloutOptions.FORWARD)) {
                assertThat(rollout.logits(0)).containsExactly(expected.logits(), ROUNDING);
                assertThat(rollout.learnedVariables(0).values())
                        .containsExactly(expected.learned().values(), ROUNDING);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void gradientsAreThoseOfCentralDifferences(LearnerConfig config) {
        Learner learner = config.learner(DOUBLE);
        for (Case c : cases(config)) {
            Rollout.Gradient gradient;
            try (Rollout rollout =
                    learner.run(
                            c.meta(),
                            List.of(c.start()),
                            List.of(c.examples()),
                            RolloutOptions.GRADIENT.withInputGradient(true))) {
                gradient = rollout.backward(List.of(c.seeds()), List.of(c.adjoint()));
            }
            check(c, learner, c.meta().values(), gradient.metaVariables());
            check(c, learner, c.start().values(), gradient.starts().get(0).values());
            check(c, learner, c.examples().inputs(), gradient.inputs().get(0));
        }
    }

    /** Some of the values, spread over all arrays; each is changed and put back. */
    private static void check(Case c, Learner learner, double[] values, double[] gradient) {
        double h = 1e-5;
        int step = Math.max(1, values.length / 12);
        for (int i = values.length % step / 2; i < values.length; i += step) {
            double value = values[i];
            values[i] = value + h;
            double more = c.loss(learner);
            values[i] = value - h;
            double less = c.loss(learner);
            values[i] = value;
            double expected = (more - less) / (2 * h);
            assertThat(gradient[i])
                    .as("value %d of %d", i, values.length)
                    .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
        }
    }

    static Stream<LearnerConfig> learners() {
        TaskShape task = TaskShape.of(8, 3);
        return Stream.of(
                MetaRnn.of(task),
                MetaRnn.of(task).withHiddenSize(128),
                new MetaRnn(new TaskShape(new InputShape(4, 2, 1), 3), 16, 2, 8),
                new HebbianFastWeights(task, HebbianFastWeights.Rule.HEBB),
                new HebbianFastWeights(task, HebbianFastWeights.Rule.OJA),
                FastWeightProgrammer.of(task),
                FastWeightMemory.of(task));
    }

    /**
     * Prototypes that stay the same from episode to episode: the least that can be meta-learned.
     */
    @ParameterizedTest
    @MethodSource("learners")
    void fewStepsOfMetaTrainingReduceTheLoss(LearnerConfig config) {
        Learner learner = config.learner(new SameDiffEngine(Precision.FLOAT));
        EpisodeSource source =
                EpisodeDistribution.of(
                                EpisodeDistribution.Component.of(
                                        new TaskDistribution.Prototypes(
                                                IntRange.of(8),
                                                IntRange.of(3),
                                                IntRange.of(1),
                                                0.0,
                                                null,
                                                null,
                                                null),
                                        10))
                        .source((Path) null);
        List<Episode> episodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            episodes.add(source.sample(i));
        }
        TaskShape task = config instanceof MetaRnn rnn ? rnn.task() : TaskShape.of(8, 3);
        NamedArrays meta = learner.initialMetaVariables(Seeds.generator(1));
        Adam adam = new Adam(meta.values(), 0.02);
        double first = 0;
        double last = 0;
        for (int step = 0; step < 40; step++) {
            last = step(learner, task, meta, episodes, adam);
            first = step == 0 ? last : first;
        }
        assertThat(last).as("from %s", first).isLessThan(0.8 * first);
    }

    private static double step(
            Learner learner, TaskShape task, NamedArrays meta, List<Episode> episodes, Adam adam) {
        List<NamedArrays> starts = new ArrayList<>();
        List<Examples> examples = new ArrayList<>();
        for (Episode episode : episodes) {
            Examples e = episode.examples();
            starts.add(learner.initialLearnedVariables(task, 1, Seeds.generator(0)));
            examples.add(Examples.online(task, e.inputs(), e.labels()));
        }
        try (Rollout rollout = learner.run(meta, starts, examples, RolloutOptions.GRADIENT)) {
            double loss = 0;
            List<double[]> gradients = new ArrayList<>();
            for (int i = 0; i < episodes.size(); i++) {
                double[] logits = rollout.logits(i);
                double[] gradient = new double[logits.length];
                loss +=
                        CrossEntropy.loss(
                                        logits,
                                        examples.get(i).labels(),
                                        episodes.get(i).weights(),
                                        3,
                                        gradient)
                                / episodes.size();
                gradients.add(gradient);
            }
            adam.step(rollout.backward(gradients).metaVariables());
            return loss;
        }
    }

    /** Kingma and Ba 2015. */
    private static final class Adam {
        private final double[] values;
        private final double rate;
        private final double[] first;
        private final double[] second;
        private int steps;

        Adam(double[] values, double rate) {
            this.values = values;
            this.rate = rate;
            first = new double[values.length];
            second = new double[values.length];
        }

        void step(double[] gradient) {
            steps++;
            for (int i = 0; i < values.length; i++) {
                first[i] += 0.1 * (gradient[i] - first[i]);
                second[i] += 0.001 * (gradient[i] * gradient[i] - second[i]);
                double m = first[i] / (1 - Math.pow(0.9, steps));
                double v = second[i] / (1 - Math.pow(0.999, steps));
                values[i] -= rate * m / (Math.sqrt(v) + 1e-8);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("learners")
    void algorithmsAreSavedUnderTheirTypeAndLoadedAgain(LearnerConfig config, @TempDir Path folder)
            throws Exception {
        NamedArrays meta =
                config.learner(new SameDiffEngine(Precision.FLOAT))
                        .initialMetaVariables(Seeds.generator(3));
        Provenance provenance = Provenance.of("test", meta).seed(3).build();
        LearningAlgorithm algorithm = new LearningAlgorithm(config, meta, provenance);
        algorithm.save(folder.resolve("a.vsml"));
        LearningAlgorithm loaded = LearningAlgorithm.load(folder.resolve("a.vsml"));
        assertThat(loaded.config()).isEqualTo(config);
        assertThat(loaded.metaVariables().values()).isEqualTo(meta.values());
    }

    @Test
    void sizesAreThoseOfThePaper() {
        TaskShape mnist = new TaskShape(new InputShape(28, 28, 1), 10);
        // The paper says about 100k to 150k, with a padded input.
        assertThat(size(MetaRnn.of(mnist))).isEqualTo((784 + 20 + 16 + 1) * 64 + 17 * 10);
        assertThat(size(new HebbianFastWeights(mnist, HebbianFastWeights.Rule.OJA)))
                .isEqualTo(2 * 804 * 10 + 10 + 1);
        assertThat(
                        FastWeightMemory.of(mnist)
                                .learner(DOUBLE)
                                .learnedVariableLayout(mnist, 1)
                                .entry("memory")
                                .shape())
                .containsExactly(1, 16, 256);
    }

    private static int size(LearnerConfig config) {
        return config.learner(DOUBLE).metaVariableLayout().size();
    }

    @Test
    void tasksThatAreTooLargeAreRefused() {
        Learner learner = MetaRnn.of(SMALL).learner(DOUBLE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> learner.learnedVariableLayout(TaskShape.of(6, 3), 1))
                .withMessage(
                        "this learner is made for at most 5 inputs and 3 classes, got 6 and 3");
    }
}
