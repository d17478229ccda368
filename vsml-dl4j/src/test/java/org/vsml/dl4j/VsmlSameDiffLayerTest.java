package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.configuration;
import static org.vsml.dl4j.TestNetworks.exact;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.loss;
import static org.vsml.dl4j.TestNetworks.tiny;

import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.vsml.core.Architecture;
import org.vsml.core.HiddenLayer;
import org.vsml.core.Vsml;

class VsmlSameDiffLayerTest {

    @TempDir Path folder;

    private static MultiLayerNetwork network(Layer layer, int features, DataType type) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(type, new NoOp())
                                .list()
                                .layer(layer)
                                .layer(loss())
                                .setInputType(InputType.recurrent(features + CLASSES))
                                .build());
        network.init();
        return network;
    }

    private static INDArray episodes(int episodes, int features, int steps, long seed) {
        return Nd4j.concat(
                1,
                examples(DataType.DOUBLE, episodes, features, steps, seed),
                labels(DataType.DOUBLE, episodes, CLASSES, steps, seed + 1));
    }

    /** Gradient by parameter of the network's loss, its output first. */
    private static Map<String, INDArray> gradient(MultiLayerNetwork network, INDArray data) {
        network.setInput(data);
        network.setLabels(
                labels(DataType.DOUBLE, (int) data.size(0), CLASSES, (int) data.size(2), 99));
        network.computeGradientAndScore();
        return network.gradient().gradientForVariable();
    }

    private static void assertSame(Vsml model, HiddenLayer.Convolution image, int features) {
        VsmlLayer.Builder fused = new VsmlLayer.Builder().model(model).nOut(CLASSES);
        VsmlSameDiffLayer.Builder sameDiff =
                new VsmlSameDiffLayer.Builder().model(model).nOut(CLASSES);
        if (image != null) {
            fused.images(4, 3, 2);
            sameDiff.images(4, 3, 2);
        }
        MultiLayerNetwork expected = network(fused.build(), features, DataType.DOUBLE);
        MultiLayerNetwork actual = network(sameDiff.build(), features, DataType.DOUBLE);
        for (Map.Entry<String, INDArray> entry : expected.paramTable().entrySet()) {
            actual.getParam(entry.getKey()).assign(entry.getValue());
        }
        // Shapes change and come again.
        for (int[] size : new int[][] {{2, 3}, {3, 2}, {2, 3}}) {
            INDArray data = episodes(size[0], features, size[1], 5);
            assertThat(exact(actual.output(data)))
                    .containsExactly(exact(expected.output(data)), within(1e-9));
            Map<String, INDArray> right = gradient(expected, data);
            Map<String, INDArray> own = gradient(actual, data);
            assertThat(own.keySet()).containsAll(right.keySet());
            double largest =
                    right.values().stream()
                            .mapToDouble(g -> g.amaxNumber().doubleValue())
                            .max()
                            .orElseThrow();
            assertThat(largest).isGreaterThan(1e-6);
            right.forEach(
                    (name, values) ->
                            assertThat(exact(own.get(name)))
                                    .as(name)
                                    .containsExactly(exact(values), within(1e-8 * largest)));
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "4"})
    void outputAndGradientAreThoseOfVsmlLayer(int hidden) {
        assertSame(hidden == 0 ? tiny() : tiny(hidden), null, FEATURES);
    }

    @Test
    void convolutionBelowHasTheGradientOfVsmlLayerToo() {
        HiddenLayer.Convolution convolution = new HiddenLayer.Convolution(3, 1, 2);
        Vsml model = tiny().withArchitecture(new Architecture(java.util.List.of(convolution)));
        assertSame(model, convolution, 4 * 3 * 2);
    }

    @Test
    void jsonSavingAndFitWorkAsForAnyLayer() throws Exception {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Adam(0.01))
                                .list()
                                .layer(
                                        new VsmlSameDiffLayer.Builder()
                                                .model(tiny())
                                                .nOut(CLASSES)
                                                .seed(3)
                                                .build())
                                .layer(loss())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .build());
        network.init();
        INDArray data = episodes(4, FEATURES, 5, 1).castTo(DataType.FLOAT);
        INDArray targets =
                data.get(
                                org.nd4j.linalg.indexing.NDArrayIndex.all(),
                                org.nd4j.linalg.indexing.NDArrayIndex.interval(
                                        FEATURES, FEATURES + CLASSES),
                                org.nd4j.linalg.indexing.NDArrayIndex.all())
                        .dup();
        network.fit(data, targets);
        double first = network.score();
        for (int i = 0; i < 30; i++) {
            network.fit(data, targets);
        }
        assertThat(network.score()).isLessThan(first);

        String json = network.getLayerWiseConfigurations().toJson();
        assertThat(MultiLayerConfiguration.fromJson(json))
                .isEqualTo(network.getLayerWiseConfigurations());
        network.save(folder.resolve("net.zip").toFile());
        MultiLayerNetwork loaded = MultiLayerNetwork.load(folder.resolve("net.zip").toFile(), true);
        assertThat(exact(loaded.output(data))).isEqualTo(exact(network.output(data)));
        assertThat(exact(network.clone().output(data))).isEqualTo(exact(network.output(data)));
    }

    @Test
    void masksAreRefusedWithTheLayerThatKnowsThem() {
        MultiLayerNetwork network =
                network(
                        new VsmlSameDiffLayer.Builder().model(tiny()).nOut(CLASSES).build(),
                        FEATURES,
                        DataType.DOUBLE);
        INDArray data = episodes(2, FEATURES, 3, 1);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, 2, 3);

        assertThatThrownBy(() -> network.output(data, false, mask, null))
                .hasMessageContaining("knows no masks")
                .hasMessageContaining("VsmlLayer");
    }
}
