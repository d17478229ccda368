package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.Episode;
import org.vsml.episode.Seeds;

class ComparisonTest {

    private static final TaskShape TASK = TaskShape.of(1, 2);

    /** Knows the label, which is the input, and is right at chosen places of the stream. */
    private record RightAt(String name, IntPredicate places) implements OnlineAlgorithm {
        @Override
        public OnlineStream start(TaskShape task, long seed) {
            AtomicInteger position = new AtomicInteger();
            return examples -> {
                double[] scores = new double[examples.length() * 2];
                for (int t = 0; t < examples.length(); t++) {
                    int label = (int) examples.inputs()[t];
                    boolean right = places.test(position.getAndIncrement());
                    scores[2 * t + (right ? label : 1 - label)] = 1;
                }
                return scores;
            };
        }
    }

    private static Episode coins(long seed, int length) {
        double[] inputs = new double[length];
        int[] labels = new int[length];
        var random = Seeds.generator(seed);
        for (int t = 0; t < length; t++) {
            labels[t] = random.nextInt(2);
            inputs[t] = labels[t];
        }
        return Episode.withMeanLoss(Examples.online(TASK, inputs, labels), seed, "coins");
    }

    private static ComparisonResult compare(int examples, int seeds, Contender... contenders) {
        return new Comparison(List.of(contenders), seed -> coins(seed, examples))
                .run(3, seeds, 1, n -> {});
    }

    @Test
    void accuracyCountsEveryPredictionBeforeItsLabel() {
        ComparisonResult result =
                compare(10, 2, Contender.of(new RightAt("even", t -> t % 2 == 0)));

        assertThat(result.at("even", 1).accuracy().mean()).isEqualTo(1);
        assertThat(result.at("even", 2).accuracy().mean()).isEqualTo(0.5);
        assertThat(result.at("even", 5).accuracy().mean()).isEqualTo(0.6);
        assertThat(result.curve("even")).hasSize(10);
        assertThat(result.at("even", 5).accuracy().low()).isEqualTo(0.6);
    }

    /** A learner that diverged names no class, whatever the label, in accuracy and in metrics. */
    @Test
    void scoresThatAreNanAreNeverRight() {
        for (int label = 0; label < 3; label++) {
            PrequentialMetrics metrics = PrequentialMetrics.cumulative(3);
            metrics.add(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, -1, label);
            assertThat(metrics.accuracy()).isZero();
            assertThat(metrics.logLoss()).isCloseTo(Math.log(3), within(1e-12));
            assertThat(metrics.kappa()).isLessThanOrEqualTo(0);

            MetricsRecorder recorder = new MetricsRecorder(3, 1, new MetricsAt(List.of(1), 1));
            recorder.add(new double[] {Double.NaN, Double.NaN, Double.NaN}, 0, label);
            assertThat(recorder.recorded().get(1)[0]).isZero();
            assertThat(recorder.recorded().get(1)[6]).isZero();
        }
        ComparisonResult result =
                compare(
                        20,
                        1,
                        Contender.of(
                                new OnlineAlgorithm() {
                                    @Override
                                    public String name() {
                                        return "diverged";
                                    }

                                    @Override
                                    public OnlineStream start(TaskShape task, long seed) {
                                        return examples -> {
                                            int n = examples.labels().length * task.classes();
                                            double[] scores = new double[n];
                                            Arrays.fill(scores, Double.NaN);
                                            return scores;
                                        };
                                    }
                                }));
        assertThat(result.at("diverged", 20).accuracy().mean()).isZero();
    }

    @Test
    void someOfTheCurveIsDenseAtFirst() {
        ComparisonResult result =
                compare(100, 1, Contender.of(new RightAt("even", t -> t % 2 == 0)));

        assertThat(result.curve("even", 4))
                .extracting(ComparisonResult.Point::examples)
                .containsExactly(1, 3, 10, 32, 100);
        assertThat(result.curve("even", 4).get(2)).isEqualTo(result.at("even", 10));
        assertThat(result.curve("even", 1000)).isEqualTo(result.curve("even"));
    }

    @Test
    void ofAGridTheBestSettingCountsAtEveryHorizon() {
        OnlineAlgorithm early = new RightAt("early", t -> t < 20);
        OnlineAlgorithm late = new RightAt("late", t -> t >= 20);
        ComparisonResult result = compare(100, 3, new Contender("grid", List.of(early, late)));

        assertThat(result.at("grid", 30).setting()).isEqualTo("early");
        assertThat(result.at("grid", 30).accuracy().mean()).isEqualTo(20 / 30.0);
        assertThat(result.at("grid", 100).setting()).isEqualTo("late");
        // The mean of three equal numbers, rounded.
        assertThat(result.at("grid", 100).accuracy().mean()).isCloseTo(0.8, within(1e-15));
        assertThat(result.accuracies("grid", "early", 100)).containsExactly(0.2, 0.2, 0.2);
    }

    @Test
    void metricsAreThoseOfTheSettingWithTheBestAccuracy() {
        OnlineAlgorithm early = new RightAt("early", t -> t < 20);
        OnlineAlgorithm late = new RightAt("late", t -> t >= 20);
        ComparisonResult result =
                new Comparison(
                                List.of(new Contender("grid", List.of(early, late))),
                                seed -> coins(seed, 100))
                        .run(3, 2, 1, new MetricsAt(List.of(30, 500), 10), n -> {});

        ComparisonResult.Metrics metrics = result.metrics("grid", 30);
        assertThat(metrics.setting()).isEqualTo("early");
        assertThat(metrics.accuracy()).isCloseTo(20 / 30.0, within(1e-15));
        assertThat(metrics.windowAccuracy()).isZero();
        // Scores of 1 and 0, right two times of three.
        double sure = Math.E / (1 + Math.E);
        assertThat(metrics.logLoss())
                .isCloseTo(-(2 * Math.log(sure) + Math.log(1 - sure)) / 3, within(1e-12));
        assertThat(metrics.calibrationError()).isCloseTo(sure - 2 / 3.0, within(1e-12));
        assertThat(metrics.lowestLogLossSetting()).isEqualTo("early");
        assertThat(result.metrics("grid", 500)).isEqualTo(result.metrics("grid", 100));
        assertThat(result.metrics("grid", 100).setting()).isEqualTo("late");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> result.metrics("grid", 40))
                .withMessageContaining("not asked for after 40 examples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compare(5, 1, Contender.of(early)).metrics("early", 5))
                .withMessageContaining("metrics were not asked for");
    }

    @Test
    void aStreamThatEndsEarlyShortensTheCurve() {
        AtomicInteger told = new AtomicInteger();
        ComparisonResult result =
                new Comparison(
                                List.of(Contender.of(new RightAt("all", t -> true))),
                                seed -> coins(seed, 7))
                        .run(1, 2, 2, told::addAndGet);

        assertThat(result.length()).isEqualTo(7);
        assertThat(result.at("all", 100).examples()).isEqualTo(7);
        assertThat(told).hasValue(14);
    }

    @Test
    void resultsAreTheSameForAnyNumberOfThreads() {
        TaskShape task = TaskShape.of(6, 4);
        DeltaRule rule = new DeltaRule(Vsml.PAPER);
        Contender learner =
                Contender.of(
                        new LearnerAlgorithm(
                                "rule", rule, rule.initialMetaVariables(Seeds.generator(1))));
        Comparison comparison =
                new Comparison(
                        List.of(learner),
                        seed -> Episode.withMeanLoss(Blobs.draw(task, 200, seed), seed, "blobs"));

        List<ComparisonResult.Point> alone = comparison.run(5, 6, 1, n -> {}).curve("rule");
        assertThat(comparison.run(5, 6, 4, n -> {}).curve("rule")).isEqualTo(alone);
        assertThat(comparison.run(6, 6, 1, n -> {}).curve("rule")).isNotEqualTo(alone);
        assertThat(alone.get(199).accuracy().mean()).isGreaterThan(0.8);
    }

    @Test
    void longStreamsAreLearnedInPiecesAsIfInOne() {
        // 200,000 inputs an example: 16 examples a piece, as few as there may be.
        TaskShape task = TaskShape.of(200_000, 3);
        DeltaRule rule = new DeltaRule(Vsml.PAPER);
        LearnerAlgorithm algorithm =
                new LearnerAlgorithm("rule", rule, rule.initialMetaVariables(Seeds.generator(1)));
        Examples stream = Blobs.draw(task, 35, 1);
        List<Integer> pieces = new ArrayList<>();
        ComparisonResult result =
                new Comparison(
                                List.of(Contender.of(algorithm)),
                                seed -> Episode.withMeanLoss(stream, 9, "blobs"))
                        .run(1, 1, 1, pieces::add);

        double[] logits = algorithm.start(task, 9).learn(stream);
        int right = 0;
        for (int t = 0; t < 35; t++) {
            right += CrossEntropy.argMax(logits, 3 * t, 3) == stream.labels()[t] ? 1 : 0;
            assertThat(result.at("rule", t + 1).accuracy().mean()).isEqualTo(right / (t + 1.0));
        }
        assertThat(pieces).containsExactly(16, 16, 3);
    }

    @Test
    void failuresInsideAreTheCallersToSee() {
        OnlineAlgorithm broken =
                new OnlineAlgorithm() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public OnlineStream start(TaskShape task, long seed) {
                        throw new IllegalStateException("no luck");
                    }
                };

        assertThatThrownBy(() -> compare(10, 2, Contender.of(broken)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no luck");
    }

    @Test
    void sameNamesAndEmptyGridsAreRejected() {
        Contender one = Contender.of(new RightAt("x", t -> true));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> compare(10, 1, one, one))
                .withMessageContaining("different names, got [x, x]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Contender("grid", List.of()))
                .withMessageContaining("grid needs at least one setting");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compare(10, 1, one).curve("y"))
                .withMessageContaining("no contender is named y; there are [x]");
    }
}
