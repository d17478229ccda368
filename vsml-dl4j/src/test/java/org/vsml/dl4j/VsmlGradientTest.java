package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.configuration;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.layer;
import static org.vsml.dl4j.TestNetworks.loss;
import static org.vsml.dl4j.TestNetworks.mask;
import static org.vsml.dl4j.TestNetworks.tiny;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.Aggregation;
import org.vsml.core.Architecture;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Dynamics;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.Vsml;

/** Analytic against numerical gradients, by Deeplearning4j's own checker, in double. */
@Tag("own-fork")
class VsmlGradientTest {

    private static final int EPISODES = 3;
    private static final int STEPS = 4;

    // Central differences of width 1e-6 in double are good to about 1e-9 of a loss of order 10.
    private static final double EPSILON = 1e-6;
    private static final double MAX_RELATIVE_ERROR = 1e-5;
    private static final double MIN_ABSOLUTE_ERROR = 1e-8;

    private final INDArray x = examples(DataType.DOUBLE, EPISODES, FEATURES, STEPS, 1);
    private final INDArray y = labels(DataType.DOUBLE, EPISODES, CLASSES, STEPS, 2);
    private final INDArray mask = mask(DataType.DOUBLE, EPISODES, STEPS);

    @BeforeAll
    static void computeInDouble() {
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void layerAsTheOnlyOneWithParametersPassesTheGradientCheck(int[] hidden) {
        check(TestNetworks.network(DataType.DOUBLE, new NoOp(), layer(tiny(hidden)).build()), null);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void layerOverMaskedEpisodesPassesTheGradientCheck(int[] hidden) {
        check(TestNetworks.network(DataType.DOUBLE, new NoOp(), layer(tiny(hidden)).build()), mask);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("architectures")
    void vertexInAGraphWithoutOtherParametersPassesTheGradientCheck(int[] hidden) {
        ComputationGraph graph =
                TestNetworks.graph(DataType.DOUBLE, new NoOp(), layer(tiny(hidden)).build());
        check(graph, null);
        check(graph, mask);
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyOptionOfTheModelPassesTheGradientCheck(Vsml model) {
        check(TestNetworks.network(DataType.DOUBLE, new NoOp(), layer(model).build()), mask);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void layerBetweenAnLstmAndAnOutputLayerPassesTheGradientCheck(boolean masked) {
        GraphBuilder builder =
                configuration(DataType.DOUBLE, new NoOp())
                        .graphBuilder()
                        .addInputs("examples", "labels")
                        .addLayer(
                                "lstm",
                                new LSTM.Builder().nOut(4).activation(Activation.TANH).build(),
                                "examples");
        VsmlVertex.addTo(builder, "vsml", layer(tiny(2)).build(), "lstm", "labels")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "vsml")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(FEATURES), InputType.recurrent(CLASSES));
        check(initialised(builder), masked ? mask : null);
    }

    @Test
    void layerThatDeeplearning4jMergesTwoInputsForPassesTheGradientCheck() {
        check(
                initialised(
                        configuration(DataType.DOUBLE, new NoOp())
                                .graphBuilder()
                                .addInputs("examples", "labels")
                                .addLayer("vsml", layer(tiny()).build(), "examples", "labels")
                                .addLayer("loss", loss(), "vsml")
                                .setOutputs("loss")
                                .setInputTypes(
                                        InputType.recurrent(FEATURES),
                                        InputType.recurrent(CLASSES))),
                mask);
    }

    @Test
    void vertexBehindADenseFeatureExtractorPassesTheGradientCheck() {
        GraphBuilder builder =
                configuration(DataType.DOUBLE, new NoOp())
                        .graphBuilder()
                        .addInputs("examples", "labels")
                        .addLayer(
                                "dense",
                                new DenseLayer.Builder()
                                        .nOut(4)
                                        .activation(Activation.TANH)
                                        .build(),
                                "examples");
        VsmlVertex.addTo(builder, "vsml", layer(tiny()).build(), "dense", "labels")
                .addLayer("loss", loss(), "vsml")
                .setOutputs("loss")
                .setInputTypes(InputType.recurrent(FEATURES), InputType.recurrent(CLASSES));
        ComputationGraph graph = initialised(builder);
        check(graph, null);
        check(graph, mask);
    }

    @Tag("slow")
    @Test
    void vertexBehindAConvolutionPassesTheGradientCheck() {
        GraphBuilder builder =
                configuration(DataType.DOUBLE, new NoOp())
                        .graphBuilder()
                        .addInputs("examples", "labels")
                        .addLayer(
                                "convolution",
                                new ConvolutionLayer.Builder(2, 2)
                                        .nIn(1)
                                        .nOut(2)
                                        .activation(Activation.TANH)
                                        .build(),
                                new RnnToCnnPreProcessor(3, 2, 1),
                                "examples");
        VsmlVertex.addTo(builder, "vsml", layer(tiny()).build(), "convolution", "labels")
                .addLayer("loss", loss(), "vsml")
                .setOutputs("loss")
                .setInputTypes(
                        InputType.recurrent(6, STEPS, RNNFormat.NCW), InputType.recurrent(CLASSES));
        INDArray images = examples(DataType.DOUBLE, EPISODES, 6, STEPS, 3);
        assertThat(
                        GradientCheckUtil.checkGradients(
                                new GradientCheckUtil.GraphConfig()
                                        .net(initialised(builder))
                                        .inputs(new INDArray[] {images, y})
                                        .labels(new INDArray[] {y})
                                        .epsilon(EPSILON)
                                        .maxRelError(MAX_RELATIVE_ERROR)
                                        .minAbsoluteError(MIN_ABSOLUTE_ERROR)))
                .isTrue();
    }

    @Test
    void convolutionalArchitectureTakesTheShapeOfImagesAndPassesTheGradientCheck() {
        Vsml model =
                new Vsml(
                        tiny().subRnn(),
                        new Architecture(List.of(new HiddenLayer.Convolution(3, 2, 2))),
                        tiny().dynamics());
        GraphBuilder builder =
                configuration(DataType.DOUBLE, new NoOp())
                        .graphBuilder()
                        .addInputs("examples", "labels");
        VsmlVertex.addTo(builder, "vsml", layer(model).build(), "examples", "labels")
                .addLayer("loss", loss(), "vsml")
                .setOutputs("loss")
                .setInputTypes(InputType.convolutional(3, 2, 1), InputType.recurrent(CLASSES));
        ComputationGraph graph = initialised(builder);
        INDArray images =
                examples(DataType.DOUBLE, EPISODES * STEPS, 1, 6, 3)
                        .reshape('c', (long) EPISODES * STEPS, 1, 3, 2);

        VsmlLayer layer = (VsmlLayer) graph.getLayer("vsml").conf().getLayer();
        assertThat(layer.task().input()).isEqualTo(new InputShape(3, 2, 1));
        assertThat(
                        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson())
                                .toJson())
                .isEqualTo(graph.getConfiguration().toJson());
        assertThat(
                        GradientCheckUtil.checkGradients(
                                new GradientCheckUtil.GraphConfig()
                                        .net(graph)
                                        .inputs(new INDArray[] {images, y})
                                        .labels(new INDArray[] {y})
                                        .epsilon(EPSILON)
                                        .maxRelError(MAX_RELATIVE_ERROR)
                                        .minAbsoluteError(MIN_ABSOLUTE_ERROR)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void predictionOfTheLastStepAlonePassesTheGradientCheck(boolean masked) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(DataType.DOUBLE, new NoOp())
                                .list()
                                .layer(new LastTimeStep(layer(tiny()).build()))
                                .layer(
                                        new LossLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .build());
        network.init();
        INDArray last = y.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0)).dup();
        assertThat(
                        GradientCheckUtil.checkGradients(
                                config(network).labels(last).inputMask(masked ? mask : null)))
                .isTrue();
    }

    @Test
    void layersBelowAFrozenMetaLearnerStillTrain() {
        GraphBuilder builder =
                configuration(DataType.DOUBLE, new NoOp())
                        .graphBuilder()
                        .addInputs("examples", "labels")
                        .addLayer(
                                "lstm",
                                new LSTM.Builder().nOut(4).activation(Activation.TANH).build(),
                                "examples")
                        .addVertex("joined", new VsmlVertex(), "lstm", "labels")
                        .addLayer(
                                "vsml",
                                new FrozenLayerWithBackprop(layer(tiny()).nIn(4 + CLASSES).build()),
                                "joined")
                        .addLayer("loss", loss(), "vsml")
                        .setOutputs("loss")
                        .setInputTypes(InputType.recurrent(FEATURES), InputType.recurrent(CLASSES));
        ComputationGraph graph = initialised(builder);
        assertThat(
                        GradientCheckUtil.checkGradients(
                                config(graph, mask)
                                        .excludeParams(
                                                Set.copyOf(
                                                        graph
                                                                .getLayer("vsml")
                                                                .paramTable()
                                                                .keySet()
                                                                .stream()
                                                                .map(k -> "vsml_" + k)
                                                                .toList()))))
                .isTrue();
    }

    private void check(MultiLayerNetwork network, INDArray stepMask) {
        assertThat(
                        GradientCheckUtil.checkGradients(
                                config(network).inputMask(stepMask).labelMask(stepMask)))
                .isTrue();
        assertThat(network.gradient().gradient().norm2Number().doubleValue()).isPositive();
    }

    private void check(ComputationGraph graph, INDArray stepMask) {
        assertThat(GradientCheckUtil.checkGradients(config(graph, stepMask))).isTrue();
        assertThat(graph.gradient().gradient().norm2Number().doubleValue()).isPositive();
    }

    private GradientCheckUtil.MLNConfig config(MultiLayerNetwork network) {
        return new GradientCheckUtil.MLNConfig()
                .net(network)
                .input(Nd4j.concat(1, x, y))
                .labels(y)
                .epsilon(EPSILON)
                .maxRelError(MAX_RELATIVE_ERROR)
                .minAbsoluteError(MIN_ABSOLUTE_ERROR);
    }

    private GradientCheckUtil.GraphConfig config(ComputationGraph graph, INDArray stepMask) {
        INDArray[] masks = stepMask == null ? null : new INDArray[] {stepMask, stepMask};
        return new GradientCheckUtil.GraphConfig()
                .net(graph)
                .inputs(new INDArray[] {x, y})
                .labels(new INDArray[] {y})
                .inputMask(masks)
                .labelMask(stepMask == null ? null : new INDArray[] {stepMask})
                .epsilon(EPSILON)
                .maxRelError(MAX_RELATIVE_ERROR)
                .minAbsoluteError(MIN_ABSOLUTE_ERROR);
    }

    private static ComputationGraph initialised(GraphBuilder builder) {
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        return graph;
    }

    static Stream<int[]> architectures() {
        return Stream.of(new int[] {}, new int[] {3}, new int[] {3, 2});
    }

    static Stream<Vsml> models() {
        Vsml one = tiny(2);
        Dynamics dynamics = one.dynamics();
        return Stream.of(
                new Vsml(one.subRnn().withLayerNorm(true), one.architecture(), dynamics),
                one.withDynamics(dynamics.withFeedLabel(true)),
                one.withDynamics(dynamics.withBackwardPass(true, true)),
                one.withDynamics(dynamics.withLayerwiseRnns(true)),
                one.withDynamics(dynamics.withAggregation(Aggregation.SUM)),
                one.withDynamics(dynamics.withConstantInputs(ConstantInputs.REST)));
    }
}
