package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vsml.dl4j.TestNetworks.exact;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.tiny;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Examples;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.episode.DataSets;
import org.vsml.episode.Seeds;
import org.vsml.episode.TestStream;

class VsmlZooTest {

    private static final String ALGORITHM = "zoo-test";

    private static final NamedArrays META_VARIABLES =
            tiny().initialMetaVariables(Seeds.generator(5));

    /** Puts an algorithm on the tests' class path. */
    @BeforeAll
    static void shipAnAlgorithm() throws Exception {
        Path classes = Path.of(VsmlZooTest.class.getResource("/").toURI());
        Path folder = Files.createDirectories(classes.resolve("org/vsml/algorithms"));
        Provenance provenance = Provenance.of(ALGORITHM, META_VARIABLES).build();
        new LearningAlgorithm(tiny(), META_VARIABLES, provenance)
                .save(folder.resolve(ALGORITHM + LearningAlgorithm.EXTENSION));
    }

    @Test
    void pretrainedNetworkOfAnySizeHasTheShippedMetaVariablesAndLearnsAtOnce() {
        ComputationGraph graph =
                VsmlZoo.of(ALGORITHM).task(7, 4).dataType(DataType.DOUBLE).initPretrained();

        assertThat(MetaVariables.of(graph, VsmlZoo.LAYER).values())
                .isEqualTo(META_VARIABLES.values());
        INDArray probabilities =
                graph.rnnTimeStep(
                                examples(DataType.DOUBLE, 1, 7, 1, 1),
                                labels(DataType.DOUBLE, 1, 4, 1, 1))[0];
        assertThat(probabilities.shape()).containsExactly(1, 4, 1);
        assertThat(probabilities.sumNumber().doubleValue())
                .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void shippedAlgorithmLearnsDigitsAsTheyCome() {
        int digits = 200;
        Examples stream =
                TestStream.of("mnist", digits).source(DataSets.embedded()).sample(1).examples();
        ComputationGraph graph = VsmlZoo.general1().task(784, 10).initPretrained();
        int right = 0;
        for (int t = 0; t < digits; t++) {
            INDArray digit =
                    Nd4j.createFromArray(
                                    Arrays.copyOfRange(stream.inputs(), 784 * t, 784 * (t + 1)))
                            .castTo(DataType.FLOAT)
                            .reshape(1, 784);
            INDArray label = Nd4j.zeros(DataType.FLOAT, 1, 10).putScalar(0, stream.labels()[t], 1);
            int predicted = graph.rnnTimeStep(digit, label)[0].argMax(1).getInt(0);
            right += t >= digits / 2 && predicted == stream.labels()[t] ? 1 : 0;
        }

        assertThat(right).isGreaterThan(55); // of 100; chance is 10
    }

    @Test
    void hiddenLayersKeepTheMetaVariablesTheyShare() {
        ComputationGraph graph =
                VsmlZoo.of(ALGORITHM)
                        .task(7, 4)
                        .dataType(DataType.DOUBLE)
                        .layer(b -> b.hidden(new HiddenLayer.Dense(5)))
                        .initPretrained();

        assertThat(MetaVariables.of(graph, VsmlZoo.LAYER).values())
                .isEqualTo(META_VARIABLES.values());
    }

    @Test
    void configurationNamesTheAlgorithmInsteadOfHoldingIt() {
        ComputationGraphConfiguration configuration =
                VsmlZoo.of(ALGORITHM).task(7, 4).dataType(DataType.DOUBLE).conf();

        ComputationGraph fromJson =
                new ComputationGraph(
                        ComputationGraphConfiguration.fromJson(configuration.toJson()));
        fromJson.init();

        assertThat(MetaVariables.of(fromJson, VsmlZoo.LAYER).values())
                .isEqualTo(META_VARIABLES.values());
        assertThat(configuration.toJson()).contains("\"algorithm\" : \"zoo-test\"");
    }

    @Test
    void untrainedNetworkHasTheModelAndRandomMetaVariables() {
        ComputationGraph one = VsmlZoo.of(ALGORITHM).task(7, 4).seed(1).init();
        ComputationGraph same = VsmlZoo.of(ALGORITHM).task(7, 4).seed(1).init();
        ComputationGraph other = VsmlZoo.of(ALGORITHM).task(7, 4).seed(2).init();

        assertThat(exact(one.params())).isEqualTo(exact(same.params()));
        assertThat(exact(one.params())).isNotEqualTo(exact(other.params()));
        assertThat(MetaVariables.of(one, VsmlZoo.LAYER).layout())
                .isEqualTo(META_VARIABLES.layout());
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> VsmlZoo.of(ALGORITHM).initPretrained())
                .hasMessageContaining("task(features, classes) must be set");
        assertThatThrownBy(() -> VsmlZoo.of("no-such").task(7, 4).initPretrained())
                .hasMessageContaining("no learning algorithm named no-such");
    }
}
