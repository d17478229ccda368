package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CollectScoresIterationListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.optimize.listeners.TimeIterationListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.online.PrequentialScores;

class VsmlClassifierTest {

    private static final int FEATURES = 5;
    private static final int CLASSES = 3;

    private final DataSet train = Flowers.rows(400, FEATURES, CLASSES, 1, 2);
    private final DataSet test = Flowers.rows(200, FEATURES, CLASSES, 1, 3);

    @TempDir Path folder;

    private static DataSetIterator batches(DataSet data, int size) {
        return new ListDataSetIterator<>(data.asList(), size);
    }

    private static String learned(VsmlClassifier classifier) {
        return classifier.learnedVariables().sha256();
    }

    private VsmlClassifier trained() {
        VsmlClassifier classifier = VsmlClassifier.pretrained();
        classifier.fit(train);
        return classifier;
    }

    @Test
    void learnsOneClassFromAnotherInOneEpoch() {
        VsmlClassifier classifier = VsmlClassifier.pretrained();
        classifier.fit(batches(train, 32));

        Evaluation evaluation = classifier.evaluate(batches(test, 50));
        assertThat(evaluation.accuracy()).isGreaterThan(0.8);
        assertThat(evaluation.getNumRowCounter()).isEqualTo(200);
        assertThat(classifier.examples()).isEqualTo(400);
        assertThat(classifier.numLabels()).isEqualTo(CLASSES);
    }

    @Test
    void batchesOfAnySizeAndRowsOneByOneTeachTheSameBits() {
        String whole = learned(trained());

        VsmlClassifier batches = VsmlClassifier.pretrained();
        batches.fit(batches(train, 97));
        VsmlClassifier rows = VsmlClassifier.pretrained();
        VsmlClassifier indices = VsmlClassifier.pretrained();
        int[] labels = Flowers.indices(train.getLabels());
        for (int i = 0; i < train.numExamples(); i++) {
            rows.fit(
                    train.getFeatures().getRow(i, true).dup(),
                    train.getLabels().getRow(i, true).dup());
        }
        indices.fit(train.getFeatures(), labels);

        assertThat(learned(batches)).isEqualTo(whole);
        assertThat(learned(rows)).isEqualTo(whole);
        assertThat(learned(indices)).isEqualTo(whole);
    }

    @Test
    void learnReturnsWhatWasPredictedBefore() {
        VsmlClassifier classifier = trained();
        double[] row = test.getFeatures().getRow(0).toDoubleVector();
        double[] before = classifier.output(test.getFeatures().getRow(0, true)).toDoubleVector();

        assertThat(classifier.learn(row, 1)).containsExactly(before, within(1e-6));
        assertThat(classifier.examples()).isEqualTo(401);
        assertThat(classifier.output(test.getFeatures().getRow(0, true)).toDoubleVector())
                .isNotEqualTo(before);
    }

    @Test
    void nothingButFitAndLearnEverLearns() {
        VsmlClassifier classifier = trained();
        String before = learned(classifier);

        classifier.output(test.getFeatures());
        classifier.output(batches(test, 7));
        classifier.predict(test.getFeatures());
        classifier.predict(test);
        classifier.evaluate(batches(test, 7));
        classifier.evaluateROCMultiClass(batches(test, 7));
        classifier.score(test);
        classifier.scoreExamples(test, true);
        classifier.f1Score(test);
        classifier.doEvaluation(batches(test, 7), new Evaluation(), new Evaluation(CLASSES));
        classifier.summary();

        assertThat(learned(classifier)).isEqualTo(before);
        assertThat(classifier.examples()).isEqualTo(400);
    }

    @Test
    void ofOneStateAllWaysToPredictAgree() {
        VsmlClassifier classifier = trained();
        INDArray together = classifier.output(test.getFeatures());
        int[] classes = classifier.predict(test.getFeatures());
        double loss = 0;
        int right = 0;
        int[] labels = Flowers.indices(test.getLabels());
        for (int i = 0; i < labels.length; i++) {
            double[] alone = classifier.output(test.getFeatures().getRow(i, true)).toDoubleVector();
            assertThat(alone).isEqualTo(together.getRow(i).toDoubleVector());
            assertThat(Arrays.stream(alone).sum()).isCloseTo(1, within(1e-6));
            right += classes[i] == labels[i] ? 1 : 0;
            loss -= Math.log(alone[labels[i]]) / labels.length;
        }

        assertThat(classifier.evaluate(batches(test, 9)).accuracy())
                .isCloseTo(right / 200.0, within(1e-9));
        assertThat(classifier.score(test)).isCloseTo(loss, within(1e-5));
        assertThat(classifier.f1Score(test))
                .isCloseTo(classifier.evaluate(batches(test, 200)).f1(), within(1e-9));
    }

    @Test
    void callersArraysAreNeverWrittenTo() {
        INDArray features = train.getFeatures().dup();
        INDArray labels = train.getLabels().dup();
        VsmlClassifier classifier = trained();
        classifier.evaluate(batches(train, 50));
        classifier.output(train.getFeatures());

        assertThat(train.getFeatures().toFloatMatrix()).isDeepEqualTo(features.toFloatMatrix());
        assertThat(train.getLabels().toFloatMatrix()).isDeepEqualTo(labels.toFloatMatrix());
    }

    @Test
    void savedInTheMiddleItGoesOnWithTheSameBits() throws IOException {
        VsmlClassifier classifier = VsmlClassifier.pretrained();
        train.setLabelNames(List.of("a", "b", "c"));
        classifier.fit(train);
        File file = folder.resolve("learned.vsml").toFile();
        classifier.save(file);
        VsmlClassifier resumed = VsmlClassifier.load(file);

        classifier.fit(batches(test, 20));
        resumed.fit(batches(test, 20));

        assertThat(learned(resumed)).isEqualTo(learned(classifier));
        assertThat(resumed.examples()).isEqualTo(600);
        assertThat(resumed.getIterationCount()).isEqualTo(classifier.getIterationCount());
        assertThat(resumed.getEpochCount()).isEqualTo(1);
        assertThat(resumed.labelNames()).containsExactly("a", "b", "c");
        assertThat(resumed.output(train.getFeatures()).toDoubleMatrix())
                .isDeepEqualTo(classifier.output(train.getFeatures()).toDoubleMatrix());
        assertThat(resumed.predict(train)).isSubsetOf("a", "b", "c");
    }

    @Test
    void damagedFileIsRefusedByName() throws IOException {
        Path file = folder.resolve("learned.vsml");
        trained().save(file.toFile());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> VsmlClassifier.load(file.toFile()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("learned.vsml")
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> VsmlClassifier.load(folder.resolve("none").toFile()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }

    @Test
    void aCloneLearnsOnItsOwn() {
        VsmlClassifier classifier = trained();
        VsmlClassifier copy = classifier.clone();
        assertThat(learned(copy)).isEqualTo(learned(classifier));

        classifier.fit(test);

        assertThat(copy.examples()).isEqualTo(400);
        copy.fit(test);
        assertThat(learned(copy)).isEqualTo(learned(classifier));
    }

    @Test
    void rowsWithoutALabelAreSkippedWhateverStandsInThem() {
        String expected = learned(trained());
        int n = train.numExamples();
        INDArray features =
                Nd4j.vstack(train.getFeatures(), Nd4j.valueArrayOf(new long[] {3, FEATURES}, 9.f));
        INDArray none = Nd4j.zeros(DataType.FLOAT, 3, CLASSES);
        none.putScalar(1, 1, Float.NaN);
        none.putScalar(2, 0, Float.NaN);
        INDArray labels = Nd4j.vstack(train.getLabels(), none);

        VsmlClassifier byLabel = VsmlClassifier.pretrained();
        byLabel.fit(features, labels);
        assertThat(learned(byLabel)).isEqualTo(expected);

        INDArray mask = Nd4j.ones(DataType.FLOAT, n + 3, 1);
        for (int i = n; i < n + 3; i++) {
            mask.putScalar(i, 0, 0);
            features.putScalar(i, 2, Float.NaN);
            labels.putScalar(i, 1, 17);
        }
        VsmlClassifier byMask = VsmlClassifier.pretrained();
        byMask.fit(features, labels, null, mask);
        assertThat(learned(byMask)).isEqualTo(expected);
        VsmlClassifier byFeaturesMask = VsmlClassifier.pretrained();
        byFeaturesMask.fit(features, labels, mask, null);
        assertThat(learned(byFeaturesMask)).isEqualTo(expected);

        int[] indices = Arrays.copyOf(Flowers.indices(train.getLabels()), n + 3);
        Arrays.fill(indices, n, n + 3, -1);
        VsmlClassifier byIndex = VsmlClassifier.pretrained();
        byIndex.fit(features, indices);
        assertThat(learned(byIndex)).isEqualTo(expected);

        DataSet masked = new DataSet(features, labels, null, mask);
        assertThat(byMask.evaluate(batches(masked, n + 3)).getNumRowCounter()).isEqualTo(n);
        assertThat(byMask.score(masked)).isEqualTo(byMask.score(train));
    }

    @Test
    void aClassMayAppearLaterWithinTheReserve() {
        VsmlClassifier classifier = trained();
        assertThat(classifier.output(test.getFeatures()).size(1)).isEqualTo(3);
        DataSet four = Flowers.rows(400, FEATURES, 4, 7, 8);

        classifier.fit(four);

        assertThat(classifier.numLabels()).isEqualTo(4);
        assertThat(classifier.output(test.getFeatures()).size(1)).isEqualTo(4);
        assertThat(classifier.evaluate(batches(four, 50)).accuracy()).isGreaterThan(0.6);
        classifier.learn(new double[FEATURES], 4);
        assertThat(classifier.numLabels()).isEqualTo(5);
        String before = learned(classifier);
        assertThatThrownBy(() -> classifier.fit(test.getFeatures(), filled(200, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need 6 classes")
                .hasMessageContaining("room for 5")
                .hasMessageContaining("classes(6)");
        assertThat(learned(classifier)).isEqualTo(before);
    }

    private static int[] filled(int length, int value) {
        int[] result = new int[length];
        Arrays.fill(result, value);
        return result;
    }

    @Test
    void labelsNeverSeenAreWrongInAnEvaluation() {
        VsmlClassifier classifier = trained();
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 200, 7);
        labels.getColumn(6).assign(1);

        Evaluation evaluation =
                classifier.evaluate(batches(new DataSet(test.getFeatures(), labels), 40));

        assertThat(evaluation.accuracy()).isZero();
        assertThat(evaluation.getNumRowCounter()).isEqualTo(200);
        assertThat(classifier.score(new DataSet(test.getFeatures(), labels))).isInfinite();
    }

    @Test
    void oneColumnOfLabelsIsTheProbabilityOfOne() {
        DataSet two = Flowers.rows(300, FEATURES, 2, 5, 6);
        INDArray column = two.getLabels().getColumn(1, true).dup();
        VsmlClassifier single = VsmlClassifier.pretrained();
        single.fit(two.getFeatures(), column);
        VsmlClassifier oneHot = VsmlClassifier.builder().reserve(0).build();
        oneHot.fit(two);

        INDArray output = single.output(two.getFeatures());

        assertThat(output.shape()).containsExactly(300, 1);
        assertThat(output.toDoubleVector())
                .isEqualTo(oneHot.output(two.getFeatures()).getColumn(1).toDoubleVector());
        DataSet held = new DataSet(two.getFeatures(), column);
        assertThat(single.evaluate(batches(held, 60)).accuracy())
                .isEqualTo(oneHot.evaluate(batches(two, 60)).accuracy())
                .isGreaterThan(0.85);
        assertThat(single.evaluateROC(batches(held, 60)).calculateAUC()).isGreaterThan(0.9);
        assertThatThrownBy(() -> single.fit(two)).hasMessageContaining("one column of 0 and 1");
    }

    @Test
    void imagesAreTheSameInEitherFormat() {
        INDArray first = Nd4j.rand(DataType.FLOAT, 30, 3, 8, 8);
        INDArray last = first.permute(0, 2, 3, 1).dup('c');
        int[] labels = new int[30];
        Arrays.setAll(labels, i -> i % 2);
        VsmlClassifier channelsFirst = VsmlClassifier.pretrained();
        VsmlClassifier channelsLast = VsmlClassifier.pretrained();
        VsmlClassifier told = VsmlClassifier.builder().imageFormat(CNN2DFormat.NHWC).build();
        channelsFirst.fit(first, labels);
        channelsLast.fit(last, labels);
        told.fit(last, labels);

        assertThat(learned(channelsLast)).isEqualTo(learned(channelsFirst));
        assertThat(learned(told)).isEqualTo(learned(channelsFirst));
        assertThat(channelsFirst.summary()).contains("8 x 8 x 3");
    }

    @Test
    void sequencesNeedAnEncoderWhichTheMessageNames() {
        INDArray sequences = Nd4j.rand(DataType.FLOAT, 4, 2, 6);

        assertThatThrownBy(() -> VsmlClassifier.pretrained().fit(sequences, new int[] {0, 1, 0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("VsmlClassifier.on(network, \"layer\")")
                .hasMessageContaining("LastTimeStep");
    }

    private static MultiLayerNetwork encoder(long seed) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(seed)
                                .list()
                                .layer(
                                        new LastTimeStep(
                                                new LSTM.Builder().nOut(6).name("last").build()))
                                .layer(
                                        new OutputLayer.Builder()
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .setInputType(InputType.recurrent(2))
                                .build());
        network.init();
        return network;
    }

    @Test
    void behindARecurrentNetworkItLearnsSequencesAndHeedsTheirMask() {
        MultiLayerNetwork network = encoder(1);
        INDArray sequences = Nd4j.rand(DataType.FLOAT, 10, 2, 6);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 10, 6);
        mask.putScalar(3, 5, 0);
        int[] labels = {0, 1, 0, 1, 0, 1, 0, 1, 1, 1};
        INDArray oneHot = Nd4j.zeros(DataType.FLOAT, 10, 2);
        for (int i = 0; i < 10; i++) {
            oneHot.putScalar(i, labels[i], 1);
        }
        network.setLayerMaskArrays(mask, null);
        INDArray encoded = network.feedForwardToLayer(0, sequences).get(1);
        network.clearLayerMaskArrays();
        String name = network.getLayerNames().get(0);
        VsmlClassifier head = VsmlClassifier.on(network, name);
        VsmlClassifier alone = VsmlClassifier.pretrained();

        head.fit(sequences, oneHot, mask, null);
        alone.fit(encoded, labels);

        assertThat(learned(head)).isEqualTo(learned(alone));
    }

    private static ComputationGraph graph(long seed) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(seed)
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "features",
                                        new DenseLayer.Builder()
                                                .nIn(FEATURES)
                                                .nOut(8)
                                                .activation(Activation.TANH)
                                                .build(),
                                        "in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder()
                                                .nIn(8)
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "features")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }

    @Test
    void aHeadOnAFrozenGraphIsSavedWithoutItAndRefusesAnother() throws IOException {
        ComputationGraph graph = graph(1);
        INDArray parameters = graph.params().dup();
        VsmlClassifier head = VsmlClassifier.on(graph, "features");
        head.fit(batches(train, 40));
        File file = folder.resolve("head.vsml").toFile();
        head.save(file);
        graph.params().addi(1); // The head has its own copy.
        double accuracy = head.evaluate(batches(test, 40)).accuracy();
        assertThat(accuracy).isGreaterThan(0.7);

        VsmlClassifier resumed = VsmlClassifier.load(file, graph(1));

        assertThat(graph(1).params()).isEqualTo(parameters);
        assertThat(resumed.evaluate(batches(test, 40)).accuracy()).isEqualTo(accuracy);
        assertThatThrownBy(() -> VsmlClassifier.load(file))
                .hasMessageContaining("layer \"features\"")
                .hasMessageContaining("load(file, network)");
        assertThatThrownBy(() -> VsmlClassifier.load(file, graph(2)))
                .hasMessageContaining("SHA-256");
        assertThatThrownBy(() -> VsmlClassifier.on(graph, "feature"))
                .hasMessageContaining("no layer or vertex \"feature\"")
                .hasMessageContaining("features");
    }

    @Test
    void fourThreadsPredictWhileExamplesAreLearnedSavedAndResumed() throws Exception {
        predictWhileLearning(1_000);
    }

    @Test
    @Tag("slow")
    void fourThreadsPredictWhileTenThousandExamplesAreLearnedSavedAndResumed() throws Exception {
        predictWhileLearning(10_000);
    }

    private void predictWhileLearning(int examples) throws Exception {
        int half = examples * 6 / 10;
        int beginning = examples * 15 / 100;
        DataSet stream = Flowers.rows(examples, 3, 2, 1, 2);
        INDArray few = Flowers.rows(2, 3, 2, 1, 3).getFeatures();
        INDArray many = Flowers.rows(40, 3, 2, 1, 3).getFeatures();
        VsmlClassifier alone = VsmlClassifier.pretrained();
        Set<String> possibleFew = new HashSet<>();
        Set<String> possibleMany = new HashSet<>();
        VsmlClassifier shared = VsmlClassifier.pretrained();
        List<DataSet> rows = stream.asList();
        alone.fit(rows.get(0));
        shared.fit(rows.get(0));
        possibleFew.add(Arrays.deepToString(alone.output(few).toDoubleMatrix()));
        possibleMany.add(Arrays.deepToString(alone.output(many).toDoubleMatrix()));
        for (int i = 1; i < rows.size(); i++) {
            alone.fit(rows.get(i));
            possibleFew.add(Arrays.deepToString(alone.output(few).toDoubleMatrix()));
            if (i < 2 * beginning) {
                possibleMany.add(Arrays.deepToString(alone.output(many).toDoubleMatrix()));
            }
        }

        AtomicBoolean learning = new AtomicBoolean(true);
        AtomicBoolean early = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<List<String>>> seen = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            boolean large = k == 3;
            Callable<List<String>> work =
                    () -> {
                        List<String> outputs = new ArrayList<>();
                        do {
                            outputs.add(
                                    Arrays.deepToString(
                                            shared.output(large ? many : few).toDoubleMatrix()));
                        } while (large ? early.get() : learning.get());
                        return outputs;
                    };
            seen.add(threads.submit(work));
        }
        for (int i = 1; i < beginning; i++) {
            shared.fit(rows.get(i));
        }
        early.set(false);
        seen.get(3).get();
        for (int i = beginning; i < half; i++) {
            shared.fit(rows.get(i));
        }
        File file = folder.resolve("half.vsml").toFile();
        shared.save(file);
        for (int i = half; i < examples; i++) {
            shared.fit(rows.get(i));
        }
        learning.set(false);
        threads.shutdown();

        for (int k = 0; k < 4; k++) {
            assertThat(k == 3 ? possibleMany : possibleFew).containsAll(seen.get(k).get());
        }
        assertThat(learned(shared)).isEqualTo(learned(alone));
        VsmlClassifier resumed = VsmlClassifier.load(file);
        for (int i = half; i < examples; i++) {
            resumed.fit(rows.get(i));
        }
        assertThat(learned(resumed)).isEqualTo(learned(alone));
        assertThat(resumed.examples()).isEqualTo(examples);
    }

    @Test
    void listenersHearOfEveryBatchAndThePrequentialOneOfEveryRow() {
        VsmlClassifier classifier = VsmlClassifier.pretrained();
        CollectScoresIterationListener scores = new CollectScoresIterationListener();
        List<String> lines = new ArrayList<>();
        PrequentialListener prequential = new PrequentialListener(100, 0.99, 200, lines::add);
        classifier.setListeners(
                new ScoreIterationListener(1), scores, new TimeIterationListener(10), prequential);
        classifier.fit(batches(train, 40), 2);

        assertThat(classifier.getIterationCount()).isEqualTo(20);
        assertThat(prequential.examples()).isEqualTo(800);
        assertThat(lines).hasSize(4).allMatch(line -> line.contains("kappa-M"));
        VsmlClassifier again = VsmlClassifier.pretrained();
        PrequentialScores expected = PrequentialScores.cumulative();
        for (int epoch = 0; epoch < 2; epoch++) {
            int[] labels = Flowers.indices(train.getLabels());
            for (int i = 0; i < labels.length; i++) {
                double[] before = again.learn(train.getFeatures().getRow(i, true), labels[i]);
                // Of the first example the classes are not known yet when they come by learn.
                expected.add(ClassifierHead.best(before), labels[i]);
            }
        }
        assertThat(prequential.cumulative().accuracy())
                .isCloseTo(expected.accuracy(), within(0.02));
        assertThat(prequential.windowed().accuracy()).isGreaterThan(0.8);
        assertThat(prequential.fading().kappa()).isBetween(0.6, 1.0);
        assertThat(classifier.score()).isBetween(0.0, 1.0);
        assertThat(classifier.input()).isNull();
        assertThatThrownBy(() -> classifier.addListeners(new PerformanceListener(1)))
                .hasMessageContaining("PerformanceListener looks into a MultiLayerNetwork")
                .hasMessageContaining("PrequentialListener");
    }

    @Test
    void whatNeedsAGradientOrAViewOfParametersIsRefusedWithWords() {
        VsmlClassifier classifier = trained();
        List<Consumer<VsmlClassifier>> calls =
                List.of(
                        VsmlClassifier::params,
                        VsmlClassifier::paramTable,
                        c -> c.paramTable(true),
                        c -> c.getParam("W"),
                        c -> c.setParam("W", Nd4j.ones(1)),
                        c -> c.setParams(Nd4j.ones(1)),
                        c -> c.setParamsViewArray(Nd4j.ones(1)),
                        c -> c.setParamTable(java.util.Map.of()),
                        VsmlClassifier::gradient,
                        VsmlClassifier::gradientAndScore,
                        c -> c.computeGradientAndScore(null),
                        c -> c.update(null),
                        c -> c.update(null, "W"),
                        VsmlClassifier::getGradientsViewArray,
                        c -> c.setBackpropGradientsViewArray(null),
                        VsmlClassifier::getOptimizer,
                        VsmlClassifier::conf,
                        c -> c.setConf(null),
                        c -> c.applyConstraints(0, 0));
        for (Consumer<VsmlClassifier> call : calls) {
            assertThatThrownBy(() -> call.accept(classifier))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("learns forward only")
                    .hasMessageContaining("save(File)");
        }
        assertThatThrownBy(
                        () ->
                                ModelSerializer.writeModel(
                                        classifier, new ByteArrayOutputStream(), true))
                .hasMessageContaining("save(File)");
        assertThatThrownBy(classifier::fit).hasMessageContaining("needs data");
    }

    @Test
    void beforeTheFirstDataItHasNoSizes() {
        VsmlClassifier classifier = VsmlClassifier.pretrained();
        classifier.init();

        assertThatThrownBy(() -> classifier.output(test.getFeatures()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call fit or learn first");
        assertThatThrownBy(() -> classifier.save(folder.resolve("x").toFile()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(classifier.summary()).contains("come with the first data");
        assertThat(classifier.score()).isNaN();
        assertThat(classifier.numParams()).isZero();
    }

    @Test
    void wrongDataAreNamedAndTeachNothing() {
        VsmlClassifier classifier = trained();
        String before = learned(classifier);
        INDArray x = test.getFeatures();
        INDArray broken = x.dup();
        broken.putScalar(7, 2, Float.POSITIVE_INFINITY);
        INDArray soft = test.getLabels().mul(0.5);
        INDArray index = Nd4j.valueArrayOf(new long[] {200, 1}, 2.0f);

        refused(() -> classifier.fit(broken, test.getLabels()), "row 7, column 2", "Infinity");
        refused(() -> classifier.output(broken), "row 7, column 2");
        refused(() -> classifier.fit(x, soft), "one-hot over 3 classes", "0.5");
        refused(() -> classifier.fit(x, index), "0 or 1, got 2.0", "fit(INDArray, int[])");
        refused(() -> classifier.fit(x, new int[3]), "200 rows and labels 3");
        refused(() -> classifier.fit(x, (INDArray) null), "labels are missing");
        refused(
                () -> classifier.output(Nd4j.ones(DataType.FLOAT, 2, 4)),
                "learned examples of 5 features, got 4 features");
        refused(() -> classifier.output(Nd4j.ones(DataType.FLOAT, 5)), "x.reshape(1, x.length())");
        refused(
                () -> classifier.fit(x, Nd4j.ones(DataType.FLOAT, 200, 3, 1)),
                "one label here",
                "VsmlLayer");
        refused(() -> classifier.learn(new double[FEATURES], -1), "label must be");
        assertThat(learned(classifier)).isEqualTo(before);
    }

    private static void refused(Runnable wrong, String... words) {
        assertThatThrownBy(wrong::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void probabilitiesThatAreNotNumbersNameNoClass() {
        assertThat(ClassifierHead.best(new double[] {Double.NaN, 0, 0})).isEqualTo(-1);
        assertThat(ClassifierHead.best(new double[] {0.9, Double.NaN})).isEqualTo(-1);
        assertThat(ClassifierHead.best(new double[] {0.2, 0.4, 0.4})).isEqualTo(1);
    }

    @Test
    void summaryFitsATerminal() {
        assertThat(trained().summary().lines())
                .hasSizeGreaterThan(5)
                .allMatch(line -> line.length() <= 80);
        assertThat(trained().summary()).contains("5 features", "3, room for 2 more", "400");
    }
}
