package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.configuration;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.graph;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.layer;
import static org.vsml.dl4j.TestNetworks.loss;
import static org.vsml.dl4j.TestNetworks.network;
import static org.vsml.dl4j.TestNetworks.tiny;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What a newcomer does wrong, and that the error says what to do instead. */
class VsmlWrongUseTest {

    private final MultiLayerNetwork network =
            network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
    private final ComputationGraph graph =
            graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
    private final INDArray x = examples(DataType.FLOAT, 2, FEATURES, 4, 1);
    private final INDArray y = labels(DataType.FLOAT, 2, CLASSES, 4, 2);
    private final INDArray both = Nd4j.concat(1, x, y);

    @Test
    void feedForwardDataIsSentToTheEpisodeIterator() {
        refused(() -> network.output(Nd4j.zeros(DataType.FLOAT, 8, FEATURES + CLASSES)))
                .hasMessageContaining("rank 2, shape [8, 5]")
                .hasMessageContaining("EpisodeDataSetIterator");
    }

    @Test
    void feedForwardInputTypeIsSentToTheVertex() {
        refused(() -> networkFor(InputType.feedForward(FEATURES + CLASSES)))
                .hasMessageContaining("InputType.recurrent(features + classes)")
                .hasMessageContaining("VsmlVertex");
    }

    @Test
    void imagesWithoutLabelsAreSentToTheVertex() {
        refused(() -> networkFor(InputType.convolutional(8, 8, 1)))
                .hasMessageContaining("InputTypeConvolutional")
                .hasMessageContaining("VsmlVertex");
    }

    @Test
    void missingLabelsAreNamed() {
        refused(() -> network.output(x))
                .hasMessageContaining("labels are missing")
                .hasMessageContaining("[episodes, 3 + 2, T]");
    }

    @Test
    void inputNoWiderThanTheLabelsIsNamedWhenTheNetworkIsBuilt() {
        refused(() -> networkFor(InputType.recurrent(CLASSES)))
                .hasMessageContaining("nIn must be features + classes, more than nOut = 2")
                .hasMessageContaining("labels missing");
    }

    @Test
    void channelsLastSequencesAreNamedWithTheRemedy() {
        refused(() -> networkFor(InputType.recurrent(FEATURES + CLASSES, 4, RNNFormat.NWC)))
                .hasMessageContaining("NWC")
                .hasMessageContaining("permute(0, 2, 1)");
        refused(() -> network.output(both.permute(0, 2, 1).dup()))
                .hasMessageContaining("[episodes, 5, T]")
                .hasMessageContaining("permute(0, 2, 1)");
    }

    @Test
    void channelsLastImagesAreNamedWithTheRemedy() {
        GraphBuilder builder =
                configuration(DataType.FLOAT, new Sgd(0.1))
                        .graphBuilder()
                        .addInputs("images", "labels");
        VsmlVertex.addTo(builder, "vsml", layer(tiny()).build(), "images", "labels")
                .addLayer("loss", loss(), "vsml")
                .setOutputs("loss")
                .setInputTypes(
                        InputType.convolutional(8, 8, 1, CNN2DFormat.NHWC),
                        InputType.recurrent(CLASSES));

        refused(builder::build).hasMessageContaining("NHWC").hasMessageContaining("NCHW");
    }

    @Test
    void otherNumberOfClassesIsNamedWithBothSizes() {
        INDArray threeClasses = Nd4j.concat(1, x, labels(DataType.FLOAT, 2, 3, 4, 2));

        refused(() -> network.output(threeClasses))
                .hasMessageContaining("[episodes, 3 + 2, T]")
                .hasMessageContaining("[2, 6, 4]")
                .hasMessageContaining("nOut");
        refused(() -> graph.outputSingle(x, labels(DataType.FLOAT, 2, 3, 4, 2)))
                .hasMessageContaining("[episodes, 3 + 2, T]")
                .hasMessageContaining("[2, 6, 4]");
    }

    @Test
    void emptyEpisodesAreRefused() {
        // A MultiLayerNetwork refuses them itself, before any layer sees them.
        refused(
                        () ->
                                graph.outputSingle(
                                        Nd4j.create(DataType.FLOAT, 2, FEATURES, 0),
                                        Nd4j.create(DataType.FLOAT, 2, CLASSES, 0)))
                .hasMessageContaining("at least one step");
    }

    @Test
    void labelsThatAreNotOneHotAreShown() {
        INDArray soft = y.mul(0.9);

        refused(() -> graph.outputSingle(x, soft))
                .hasMessageContaining("step 0 of episode 0")
                .hasMessageContaining("one-hot")
                .hasMessageContaining("normalizer");
    }

    @Test
    void normalizerThatWouldScaleLabelsIsSentBelow() {
        EpisodeDataSetIterator episodes =
                new EpisodeDataSetIterator.Builder(
                                new ListDataSetIterator<>(
                                        new DataSet(
                                                        Nd4j.rand(DataType.FLOAT, 8, FEATURES),
                                                        Nd4j.eye(2).repeat(0, 4))
                                                .asList()))
                        .length(4)
                        .batches(1)
                        .build();

        refused(() -> episodes.setPreProcessor(new NormalizerStandardize()))
                .hasMessageContaining("normalise the labels")
                .hasMessageContaining("builder");
    }

    @Test
    void featuresThatAreNotFiniteAreLocated() {
        x.putScalar(new int[] {1, 2, 3}, Float.NaN);

        refused(() -> graph.outputSingle(x, y))
                .hasMessageContaining("feature 2 of step 3 of episode 1")
                .hasMessageContaining("NaN");
    }

    @Test
    void examplesAndLabelsOfDifferentLengthAreNamed() {
        refused(() -> graph.outputSingle(x, labels(DataType.FLOAT, 2, CLASSES, 5, 2)))
                .hasMessageContaining("[2, 3, 4] and [2, 2, 5]");
    }

    @Test
    void maskOfAnotherShapeIsNamed() {
        network.setLayerMaskArrays(Nd4j.ones(DataType.FLOAT, 2, 3), null);

        refused(() -> network.feedForward(both))
                .hasMessageContaining("mask [episodes, T] = [2, 4], got [2, 3]");
    }

    @Test
    void halfPrecisionIsRefused() {
        refused(() -> network(DataType.FLOAT16, new Sgd(0.1), layer(tiny()).build()))
                .hasMessageContaining("FLOAT or DOUBLE")
                .hasMessageContaining("dataType");
    }

    @Test
    void dropoutIsRefused() {
        refused(() -> network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).dropOut(0.5).build()))
                .hasMessageContaining("dropout")
                .hasMessageContaining("would drop labels");
    }

    @Test
    void activationIsSentToTheLossLayer() {
        refused(() -> layer(tiny()).activation(Activation.SOFTMAX).build())
                .hasMessageContaining("RnnLossLayer");
    }

    @Test
    void missingNumberOfClassesIsNamed() {
        refused(
                        () ->
                                network(
                                        DataType.FLOAT,
                                        new Sgd(0.1),
                                        new VsmlLayer.Builder().model(tiny()).build()))
                .hasMessageContaining("nOut must be the number of classes");
    }

    @Test
    void imagesOfAnotherSizeThanTheInputAreNamed() {
        refused(() -> network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).images(8, 8, 1).build()))
                .hasMessageContaining("images of 8 x 8 x 1 beside 2 labels need nIn = 66, got 5");
    }

    @Test
    void vertexWithOneInputIsRefused() {
        refused(
                        () ->
                                configuration(DataType.FLOAT, new Sgd(0.1))
                                        .graphBuilder()
                                        .addInputs("examples")
                                        .addVertex("joined", new VsmlVertex(), "examples")
                                        .addLayer("vsml", layer(tiny()).build(), "joined")
                                        .addLayer("loss", loss(), "vsml")
                                        .setOutputs("loss")
                                        .setInputTypes(InputType.recurrent(FEATURES))
                                        .build())
                .hasMessageContaining("two inputs, examples and labels, got 1");
    }

    private static void networkFor(InputType type) {
        new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Sgd(0.1))
                                .list()
                                .layer(layer(tiny()).build())
                                .layer(loss())
                                .setInputType(type)
                                .build())
                .init();
    }

    private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable wrong) {
        return assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
    }
}
