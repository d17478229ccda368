package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.vsml.core.Architecture;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.RandomCase;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

class SameDiffLearnerTest {

    /** Rounding of a few thousand operations in double. */
    private static final Offset<Double> ROUNDING = Offset.offset(1e-10);

    private static final Vsml MODEL =
            new Vsml(
                    SubRnn.PAPER.withStateSize(5).withMessageSize(3),
                    Architecture.dense(4),
                    Vsml.PAPER.dynamics().withFeedLabel(true));

    private static final TaskShape TASK = TaskShape.of(6, 3);

    private final SameDiffLearner learner =
            new SameDiffLearner(new VsmlStep(MODEL), Precision.DOUBLE, 3);

    private static RandomCase episode(int length, int parallel, long seed) {
        return RandomCase.of(MODEL, TASK, parallel, length, new Random(seed));
    }

    @Test
    void truncatedGradientIsTheSumOfTheSegmentsOwnGradients() {
        RandomCase c = episode(8, 1, 1);
        double[] weights = RandomCase.gaussian(new Random(2), 8 * 3, 1);
        NamedArrays finalWeights =
                new NamedArrays(
                        c.start().layout(),
                        RandomCase.gaussian(new Random(3), c.start().layout().size(), 1));
        Rollout.Gradient truncated;
        try (Rollout rollout =
                run(
                        learner,
                        c,
                        RolloutOptions.GRADIENT.withTruncation(5).withInputGradient(true))) {
            truncated = rollout.backward(List.of(weights), List.of(finalWeights));
        }

        double[] sum = new double[c.metaVariables().values().length];
        double[] inputs = new double[c.examples().inputs().length];
        NamedArrays state = c.start();
        for (int from = 0; from < 8; from += 5) {
            int to = Math.min(8, from + 5);
            Examples segment =
                    Examples.online(
                            TASK,
                            Arrays.copyOfRange(c.examples().inputs(), from * 6, to * 6),
                            Arrays.copyOfRange(c.examples().labels(), from, to));
            try (Rollout rollout =
                    learner.run(
                            c.metaVariables(),
                            List.of(state),
                            List.of(segment),
                            RolloutOptions.GRADIENT.withInputGradient(true))) {
                Rollout.Gradient gradient =
                        rollout.backward(
                                List.of(Arrays.copyOfRange(weights, from * 3, to * 3)),
                                Collections.singletonList(to == 8 ? finalWeights : null));
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += gradient.metaVariables()[i];
                }
                System.arraycopy(gradient.inputs().get(0), 0, inputs, from * 6, (to - from) * 6);
                state = rollout.learnedVariables(0);
            }
        }
        assertThat(truncated.metaVariables()).containsExactly(sum, ROUNDING);
        assertThat(truncated.inputs().get(0)).containsExactly(inputs, ROUNDING);
        assertThat(truncated.starts().get(0).values()).containsOnly(0);
    }

    @Test
    void windowLengthAndMemoryBudgetDoNotChangeTheGradient() {
        RandomCase c = episode(7, 2, 4);
        List<double[]> weights = List.of(RandomCase.gaussian(new Random(5), 7 * 2 * 3, 1));
        Rollout.Gradient expected = null;
        for (int window : List.of(7, 1, 2, 3, 100)) {
            for (long budget : List.of(1L, 200_000L, RolloutOptions.DEFAULT_MEMORY_BUDGET)) {
                SameDiffLearner other =
                        new SameDiffLearner(new VsmlStep(MODEL), Precision.DOUBLE, window);
                try (Rollout rollout =
                        run(other, c, RolloutOptions.GRADIENT.withMemoryBudget(budget))) {
                    Rollout.Gradient gradient = rollout.backward(weights);
                    expected = expected == null ? gradient : expected;
                    assertThat(gradient.metaVariables())
                            .containsExactly(expected.metaVariables(), ROUNDING);
                    assertThat(gradient.starts().get(0).values())
                            .containsExactly(expected.starts().get(0).values(), ROUNDING);
                }
            }
        }
    }

    @Test
    void episodesSideBySideGiveWhatTheyGiveOneByOne() {
        List<RandomCase> cases = new ArrayList<>();
        // Two lengths, two shapes, two numbers of parallel examples, in mixed order.
        for (int i = 0; i < 9; i++) {
            TaskShape task = i % 4 == 1 ? TaskShape.of(2, 4) : TASK;
            cases.add(
                    RandomCase.of(
                            MODEL, task, i == 6 ? 2 : 1, i % 3 == 0 ? 4 : 5, new Random(10 + i)));
        }
        NamedArrays meta = cases.get(0).metaVariables();
        List<double[]> weights = new ArrayList<>();
        for (RandomCase c : cases) {
            weights.add(
                    RandomCase.gaussian(
                            new Random(7),
                            c.examples().labels().length * c.examples().task().classes(),
                            1));
        }
        RolloutOptions options = RolloutOptions.GRADIENT.withInputGradient(true);
        try (Rollout all =
                learner.run(
                        meta,
                        cases.stream().map(RandomCase::start).toList(),
                        cases.stream().map(RandomCase::examples).toList(),
                        options)) {
            Rollout.Gradient together = all.backward(weights);
            double[] sum = new double[meta.values().length];
            for (int i = 0; i < cases.size(); i++) {
                RandomCase c = cases.get(i);
                try (Rollout one =
                        learner.run(meta, List.of(c.start()), List.of(c.examples()), options)) {
                    assertThat(all.logits(i)).containsExactly(one.logits(0), ROUNDING);
                    assertThat(all.learnedVariables(i).values())
                            .containsExactly(one.learnedVariables(0).values(), ROUNDING);
                    Rollout.Gradient gradient = one.backward(List.of(weights.get(i)));
                    assertThat(together.inputs().get(i))
                            .containsExactly(gradient.inputs().get(0), ROUNDING);
                    assertThat(together.starts().get(i).values())
                            .containsExactly(gradient.starts().get(0).values(), ROUNDING);
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] += gradient.metaVariables()[j];
                    }
                }
            }
            assertThat(together.metaVariables()).containsExactly(sum, ROUNDING);
        }
    }

    @Test
    void permutingInputsAndTheirStatesLeavesPredictionsUnchanged() {
        Vsml single = new Vsml(MODEL.subRnn(), Architecture.dense(), MODEL.dynamics());
        RandomCase c = RandomCase.of(single, TASK, 1, 5, new Random(20));
        int[] order = {3, 0, 5, 1, 4, 2};
        double[] inputs = new double[c.examples().inputs().length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = c.examples().inputs()[i / 6 * 6 + order[i % 6]];
        }
        NamedArrays start = c.start().copy();
        for (String name : List.of("hidden.0", "cell.0")) {
            double[] from = c.start().array(name);
            double[] to = new double[from.length];
            for (int i = 0; i < to.length; i++) {
                to[i] = from[i / 6 * 6 + order[i % 6]];
            }
            start.set(name, to);
        }
        assertThat(logits(single, c, start, inputs, c.examples().labels()))
                .containsExactly(
                        logits(single, c, c.start(), c.examples().inputs(), c.examples().labels()),
                        ROUNDING);
    }

    @Test
    void permutingClassesPermutesPredictions() {
        Vsml single = new Vsml(MODEL.subRnn(), Architecture.dense(), MODEL.dynamics());
        RandomCase c = RandomCase.of(single, TASK, 1, 5, new Random(21));
        int[] order = {2, 0, 1};
        NamedArrays start = c.start().copy();
        for (String name : List.of("hidden.0", "cell.0")) {
            double[] from = c.start().array(name);
            double[] to = new double[from.length];
            for (int i = 0; i < to.length; i++) {
                int channel = i / 18;
                int b = i / 6 % 3;
                to[i] = from[(channel * 3 + order[b]) * 6 + i % 6];
            }
            start.set(name, to);
        }
        for (String name : List.of("error", "label")) {
            double[] from = c.start().array(name);
            start.set(name, from[order[0]], from[order[1]], from[order[2]]);
        }
        int[] labels = c.examples().labels().clone();
        for (int t = 0; t < labels.length; t++) {
            for (int b = 0; b < 3; b++) {
                if (c.examples().labels()[t] == order[b]) {
                    labels[t] = b;
                }
            }
        }
        double[] expected =
                logits(single, c, c.start(), c.examples().inputs(), c.examples().labels());
        double[] permuted = new double[expected.length];
        for (int i = 0; i < permuted.length; i++) {
            permuted[i] = expected[i / 3 * 3 + order[i % 3]];
        }
        assertThat(logits(single, c, start, c.examples().inputs(), labels))
                .containsExactly(permuted, ROUNDING);
    }

    private static double[] logits(
            Vsml model, RandomCase c, NamedArrays start, double[] inputs, int[] labels) {
        Learner learner = new SameDiffEngine(Precision.DOUBLE).learner(model);
        Examples examples = Examples.online(TASK, inputs, labels);
        try (Rollout rollout =
                learner.run(
                        c.metaVariables(),
                        List.of(start),
                        List.of(examples),
                        RolloutOptions.FORWARD)) {
            return rollout.logits(0);
        }
    }

    @Test
    void manyThreadsGetWhatOneThreadGets() throws Exception {
        List<RandomCase> cases = new ArrayList<>();
        List<double[]> expected = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            RandomCase c = episode(3 + i % 4, 1, 30 + i);
            cases.add(c);
            expected.add(gradient(c));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<double[]>> results = new ArrayList<>();
            for (int repeat = 0; repeat < 4; repeat++) {
                for (RandomCase c : cases) {
                    results.add(threads.submit(() -> gradient(c)));
                }
            }
            for (int i = 0; i < results.size(); i++) {
                // Bit for bit: the same graphs on the same shapes.
                assertThat(results.get(i).get()).isEqualTo(expected.get(i % cases.size()));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private double[] gradient(RandomCase c) {
        double[] ones = new double[c.examples().labels().length * 3];
        Arrays.fill(ones, 1);
        try (Rollout rollout = run(learner, c, RolloutOptions.GRADIENT)) {
            return rollout.backward(List.of(ones)).metaVariables();
        }
    }

    @Test
    void streamGivesWhatTheWholeEpisodeGivesAndPredictionsChangeNothing() {
        RandomCase c = episode(6, 1, 50);
        try (Rollout whole = run(learner, c, RolloutOptions.FORWARD)) {
            LearnerStream stream = learner.open(c.metaVariables(), TASK, c.start());
            double[] expected = whole.logits(0);
            for (int t = 0; t < 6; t++) {
                double[] input = Arrays.copyOfRange(c.examples().inputs(), t * 6, (t + 1) * 6);
                double[] logits = Arrays.copyOfRange(expected, t * 3, (t + 1) * 3);
                assertThat(stream.predict(input)).containsExactly(logits, ROUNDING);
                assertThat(stream.predict(input)).containsExactly(logits, ROUNDING);
                assertThat(stream.learn(input, c.examples().labels()[t]))
                        .containsExactly(logits, ROUNDING);
            }
            assertThat(stream.learnedVariables().values())
                    .containsExactly(whole.learnedVariables(0).values(), ROUNDING);
        }
    }

    @Test
    void emptyEpisodeLeavesEverythingAsItWas() {
        RandomCase c = episode(1, 1, 60);
        Examples none = Examples.online(TASK, new double[0], new int[0]);
        try (Rollout rollout =
                learner.run(
                        c.metaVariables(),
                        List.of(c.start()),
                        List.of(none),
                        RolloutOptions.GRADIENT)) {
            assertThat(rollout.logits(0)).isEmpty();
            assertThat(rollout.learnedVariables(0).values()).isEqualTo(c.start().values());
            Rollout.Gradient gradient =
                    rollout.backward(List.of(new double[0]), List.of(c.start()));
            assertThat(gradient.metaVariables()).containsOnly(0);
            assertThat(gradient.starts().get(0).values()).isEqualTo(c.start().values());
        }
    }

    @Test
    void backwardNeedsARecordingAndIsAllowedOnce() {
        RandomCase c = episode(2, 1, 70);
        List<double[]> weights = List.of(new double[6]);
        try (Rollout rollout = run(learner, c, RolloutOptions.FORWARD)) {
            assertThatThrownBy(() -> rollout.backward(weights))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not recorded");
        }
        try (Rollout rollout = run(learner, c, RolloutOptions.GRADIENT)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rollout.backward(List.of(new double[5])))
                    .withMessage("the logit gradient of episode 0 must have 6 values, got 5");
            rollout.backward(weights);
            assertThatThrownBy(() -> rollout.backward(weights))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("once");
        }
    }

    @Test
    void wrongLayoutsAreNamed() {
        RandomCase c = episode(2, 1, 80);
        RandomCase other = RandomCase.of(MODEL, TaskShape.of(7, 3), 1, 2, new Random(81));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                learner.run(
                                        c.metaVariables(),
                                        List.of(other.start()),
                                        List.of(c.examples()),
                                        RolloutOptions.FORWARD))
                .withMessageStartingWith("learned variables do not fit episode 0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                learner.run(
                                        c.start(),
                                        List.of(c.start()),
                                        List.of(c.examples()),
                                        RolloutOptions.FORWARD))
                .withMessageStartingWith("meta variables do not fit the learner");
    }

    @Test
    void engineIsFoundByNameAndIsTheFirstChoiceInDouble() {
        assertThat(Engine.of("samediff", Precision.FLOAT))
                .isEqualTo(new SameDiffEngine(Precision.FLOAT));
        assertThat(Engine.auto(Precision.DOUBLE)).isEqualTo(new SameDiffEngine(Precision.DOUBLE));
    }

    private static Rollout run(Learner learner, RandomCase c, RolloutOptions options) {
        return learner.run(c.metaVariables(), List.of(c.start()), List.of(c.examples()), options);
    }
}
