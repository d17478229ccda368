package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.vsml.core.NamedArrays;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeSource;

class EvolutionStepTest {

    private static MetaTrainingConfig evolution(int pairs, GradientEstimator.Shaping shaping) {
        return MetaTrainingConfig.of(
                "toy",
                Toys.LEARNER,
                Phase.of(
                        60,
                        Toys.episodes(6),
                        pairs,
                        new GradientEstimator.EvolutionStrategies(Schedule.constant(0.1), shaping),
                        Optimizer.Adam.of(Schedule.constant(0.1))));
    }

    /**
     * f(θ) = Σ a_i θ_i is its own linearisation, so the estimate is (1/n) Σ (a·ε) ε: unbiased, each
     * component with a variance of at most 2|a|²/n.
     */
    @Test
    void theEstimateOfALinearLossIsItsGradient() {
        double[] slope = {1, -2, 0.5};
        int pairs = 20_000;
        double sigma = 0.3;
        List<Long> episodes = LongStream.range(0, pairs).boxed().toList();
        List<WorkItem> items = EvolutionStep.ask(3, 3, 0, episodes);
        List<PairLosses> losses = new ArrayList<>();
        for (WorkItem item : items) {
            double[] direction = new double[slope.length];
            PairLosses.addDirection(direction, item.pairSeed(), 1);
            double change = 0;
            for (int i = 0; i < slope.length; i++) {
                change += sigma * slope[i] * direction[i];
            }
            losses.add(new PairLosses(item.pairSeed(), 5 + change, 5 - change, 0, 1));
        }
        StepGradient estimate =
                EvolutionStep.tell(
                        items, losses, slope.length, sigma, GradientEstimator.Shaping.RAW);
        // Four standard deviations.
        double bound = 4 * Math.sqrt(2 * 5.25 / pairs);
        assertThat(estimate.mean()).containsExactly(slope, within(bound));
        assertThat(estimate.loss()).isCloseTo(5, within(1e-12));

        Collections.shuffle(losses, new Random(1));
        assertThat(
                        EvolutionStep.tell(
                                        items,
                                        losses,
                                        slope.length,
                                        sigma,
                                        GradientEstimator.Shaping.RAW)
                                .mean())
                .as("in any order, to the bit")
                .containsExactly(estimate.mean());
    }

    @Test
    void ranksAreCentredSharedByEqualsAndWorstForWhatIsNotFinite() {
        assertThat(EvolutionStep.centredRanks(new double[] {7, 1, 3, Double.NaN, 3}))
                .containsExactly(new double[] {0.25, -0.5, -0.125, 0.5, -0.125}, within(1e-15));
        assertThat(
                        EvolutionStep.centredRanks(
                                new double[] {
                                    Double.POSITIVE_INFINITY, 1, Double.NEGATIVE_INFINITY
                                }))
                .containsExactly(0.25, -0.5, 0.25);
    }

    @Test
    void aLossThatIsNotFiniteCountsAsTheWorst() {
        List<WorkItem> items = EvolutionStep.ask(3, 3, 0, List.of(1L, 2L));
        long first = items.get(0).pairSeed();
        long second = items.get(1).pairSeed();
        StepGradient estimate =
                EvolutionStep.tell(
                        items,
                        List.of(
                                new PairLosses(first, Double.NaN, 1, 0, 1),
                                new PairLosses(second, 4, 2, 0, 1)),
                        1,
                        0.1,
                        GradientEstimator.Shaping.RAW);
        double[] expected = {0};
        PairLosses.addDirection(expected, first, (4.0 - 1) / (2 * 2 * 0.1));
        PairLosses.addDirection(expected, second, (4.0 - 2) / (2 * 2 * 0.1));
        assertThat(estimate.mean()).containsExactly(expected, within(1e-12));
        assertThat(estimate.nonFinite()).isEqualTo(1);
        assertThat(estimate.loss()).isCloseTo(7 / 3.0, within(1e-15));
    }

    @Test
    void resultsThatAreMissingOrComeTwiceAreAnError() {
        List<WorkItem> items = EvolutionStep.ask(3, 3, 0, List.of(1L, 2L));
        PairLosses one = new PairLosses(items.get(0).pairSeed(), 1, 2, 0, 1);
        for (List<PairLosses> wrong : List.of(List.of(one), List.of(one, one))) {
            assertThatThrownBy(
                            () ->
                                    EvolutionStep.tell(
                                            items,
                                            wrong,
                                            1,
                                            0.1,
                                            GradientEstimator.Shaping.CENTRED_RANK))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("2 pairs");
        }
    }

    /** Labels are uniform, so with memory 0.1 the best bias is near 0 in every class. */
    @Test
    void itFindsTheMinimumThatBackpropagationFinds() throws Exception {
        for (GradientEstimator.Shaping shaping : GradientEstimator.Shaping.values()) {
            double[] bias =
                    Toys.trainer(evolution(30, shaping))
                            .threads(2)
                            .run()
                            .algorithm()
                            .metaVariables()
                            .values();
            double mean = (bias[0] + bias[1] + bias[2]) / 3;
            for (double value : bias) {
                // 60 steps of 0.1 with noise; they start about 1 apart.
                assertThat(value - mean).as("%s", shaping).isBetween(-0.3, 0.3);
            }
        }
    }

    @Test
    void pairsEvaluatedElsewhereGiveTheSameBits() throws Exception {
        MetaTrainingConfig config = evolution(7, null);
        String here = Toys.trainer(config).steps(5).run().algorithm().metaVariables().sha256();
        PairEvaluator elsewhere =
                (request, items) -> {
                    EpisodeSource source = request.episodes().source(DataSets.embedded());
                    NamedArrays metaVariables = request.metaVariables();
                    List<PairLosses> losses = new ArrayList<>();
                    for (WorkItem item : items) {
                        losses.add(
                                0,
                                PairLosses.evaluate(
                                        request.learner().learner(ToyLearner.NO_ENGINE),
                                        metaVariables,
                                        request.sigma(),
                                        source,
                                        item));
                    }
                    return losses;
                };
        assertThat(
                        Toys.trainer(config)
                                .steps(5)
                                .evaluator(elsewhere)
                                .run()
                                .algorithm()
                                .metaVariables()
                                .sha256())
                .isEqualTo(here);
    }

    @Test
    void aStepWithoutAnyFiniteLossIsDivergence() {
        PairEvaluator broken =
                (request, items) ->
                        items.stream()
                                .map(
                                        i ->
                                                new PairLosses(
                                                        i.pairSeed(), Double.NaN, Double.NaN, 0, 1))
                                .toList();
        assertThatThrownBy(() -> Toys.trainer(evolution(3, null)).evaluator(broken).run())
                .isInstanceOf(DivergenceException.class);
    }
}
