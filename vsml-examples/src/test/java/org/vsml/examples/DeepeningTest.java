package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.core.Architecture;
import org.vsml.core.Engine;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Vsml;
import org.vsml.episode.DataSets;
import org.vsml.episode.Seeds;
import org.vsml.episode.TestStream;
import org.vsml.episode.View;
import org.vsml.online.Comparison;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;

class DeepeningTest {

    private static final LearningAlgorithm GENERAL = LearningAlgorithm.fromResource("general-1");

    private static Vsml deep(HiddenLayer... hidden) {
        Vsml shallow = (Vsml) GENERAL.config();
        return new Vsml(
                shallow.subRnn().withCoordinates(true),
                new Architecture(List.of(hidden)),
                shallow.dynamics().withLayerwiseRnns(true));
    }

    private static LearningAlgorithm deepened(HiddenLayer... hidden) {
        RandomGenerator random = Seeds.generator(1);
        return Deepening.of(GENERAL, deep(hidden), random);
    }

    /** Without any meta-training of the whole: a guesser has 0.1, random meta variables too. */
    @Test
    void aRuleStillLearnsFromTheFeaturesOfARandomConvolution() {
        LearningAlgorithm algorithm = deepened(new HiddenLayer.Convolution(3, 2, 1));
        LearnerAlgorithm learner =
                new LearnerAlgorithm(
                        "deepened", algorithm.learner(Engine.auto()), algorithm.metaVariables());
        double accuracy =
                new Comparison(
                                List.of(Contender.of(learner)),
                                TestStream.of("fashion_mnist", 150)
                                        .withView(new View.Resized(14, 14))
                                        .source(DataSets.embedded()))
                        .run(1, 2, 1, examples -> {})
                        .at("deepened", 150)
                        .accuracy()
                        .mean();
        assertThat(accuracy).isGreaterThan(0.3);
    }

    @Test
    void theOutputLayerKeepsItsRuleForTheFirstChannel() {
        LearningAlgorithm algorithm =
                deepened(
                        new HiddenLayer.Convolution(3, 2, 2), new HiddenLayer.Convolution(3, 1, 1));
        for (String array : List.of("w_b", "w_h", "bias", "fwd_w", "bwd_b")) {
            assertThat(algorithm.metaVariables().array("backward_sub_rnn.2." + array))
                    .isEqualTo(GENERAL.metaVariables().array("backward_sub_rnn.0." + array));
        }
        double[] before = GENERAL.metaVariables().array("sub_rnn.0.w_f");
        assertThat(algorithm.metaVariables().array("sub_rnn.2.w_f"))
                .hasSameSizeAs(before)
                .startsWith(java.util.Arrays.copyOf(before, 64));
        assertThat(algorithm.metaVariables().array("sub_rnn.2.w_c")).containsOnly(0);
    }

    @Test
    void networksThatDoNotFitAreRejected() {
        assertThatThrownBy(() -> Deepening.of(GENERAL, Vsml.PAPER, Seeds.generator(1)))
                .hasMessageStartingWith("general-1 must be a single layer with the sub-RNN");
        assertThatThrownBy(() -> deepened(new HiddenLayer.Dense(3)))
                .hasMessageStartingWith("only convolutions can be put below");
    }
}
