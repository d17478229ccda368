package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.configuration;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.loss;
import static org.vsml.dl4j.TestNetworks.mask;
import static org.vsml.dl4j.TestNetworks.network;
import static org.vsml.dl4j.TestNetworks.tiny;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.vsml.core.Conditioned;
import org.vsml.core.Conditioning;
import org.vsml.core.Discriminant;
import org.vsml.core.Dynamics;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Memory;
import org.vsml.core.NamedArrays;
import org.vsml.core.VsmlWithMemory;
import org.vsml.episode.Seeds;

/** Layers whose state has arrays without an axis of parallel examples, and arrays that grow. */
@Tag("own-fork")
class GrowingStateTest {

    private static final int EPISODES = 3;
    private static final int STEPS = 6;

    // Stepwise and whole sequences differ by the rounding of the state between steps at most.
    private static final double STEPWISE = 1e-6;

    private DataType defaultType;

    @BeforeEach
    void rememberTheDefaultType() {
        defaultType = Nd4j.dataType();
    }

    @AfterEach
    void restoreTheDefaultType() {
        Nd4j.setDefaultDataTypes(defaultType, defaultType);
    }

    private static VsmlWithMemory withMemory() {
        Dynamics dynamics =
                tiny().dynamics()
                        .withMicroTicks(1)
                        .withFeedLabel(true)
                        .withBackwardPass(true, true);
        return new VsmlWithMemory(
                tiny().withDynamics(dynamics),
                Conditioning.STANDARD,
                new Memory(4, 2, 2, 0.02, 8, 3),
                Discriminant.STANDARD);
    }

    static Stream<LearnerConfig> models() {
        return Stream.of(withMemory(), new Conditioned(tiny(3), Conditioning.STANDARD));
    }

    private static VsmlLayer layer(LearnerConfig model) {
        return new VsmlLayer.Builder().model(model).nOut(CLASSES).build();
    }

    /** A network with random V_M, all of which count. */
    private static MultiLayerNetwork random(DataType type, IUpdater updater, LearnerConfig model) {
        MultiLayerNetwork network = network(type, updater, layer(model));
        var random = Seeds.generator(4);
        double[] values = random.doubles(model.metaVariableLayout().size(), -0.6, 0.6).toArray();
        MetaVariables.set(network, 0, new NamedArrays(model.metaVariableLayout(), values));
        return network;
    }

    /** Episodes in which different numbers of examples have labels; of the last none has. */
    private static INDArray episodes(DataType type) {
        INDArray y = labels(type, EPISODES, CLASSES, STEPS, 2);
        y.get(NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.interval(1, 3)).assign(0);
        y.get(NDArrayIndex.point(2), NDArrayIndex.all(), NDArrayIndex.all()).assign(0);
        return Nd4j.concat(1, examples(type, EPISODES, FEATURES, STEPS, 1), y);
    }

    private static INDArray steps(INDArray sequence, int from, int to) {
        return sequence.get(
                NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    }

    private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThanOrEqualTo(tolerance);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void stepsOneByOneEqualTheWholeSequence(DataType type) {
        models().forEach(
                        model -> {
                            MultiLayerNetwork network = random(type, new Sgd(0.1), model);
                            INDArray input = episodes(type);
                            INDArray whole = network.output(input);
                            for (int t = 0; t < STEPS; t++) {
                                assertClose(
                                        network.rnnTimeStep(steps(input, t, t + 1)),
                                        steps(whole, t, t + 1),
                                        STEPWISE);
                            }
                            network.rnnClearPreviousState();
                            for (int t = 0; t < STEPS; t += 2) {
                                assertClose(
                                        network.rnnTimeStep(steps(input, t, t + 2)),
                                        steps(whole, t, t + 2),
                                        STEPWISE);
                            }
                        });
    }

    @ParameterizedTest
    @MethodSource("models")
    void aVertexBeforeTheLayerChangesNothing(LearnerConfig model) {
        MultiLayerNetwork network = random(DataType.FLOAT, new Sgd(0.1), model);
        ComputationGraph graph = TestNetworks.graph(DataType.FLOAT, new Sgd(0.1), layer(model));
        graph.setParams(network.params());
        INDArray input = episodes(DataType.FLOAT);
        INDArray x = channels(input, 0, FEATURES);
        INDArray y = channels(input, FEATURES, FEATURES + CLASSES);
        INDArray whole = network.output(input);

        assertClose(graph.outputSingle(x, y), whole, 0);
        for (int t = 0; t < STEPS; t += 3) {
            assertClose(
                    graph.rnnTimeStep(steps(x, t, t + 3), steps(y, t, t + 3))[0],
                    steps(whole, t, t + 3),
                    STEPWISE);
        }
    }

    private static INDArray channels(INDArray sequence, int from, int to) {
        return sequence.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all())
                .dup();
    }

    @ParameterizedTest
    @MethodSource("models")
    void stateCanBeTakenOutAndPutBackBitForBit(LearnerConfig model) {
        MultiLayerNetwork network = random(DataType.FLOAT, new Sgd(0.1), model);
        INDArray input = episodes(DataType.FLOAT);
        network.rnnTimeStep(steps(input, 0, 3));
        Map<String, INDArray> state = new HashMap<>(network.rnnGetPreviousState(0));
        INDArray next = network.rnnTimeStep(steps(input, 3, 4));
        assertThat(state.get("conditioning.mean").shape()).containsExactly(EPISODES, FEATURES);
        assertThat(state.get("conditioning.count").shape()).containsExactly(EPISODES);
        assertThat(state.get("cell.0").size(0)).isEqualTo(EPISODES);

        network.rnnClearPreviousState();
        network.rnnSetPreviousState(0, state);

        assertClose(network.rnnTimeStep(steps(input, 3, 4)), next, 0);
    }

    @Test
    void episodesHaveAsManyRowsAsTheyHaveRecruited() {
        MultiLayerNetwork network = random(DataType.FLOAT, new Sgd(0.1), withMemory());
        network.rnnTimeStep(steps(episodes(DataType.FLOAT), 0, 3));
        Map<String, INDArray> state = network.rnnGetPreviousState(0);

        assertThat(state.get("rows").toDoubleVector()).containsExactly(3, 1, 0);
        assertThat(state.get("memory.hidden").shape()).containsExactly(EPISODES, 3, CLASSES, 3);
        assertThat(state.get("memory.input").shape()).containsExactly(EPISODES, 3, FEATURES);
        assertThat(state.get("reading.cell").shape()).containsExactly(EPISODES, 3, CLASSES, 3);
    }

    @Test
    void aStateThatContradictsItselfIsRefused() {
        MultiLayerNetwork network = random(DataType.FLOAT, new Sgd(0.1), withMemory());
        network.rnnTimeStep(steps(episodes(DataType.FLOAT), 0, 3));
        Map<String, INDArray> state = new HashMap<>(network.rnnGetPreviousState(0));

        refuses(network, state, "rows", Nd4j.createFromArray(3f, 4f, 0f), "numbers in [0, 3]");
        refuses(network, state, "rows", Nd4j.createFromArray(3f, 1f), "must be of 3 episodes");
        refuses(
                network,
                state,
                "memory.label",
                Nd4j.valueArrayOf(new long[] {EPISODES, 3}, 7f),
                "must be classes in [0, 2)");
        refuses(
                network,
                state,
                "memory.input",
                Nd4j.zeros(EPISODES, 3, FEATURES + 1),
                "learned variables do not fit");
        refuses(
                network,
                state,
                "conditioning.squares",
                Nd4j.valueArrayOf(new long[] {EPISODES, FEATURES}, -1f),
                "must be >= 0");
    }

    private static void refuses(
            MultiLayerNetwork network,
            Map<String, INDArray> state,
            String name,
            INDArray other,
            String message) {
        Map<String, INDArray> changed = new HashMap<>(state);
        changed.put(name, other);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.rnnSetPreviousState(0, changed))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyMetaVariablePassesTheGradientCheck(LearnerConfig model) {
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
        MultiLayerNetwork network = random(DataType.DOUBLE, new NoOp(), model);
        INDArray y = labels(DataType.DOUBLE, EPISODES, CLASSES, STEPS, 2);
        INDArray steps = mask(DataType.DOUBLE, EPISODES, STEPS);

        // Central differences of width 1e-6 in double are good to about 1e-9 of a loss of order 10.
        assertThat(
                        GradientCheckUtil.checkGradients(
                                new GradientCheckUtil.MLNConfig()
                                        .net(network)
                                        .input(
                                                Nd4j.concat(
                                                        1,
                                                        examples(
                                                                DataType.DOUBLE,
                                                                EPISODES,
                                                                FEATURES,
                                                                STEPS,
                                                                1),
                                                        y))
                                        .labels(y)
                                        .inputMask(steps)
                                        .labelMask(steps)
                                        .subset(true)
                                        .maxPerParam(4)
                                        .epsilon(1e-6)
                                        .maxRelError(1e-5)
                                        .minAbsoluteError(1e-8)))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("models")
    void configurationsAreReadBackFromJson(LearnerConfig model) {
        MultiLayerConfiguration written =
                network(DataType.FLOAT, new Sgd(0.1), layer(model)).getLayerWiseConfigurations();
        MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(written.toJson());

        assertThat(read).isEqualTo(written);
        VsmlLayer layer = (VsmlLayer) read.getConf(0).getLayer();
        assertThat(layer.learnerConfig()).isEqualTo(model);
    }

    @ParameterizedTest
    @MethodSource("models")
    void truncatedBackPropagationGoesOnFromWindowToWindow(LearnerConfig model) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Sgd(0.1))
                                .list()
                                .layer(layer(model))
                                .layer(loss())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .backpropType(BackpropType.TruncatedBPTT)
                                .tBPTTLength(2)
                                .build());
        network.init();
        INDArray before = network.params().dup();
        network.fit(episodes(DataType.FLOAT), labels(DataType.FLOAT, EPISODES, CLASSES, STEPS, 2));

        assertThat(network.params().equalsWithEps(before, 1e-6)).isFalse();
        assertThat(network.params().sumNumber().doubleValue()).isFinite();
    }
}
