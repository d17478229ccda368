package org.vsml.arbiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vsml.core.Vsml;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Optimizer;

class MetaTrainingSpaceTest {

    private static final MetaTrainingConfig TINY = MetaTrainingConfig.named("tiny");

    @TempDir private java.nio.file.Path folder;

    private static MetaTrainingConfig with(MetaTrainingConfig base, Setting setting, Object value) {
        return new Proposal(Proposal.write(base), Map.of(setting, value)).config();
    }

    @Test
    void everySettingChangesWhatItsNameSays() {
        Vsml model = (Vsml) with(TINY, Setting.STATE_SIZE, 5).learner();
        assertThat(model.subRnn().stateSize()).isEqualTo(5);
        model = (Vsml) with(TINY, Setting.MESSAGE_SIZE, 3).learner();
        assertThat(model.subRnn().forwardMessageSize()).isEqualTo(3);
        assertThat(model.subRnn().backwardMessageSize()).isEqualTo(3);
        model = (Vsml) with(TINY, Setting.LAYER_NORM, true).learner();
        assertThat(model.subRnn().layerNorm()).isTrue();
        model = (Vsml) with(TINY, Setting.INPUT_GATE_SHIFT, -1.5).learner();
        assertThat(model.subRnn().inputGateShift()).isEqualTo(-1.5);
        assertThat(model.subRnn().forgetGateShift()).isEqualTo(5);
        model = (Vsml) with(TINY, Setting.FORGET_GATE_SHIFT, 2.5).learner();
        assertThat(model.subRnn().forgetGateShift()).isEqualTo(2.5);
        model = (Vsml) with(TINY, Setting.MICRO_TICKS, 3).learner();
        assertThat(model.dynamics().microTicks()).isEqualTo(3);

        assertThat(with(TINY, Setting.POPULATION, 7).phases().get(0).batch()).isEqualTo(7);
        assertThat(with(TINY, Setting.CLIP, 0.3).phases().get(0).estimator())
                .isEqualTo(GradientEstimator.Backpropagation.clipped(0.3));
        Optimizer sgd = with(TINY, Setting.OPTIMIZER, "sgd").phases().get(0).optimizer();
        assertThat(sgd).isInstanceOf(Optimizer.Sgd.class);
        assertThat(sgd.learningRate().value()).isEqualTo(0.003);
        assertThat(components(with(TINY, Setting.EPISODE_LENGTH, 17), 0))
                .allSatisfy(c -> assertThat(c.length()).isEqualTo(IntRange.of(17)));
        assertThat(components(with(TINY, Setting.AFFINE, true), 0).get(0).augmentations())
                .hasSize(1);
        assertThat(components(with(TINY, Setting.AFFINE, true), 0).get(1).augmentations())
                .isEmpty();
    }

    private static List<EpisodeDistribution.Component> components(
            MetaTrainingConfig config, int phase) {
        return config.phases().get(phase).episodes().components();
    }

    @Test
    void aLearningRateKeepsTheRatioOfPhases() {
        MetaTrainingConfig config =
                with(MetaTrainingConfig.named("general-1-part-2"), Setting.LEARNING_RATE, 0.03);

        assertThat(config.phases().get(0).optimizer().learningRate().value())
                .isCloseTo(0.03, within(1e-12));
        // 0.0015, 0.0015 and 0.0012 in the file.
        assertThat(config.phases().get(2).optimizer().learningRate().value())
                .isCloseTo(0.024, within(1e-12));
    }

    @Test
    void aCurriculumBeginsWithShorterEpisodesAndKeepsTheNumberOfSteps() {
        MetaTrainingConfig config = with(TINY, Setting.CURRICULUM, 0.25);

        assertThat(config.phases()).hasSize(2);
        assertThat(config.steps()).isEqualTo(TINY.steps());
        // 10 · 0.25 rounds to 3.
        assertThat(components(config, 0))
                .allSatisfy(c -> assertThat(c.length()).isEqualTo(IntRange.of(3)));
        assertThat(components(config, 1)).isEqualTo(components(TINY, 0));
        assertThat(with(TINY, Setting.CURRICULUM, 1.0)).isEqualTo(TINY);
    }

    @Test
    void sharesOfTheMixAreShares() {
        List<EpisodeDistribution.Component> projected =
                components(with(TINY, Setting.PROJECTED_SHARE, 0.3), 0);
        assertThat(projected).hasSize(3);
        assertThat(((TaskDistribution.Images) projected.get(0).task()).view())
                .isEqualTo(new View.Projection(IntRange.of(16)));
        assertThat(projected.get(0).weight()).isCloseTo(0.3, within(1e-12));
        assertThat(((TaskDistribution.Images) projected.get(1).task()).view())
                .isEqualTo(new View.Pixels(IntRange.of(16)));
        assertThat(projected.get(1).weight()).isCloseTo(0.7, within(1e-12));

        List<EpisodeDistribution.Component> synthetic =
                components(with(TINY, Setting.SYNTHETIC_SHARE, 0.2), 0);
        assertThat(synthetic.get(0).weight()).isCloseTo(0.8, within(1e-12));
        assertThat(synthetic.get(1).weight()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void whatDoesNotFitSaysWhy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(TINY, Setting.STATE_SIZE, 0))
                .withMessageContaining("stateSize");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(TINY, Setting.STATE_SIZE, 8.0))
                .withMessageContaining("state_size takes values of type Integer, got 8.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(TINY, Setting.SIGMA, 0.1))
                .withMessageContaining("evolution strategies");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(TINY, Setting.OPTIMIZER, "lion"))
                .withMessageContaining("adam or sgd, got lion");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetaTrainingSpace.standard(TINY, Set.of(Setting.SIGMA)))
                .withMessageContaining("tiny has no sigma to vary");
    }

    @Test
    void sigmaIsASettingOfEvolutionStrategies() {
        MetaTrainingConfig es = MetaTrainingConfig.named("mnist-es");

        GradientEstimator estimator = with(es, Setting.SIGMA, 0.123).phases().get(0).estimator();

        assertThat(((GradientEstimator.EvolutionStrategies) estimator).sigma().value())
                .isCloseTo(0.123, within(1e-12));
        assertThat(MetaTrainingSpace.standard(es).settings())
                .contains(Setting.SIGMA)
                .doesNotContain(Setting.CLIP);
    }

    @Test
    void aSpaceIsTheSameAfterJson() throws Exception {
        MetaTrainingSpace space = MetaTrainingSpace.standard(TINY);

        MetaTrainingSpace read = MetaTrainingSpace.fromJson(space.toJson());

        assertThat(read).isEqualTo(space);
        assertThat(read.base()).isEqualTo(TINY);
        assertThat(read.numParameters()).isEqualTo(space.numParameters()).isEqualTo(14);
    }

    @ParameterizedTest
    @EnumSource(
            value = SearchMethod.class,
            names = {"RANDOM", "GRID"})
    void aSearchForArbiterIsTheSameAfterJson(SearchMethod method) {
        MetaTrainingSpace space =
                MetaTrainingSpace.standard(TINY, Set.of(Setting.LEARNING_RATE, Setting.STATE_SIZE));
        OptimizationConfiguration configuration =
                MetaTrainingSearch.over(space).configuration(method.generator(space, 3, 5), folder);

        OptimizationConfiguration read = OptimizationConfiguration.fromJson(configuration.toJson());

        assertThat(read.toJson()).isEqualTo(configuration.toJson());
        assertThat(read.getScoreFunction()).isEqualTo(configuration.getScoreFunction());
        assertThat(read.getResultSaver()).isEqualTo(configuration.getResultSaver());
        assertThat(read.getTerminationConditions())
                .isEqualTo(configuration.getTerminationConditions());
        // Arbiter forgets the generator's seed in JSON.
        read.getCandidateGenerator().setRngSeed(5);
        configuration.getCandidateGenerator().setRngSeed(5);
        assertThat(read.getCandidateGenerator().getCandidate().getValue())
                .isEqualTo(configuration.getCandidateGenerator().getCandidate().getValue());
    }

    @Test
    void proposalsStayWithinTheirSpaces() {
        MetaTrainingSpace space =
                MetaTrainingSpace.around(TINY)
                        .with(Setting.STATE_SIZE, new DiscreteParameterSpace<>(4, 8))
                        .with(
                                Setting.LEARNING_RATE,
                                new ContinuousParameterSpace(
                                        new LogUniformDistribution(1e-4, 1e-1)));
        CandidateGenerator generator = SearchMethod.RANDOM.generator(space, 3, 11);
        int small = 0;
        for (int i = 0; i < 400; i++) {
            Proposal proposal = (Proposal) generator.getCandidate().getValue();
            double rate = (double) proposal.values().get(Setting.LEARNING_RATE);
            assertThat(rate).isBetween(1e-4, 1e-1);
            small += rate < Math.sqrt(1e-5) ? 1 : 0;
            assertThat(proposal.values().get(Setting.STATE_SIZE)).isIn(4, 8);
        }
        // Log-uniform: half below the geometric mean, up to 5 standard deviations of 10.
        assertThat(small).isBetween(150, 250);
    }
}
