package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.configuration;
import static org.vsml.dl4j.TestNetworks.exact;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.layer;
import static org.vsml.dl4j.TestNetworks.loss;
import static org.vsml.dl4j.TestNetworks.network;
import static org.vsml.dl4j.TestNetworks.tiny;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.memory.MemoryType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.HiddenLayer;
import org.vsml.core.NamedArrays;

/** What a Deeplearning4j user does with a network, done with one that has a VsmlLayer. */
class VsmlPipelineTest {

    private static final int EPISODES = 3;
    private static final int STEPS = 5;

    private final INDArray x = examples(DataType.FLOAT, EPISODES, FEATURES, STEPS, 1);
    private final INDArray y = labels(DataType.FLOAT, EPISODES, CLASSES, STEPS, 2);
    private final INDArray both = Nd4j.concat(1, x, y);

    @TempDir Path folder;

    @Test
    void configurationSurvivesJsonAndYaml() {
        VsmlLayer layer =
                new VsmlLayer.Builder()
                        .model(tiny())
                        .hidden(new HiddenLayer.Convolution(3, 2, 4), new HiddenLayer.Dense(5))
                        .images(4, 5, 2)
                        .nOut(CLASSES)
                        .startSeed(42)
                        .startSeeds(StartSeeds.BY_EPISODE)
                        .memoryBudget(1 << 20)
                        .build();
        MultiLayerConfiguration network =
                configuration(DataType.FLOAT, new Adam(0.01))
                        .list()
                        .layer(layer)
                        .layer(loss())
                        .setInputType(InputType.recurrent(4 * 5 * 2 + CLASSES))
                        .build();
        ComputationGraphConfiguration graph = graph(layer(tiny(3)).build()).getConfiguration();

        assertThat(MultiLayerConfiguration.fromJson(network.toJson())).isEqualTo(network);
        assertThat(MultiLayerConfiguration.fromYaml(network.toYaml())).isEqualTo(network);
        assertThat(ComputationGraphConfiguration.fromJson(graph.toJson())).isEqualTo(graph);
        assertThat(ComputationGraphConfiguration.fromYaml(graph.toYaml())).isEqualTo(graph);
        VsmlLayer restored =
                (VsmlLayer)
                        MultiLayerConfiguration.fromJson(network.toJson()).getConf(0).getLayer();
        assertThat(restored.model()).isEqualTo(layer.model());
        assertThat(restored.task().input().channels()).isEqualTo(2);
        assertThat(network.toJson()).contains("\"forwardMessageSize\" : 2");
        assertThat(restored).isNotEqualTo(layer(tiny()).build());
    }

    @Test
    void savedAndRestoredNetworkGoesOnAsIfNothingHadHappened() throws Exception {
        MultiLayerNetwork uninterrupted =
                network(
                        DataType.FLOAT,
                        new Adam(0.02),
                        layer(tiny(2)).startSeeds(StartSeeds.BY_EPISODE_AND_ITERATION).build());
        for (int i = 0; i < 3; i++) {
            uninterrupted.fit(both, y);
        }
        File file = folder.resolve("network.zip").toFile();
        uninterrupted.save(file, true);

        MultiLayerNetwork restored = MultiLayerNetwork.load(file, true);

        assertThat(exact(restored.output(both))).isEqualTo(exact(uninterrupted.output(both)));
        for (int i = 0; i < 3; i++) {
            uninterrupted.fit(both, y);
            restored.fit(both, y);
        }
        assertThat(exact(restored.params())).isEqualTo(exact(uninterrupted.params()));
        assertThat(exact(restored.getUpdater().getStateViewArray()))
                .isEqualTo(exact(uninterrupted.getUpdater().getStateViewArray()));
    }

    @Test
    void savedAndRestoredGraphGoesOnAsIfNothingHadHappened() throws Exception {
        ComputationGraph uninterrupted = graph(layer(tiny(2)).build());
        fit(uninterrupted, 3);
        File file = folder.resolve("graph.zip").toFile();
        uninterrupted.save(file, true);

        ComputationGraph restored = ComputationGraph.load(file, true);
        fit(uninterrupted, 3);
        fit(restored, 3);

        assertThat(exact(restored.params())).isEqualTo(exact(uninterrupted.params()));
    }

    @Test
    void jvmThatOnlyHasTheJarRestoresAGraph() throws Exception {
        ComputationGraph graph = graph(layer(tiny()).build());
        fit(graph, 1);
        File file = folder.resolve("graph.zip").toFile();
        graph.save(file, true);
        Path program = folder.resolve("Restore.java");
        Files.writeString(
                program,
                """
                import org.deeplearning4j.nn.graph.ComputationGraph;
                import org.nd4j.linalg.factory.Nd4j;

                public class Restore {
                    public static void main(String[] args) throws Exception {
                        ComputationGraph graph = ComputationGraph.load(new java.io.File(args[0]), true);
                        System.out.println("logits "
                                + graph.outputSingle(Nd4j.ones(1, 3, 2), Nd4j.zeros(1, 2, 2)).toStringFull());
                    }
                }
                """);

        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                jarAndItsDependencies(),
                                program.toString(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .contains(
                        "logits "
                                + graph.outputSingle(
                                                Nd4j.ones(1, FEATURES, 2),
                                                Nd4j.zeros(1, CLASSES, 2))
                                        .toStringFull());
    }

    @Test
    void cloneIsEqualAndIndependent() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Adam(0.02), layer(tiny()).build());
        network.fit(both, y);

        MultiLayerNetwork clone = network.clone();
        INDArray before = clone.output(both);
        assertThat(exact(before)).isEqualTo(exact(network.output(both)));
        network.fit(both, y);

        assertThat(exact(clone.output(both))).isEqualTo(exact(before));
        assertThat(network.output(both)).isNotEqualTo(before);
    }

    @Test
    void graphWhoseOnlyParametersAreMetaVariablesTrains() {
        ComputationGraph graph = graph(layer(tiny(2)).build());
        assertThat(graph.numParams())
                .isEqualTo(tiny(2).metaVariableLayout().size())
                .isEqualTo(graph.params().length());
        fit(graph, 1);
        double first = graph.score();

        fit(graph, 60);

        assertThat(graph.score()).isLessThan(0.8 * first);
    }

    @Test
    void parameterTablesOfGraphsAndLayersAreAddressedByName() {
        ComputationGraph graph = graph(layer(tiny()).build());

        INDArray bias = graph.getParam("vsml_sub-rnn.0.bias");
        assertThat(bias.shape()).containsExactly(1, 12);
        graph.setParam("vsml_sub-rnn.0.bias", Nd4j.ones(DataType.FLOAT, 1, 12));

        assertThat(MetaVariables.of(graph, "vsml").array("sub_rnn.0.bias")).containsOnly(1.0);
        assertThat(graph.paramTable()).containsKey("vsml_sub-rnn.0.w-f");
    }

    @Test
    void metaVariablesGoOutAndInUnchangedAndFitOtherTaskSizes() {
        ComputationGraph graph = graph(layer(tiny()).build());
        fit(graph, 2);
        NamedArrays metaVariables = MetaVariables.of(graph, "vsml");

        MultiLayerNetwork larger =
                new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Sgd(0.1))
                                .list()
                                .layer(layer(tiny()).task(9, 4).build())
                                .layer(loss())
                                .build());
        larger.init();
        MetaVariables.set(larger, 0, metaVariables);

        assertThat(MetaVariables.of(larger, 0).values()).isEqualTo(metaVariables.values());
        assertThat(MetaVariables.of(larger, 0).layout()).isEqualTo(tiny().metaVariableLayout());
        INDArray input =
                Nd4j.concat(
                        1,
                        examples(DataType.FLOAT, 1, 9, 2, 3),
                        labels(DataType.FLOAT, 1, 4, 2, 3));
        assertThat(larger.output(input).shape()).containsExactly(1, 4, 2);
    }

    @Test
    void metaVariablesCanBeFrozenUnderANewOutputLayer() {
        ComputationGraph graph = graph(layer(tiny()).build());
        fit(graph, 2);
        NamedArrays before = MetaVariables.of(graph, "vsml");

        ComputationGraph transferred =
                new TransferLearning.GraphBuilder(graph)
                        .fineTuneConfiguration(
                                new FineTuneConfiguration.Builder().updater(new Sgd(0.5)).build())
                        .setFeatureExtractor("vsml")
                        .removeVertexAndConnections("loss")
                        .addLayer(
                                "out",
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(CLASSES)
                                        .nOut(CLASSES)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "vsml")
                        .setOutputs("out")
                        .build();
        INDArray output = transferred.outputSingle(x, y);
        fit(transferred, 3);

        assertThat(MetaVariables.of(transferred, "vsml").values()).isEqualTo(before.values());
        assertThat(transferred.outputSingle(x, y)).isNotEqualTo(output);
        INDArray first = transferred.rnnTimeStep(x, y)[0];
        assertThat(transferred.rnnTimeStep(x, y)[0].equalsWithEps(first, 1e-5)).isFalse();
    }

    @Test
    void metaLearnerGoesOnTopOfAFrozenFeatureExtractor() {
        GraphBuilder extractor =
                configuration(DataType.FLOAT, new Sgd(0.1))
                        .graphBuilder()
                        .addInputs("examples")
                        .addLayer("features", new DenseLayer.Builder().nOut(4).build(), "examples")
                        .addLayer(
                                "head",
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .nOut(3)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "features")
                        .setOutputs("head")
                        .setInputTypes(InputType.recurrent(FEATURES));
        ComputationGraph original = new ComputationGraph(extractor.build());
        original.init();

        ComputationGraph graph =
                new TransferLearning.GraphBuilder(original)
                        .setFeatureExtractor("features")
                        .removeVertexAndConnections("head")
                        .addInputs("labels")
                        .setInputTypes(InputType.recurrent(FEATURES), InputType.recurrent(CLASSES))
                        .addVertex("joined", new VsmlVertex(), "features", "labels")
                        .addLayer("vsml", layer(tiny()).updater(new Sgd(0.1)).build(), "joined")
                        .addLayer("loss", loss(), "vsml")
                        .setOutputs("loss")
                        .build();
        INDArray weights = graph.getParam("features_W").dup();
        NamedArrays before = MetaVariables.of(graph, "vsml");
        fit(graph, 2);

        assertThat(exact(graph.getParam("features_W"))).isEqualTo(exact(weights));
        assertThat(exact(weights)).isEqualTo(exact(original.getParam("features_W")));
        assertThat(MetaVariables.of(graph, "vsml").values()).isNotEqualTo(before.values());
        INDArray whole = graph.outputSingle(x, y);
        assertThat(graph.rnnTimeStep(x, y)[0].equalsWithEps(whole, 1e-6)).isTrue();
    }

    @Test
    void errorsFromOutsideReachTheFeaturesAndNeverTheLabels() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Sgd(0.1))
                                .list()
                                .layer(layer(tiny(2)).build())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .build());
        network.init();
        network.setInput(both);
        network.feedForward(true, false);

        INDArray below =
                network.backpropGradient(
                                examples(DataType.FLOAT, EPISODES, CLASSES, STEPS, 9), null)
                        .getSecond();

        INDArray features =
                below.get(
                        NDArrayIndex.all(), NDArrayIndex.interval(0, FEATURES), NDArrayIndex.all());
        INDArray labels =
                below.get(
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(FEATURES, FEATURES + CLASSES),
                        NDArrayIndex.all());
        assertThat(features.norm2Number().doubleValue()).isPositive();
        assertThat(exact(labels)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = WorkspaceMode.class,
            names = {"ENABLED", "NONE"})
    void workspacesMakeNoDifference(WorkspaceMode mode) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Adam(0.02))
                                .trainingWorkspaceMode(mode)
                                .inferenceWorkspaceMode(mode)
                                .list()
                                .layer(layer(tiny(2)).build())
                                .layer(loss())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .build());
        network.init();
        MultiLayerNetwork expected =
                network(DataType.FLOAT, new Adam(0.02), layer(tiny(2)).build());

        for (int i = 0; i < 3; i++) {
            network.fit(both, y);
            expected.fit(both, y);
        }

        assertThat(exact(network.params())).isEqualTo(exact(expected.params()));
        assertThat(exact(network.output(both))).isEqualTo(exact(expected.output(both)));
    }

    @Test
    void regularisationActsOnWeightsAndLeavesBiasesAlone() {
        VsmlLayer layer = layer(tiny()).l2(0.5).build();
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer);
        MultiLayerNetwork plain = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        network.fit(both, y);
        plain.fit(both, y);

        assertThat(exact(network.getParam("0_sub-rnn.0.bias")))
                .isEqualTo(exact(plain.getParam("0_sub-rnn.0.bias")));
        assertThat(network.getParam("0_sub-rnn.0.w-h"))
                .isNotEqualTo(plain.getParam("0_sub-rnn.0.w-h"));
        assertThat(network.score()).isGreaterThan(plain.score());
    }

    @Test
    void summaryAndMemoryReportKnowTheLayer() {
        ComputationGraph graph = graph(layer(tiny(2)).build());
        InputType[] types = {
            InputType.recurrent(FEATURES, STEPS), InputType.recurrent(CLASSES, STEPS)
        };

        assertThat(graph.summary(types))
                .contains("vsml (VsmlLayerRuntime)", "sub-rnn.0.w-f:{2,12}", "VsmlVertex");
        int parameters = tiny(2).metaVariableLayout().size();
        assertThat(
                        graph.getConfiguration()
                                .getMemoryReport(types)
                                .getMemoryBytes(
                                        MemoryType.PARAMETERS,
                                        1,
                                        org.deeplearning4j.nn.conf.memory.MemoryUseMode.TRAINING,
                                        org.deeplearning4j.nn.conf.CacheMode.NONE,
                                        DataType.FLOAT))
                .isEqualTo(4L * parameters);
    }

    @Test
    void earlyStoppingAndCheckpointsWork() throws Exception {
        MultiLayerNetwork network = network(DataType.FLOAT, new Adam(0.02), layer(tiny()).build());
        network.addListeners(
                new CheckpointListener.Builder(folder.toFile()).saveEveryNIterations(2).build());
        ListDataSetIterator<DataSet> data =
                new ListDataSetIterator<>(new DataSet(both, y).asList(), EPISODES);
        EarlyStoppingResult<MultiLayerNetwork> result =
                new EarlyStoppingTrainer(
                                new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                                        .epochTerminationConditions(
                                                new MaxEpochsTerminationCondition(5))
                                        .scoreCalculator(new DataSetLossCalculator(data, true))
                                        .modelSaver(new InMemoryModelSaver<>())
                                        .build(),
                                network,
                                data)
                        .fit();

        assertThat(result.getScoreVsEpoch()).hasSize(5);
        assertThat(result.getScoreVsEpoch().get(4)).isLessThan(result.getScoreVsEpoch().get(0));
        MultiLayerNetwork checkpoint = CheckpointListener.loadLastCheckpointMLN(folder.toFile());
        assertThat(checkpoint.output(both).shape()).containsExactly(EPISODES, CLASSES, STEPS);
    }

    @Test
    void initialMetaVariablesFollowFromTheSeedOfTheConfiguration() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        MultiLayerNetwork same = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        MultiLayerNetwork other =
                new MultiLayerNetwork(
                        configuration(DataType.FLOAT, new Sgd(0.1))
                                .seed(8)
                                .list()
                                .layer(layer(tiny()).nIn(FEATURES + CLASSES).build())
                                .layer(loss())
                                .build());
        other.init();

        assertThat(exact(network.params())).isEqualTo(exact(same.params()));
        assertThat(exact(other.params())).isNotEqualTo(exact(network.params()));
    }

    private void fit(ComputationGraph graph, int times) {
        for (int i = 0; i < times; i++) {
            graph.fit(new INDArray[] {x, y}, new INDArray[] {y});
        }
    }

    private static ComputationGraph graph(VsmlLayer layer) {
        return TestNetworks.graph(DataType.FLOAT, new Adam(0.02), layer);
    }

    /**
     * The library as a jar, made here since Maven packages it only after the tests, and the jars
     * that an application gets with it.
     */
    private String jarAndItsDependencies() throws IOException {
        String all =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> tests = Arrays.asList(all.split(File.pathSeparator, -1));
        Path classes =
                tests.stream()
                        .map(Path::of)
                        .filter(entry -> Files.exists(entry.resolve("org/vsml/core/Vsml.class")))
                        .findFirst()
                        .orElseThrow();
        String runtime = System.getProperty("vsml.classpath.file");
        String jars =
                runtime == null
                        ? tests.stream()
                                .filter(entry -> entry.endsWith(".jar"))
                                .collect(Collectors.joining(File.pathSeparator))
                        : Files.readString(Path.of(runtime)).strip();
        return jar(classes) + File.pathSeparator + jars;
    }

    private Path jar(Path classes) throws IOException {
        Path jar = folder.resolve("vsml-dl4j.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                out.putNextEntry(new ZipEntry(name));
                Files.copy(file, out);
            }
        }
        return jar;
    }
}
