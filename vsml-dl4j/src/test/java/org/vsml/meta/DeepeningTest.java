package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.core.Architecture;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Engine;
import org.vsml.core.HiddenLayer;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;

class DeepeningTest {

    private static final LearningAlgorithm GENERAL = LearningAlgorithm.fromResource("general-1");

    private static Vsml deep(HiddenLayer... hidden) {
        Vsml shallow = (Vsml) GENERAL.config();
        return new Vsml(
                shallow.subRnn().withCoordinates(true),
                new Architecture(List.of(hidden)),
                // With coordinates, inputs cannot rest.
                shallow.dynamics()
                        .withLayerwiseRnns(true)
                        .withConstantInputs(ConstantInputs.TAKE_PART));
    }

    private static LearningAlgorithm deepened(HiddenLayer... hidden) {
        RandomGenerator random = Seeds.generator(1);
        return Deepening.of(GENERAL, deep(hidden), 196, random);
    }

    @Test
    void convolutionsBeginWithOpenInputGatesAndWithoutMemory() {
        double[] bias =
                deepened(new HiddenLayer.Convolution(3, 2, 1))
                        .metaVariables()
                        .array("sub_rnn.0.bias");
        // On top of the shifts of general-1, -5 and 5.
        assertThat(Arrays.copyOfRange(bias, 0, 16)).containsOnly(1 + 5);
        assertThat(Arrays.copyOfRange(bias, 32, 48)).containsOnly(-3 - 5);
    }

    @Test
    void theSameSeedDeepensInTheSameWay() {
        HiddenLayer layer = new HiddenLayer.Convolution(3, 2, 1);
        assertThat(deepened(layer).metaVariables().sha256())
                .isEqualTo(deepened(layer).metaVariables().sha256());
        assertThat(
                        Deepening.of(GENERAL, deep(layer), 196, Seeds.generator(2))
                                .metaVariables()
                                .sha256())
                .isNotEqualTo(deepened(layer).metaVariables().sha256());
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
                .startsWith(Arrays.copyOf(before, 64));
        assertThat(algorithm.metaVariables().array("sub_rnn.2.w_c")).containsOnly(0);
    }

    @Test
    void fullyConnectedLayersBeginWithRandomWeightsThatStay() {
        LearningAlgorithm algorithm = deepened(new HiddenLayer.Dense(40));
        Vsml deep = (Vsml) algorithm.config();
        double[] bias = algorithm.metaVariables().array("backward_sub_rnn.0.bias");
        // On top of the shifts of general-1, -5 and 5.
        assertThat(Arrays.copyOfRange(bias, 0, 16)).containsOnly(-6 + 5);
        assertThat(Arrays.copyOfRange(bias, 32, 48)).containsOnly(8 - 5);

        Learner learner = deep.learner(Engine.auto());
        TaskShape task = TaskShape.of(196, 10);
        RandomGenerator random = Seeds.generator(3);
        NamedArrays start = learner.initialLearnedVariables(task, 1, random);
        double[] inputs = random.doubles(50 * 196).map(x -> (x - 0.5) * Math.sqrt(12)).toArray();
        int[] labels = random.ints(50, 0, 10).toArray();
        LearnerStream stream = learner.open(algorithm.metaVariables(), task, start);
        for (int t = 0; t < 50; t++) {
            stream.learn(Arrays.copyOfRange(inputs, t * 196, (t + 1) * 196), labels[t]);
        }
        int drawn = 8 * 40 * 196;
        double[] before = Arrays.copyOf(start.array("cell.0"), drawn);
        double[] after = Arrays.copyOf(stream.learnedVariables().array("cell.0"), drawn);
        double change = 0;
        double size = 0;
        for (int i = 0; i < drawn; i++) {
            change += Math.pow(after[i] - before[i], 2);
            size += before[i] * before[i];
        }
        assertThat(change / size).isLessThan(0.1);
    }

    @Test
    void networksThatDoNotFitAreRejected() {
        assertThatThrownBy(() -> Deepening.of(GENERAL, Vsml.PAPER, 196, Seeds.generator(1)))
                .hasMessageStartingWith("general-1 must be a single layer with the sub-RNN");
        assertThatThrownBy(
                        () ->
                                deepened(
                                        new HiddenLayer.Convolution(3, 2, 1),
                                        new HiddenLayer.Dense(3)))
                .hasMessageStartingWith("a fully connected layer above a convolution");
    }
}
