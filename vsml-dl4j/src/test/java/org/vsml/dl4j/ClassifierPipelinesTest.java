package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.ClassificationScoreCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.Examples;
import org.vsml.episode.DataSets;
import org.vsml.episode.Seeds;
import org.vsml.episode.TestStream;

/**
 * Eight pipelines of the kinds that Deeplearning4j's examples have, before and after {@code new
 * MultiLayerNetwork(conf)} is replaced by a {@link VsmlClassifier}; the table of
 * docs/deeplearning4j.md is what they print. The network goes through the data several times, the
 * classifier once.
 */
class ClassifierPipelinesTest {

    private static final int EPOCHS = 30;

    @TempDir Path folder;

    private static void print(String pipeline, double before, double after) {
        System.out.printf(Locale.ROOT, "| %-46s | %.3f | %.3f |%n", pipeline, before, after);
    }

    private static MultiLayerConfiguration conf(InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder builder =
                new NeuralNetConfiguration.Builder().seed(6).updater(new Adam(0.01)).list();
        for (Layer layer : layers) {
            builder.layer(layer);
        }
        return builder.setInputType(input).build();
    }

    private static DenseLayer dense(int units) {
        return new DenseLayer.Builder().nOut(units).activation(Activation.TANH).build();
    }

    private static OutputLayer softmax(int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static MultiLayerNetwork initialised(MultiLayerConfiguration conf) {
        MultiLayerNetwork network = new MultiLayerNetwork(conf);
        network.init();
        return network;
    }

    private DataSetIterator csv(String name, DataSet data, int batch, int classes)
            throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        int[] labels = Flowers.indices(data.getLabels());
        for (int i = 0; i < labels.length; i++) {
            for (float value : data.getFeatures().getRow(i).toFloatVector()) {
                text.append(String.format(Locale.ROOT, "%.3f,", value));
            }
            text.append(labels[i]).append('\n');
        }
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        CSVRecordReader reader = new CSVRecordReader();
        reader.initialize(new FileSplit(file.toFile()));
        return new RecordReaderDataSetIterator(
                reader, batch, (int) data.getFeatures().size(1), classes);
    }

    /** All rows in one DataSet, shuffled, split, normalised; output and Evaluation by hand. */
    @Test
    void csvInOneDataSet() throws Exception {
        DataSet all = csv("flowers.csv", scaled(Flowers.rows(150, 4, 3, 14, 12)), 150, 3).next();
        all.shuffle(42);
        SplitTestAndTrain split = all.splitTestAndTrain(0.65);
        DataSet train = split.getTrain();
        DataSet test = split.getTest();
        NormalizerStandardize normalizer = new NormalizerStandardize();
        normalizer.fit(train);
        normalizer.transform(train);
        normalizer.transform(test);

        MultiLayerNetwork network =
                initialised(conf(InputType.feedForward(4), dense(3), dense(3), softmax(3)));
        for (int i = 0; i < 100; i++) {
            network.fit(train);
        }
        VsmlClassifier model = VsmlClassifier.pretrained();
        model.fit(train);

        Evaluation before = new Evaluation(3);
        before.eval(test.getLabels(), network.output(test.getFeatures()));
        Evaluation after = new Evaluation(3);
        after.eval(test.getLabels(), model.output(test.getFeatures()));
        print("CSV, one DataSet, shuffled and split", before.accuracy(), after.accuracy());
        assertThat(after.accuracy()).isGreaterThan(0.5); // chance is 0.33
    }

    private static DataSet scaled(DataSet data) {
        data.getFeatures().muli(0.4).addi(3);
        return data;
    }

    /** Two columns, batches from the file, evaluate(iterator). */
    @Test
    void csvInBatchesWithAListener() throws Exception {
        DataSetIterator train = csv("train.csv", Flowers.rows(1000, 2, 2, 21, 22), 50, 2);
        DataSetIterator test = csv("test.csv", Flowers.rows(400, 2, 2, 21, 23), 50, 2);

        MultiLayerNetwork network =
                initialised(conf(InputType.feedForward(2), dense(20), softmax(2)));
        network.setListeners(new ScoreIterationListener(100));
        network.fit(train, EPOCHS);
        VsmlClassifier model = VsmlClassifier.pretrained();
        model.setListeners(new ScoreIterationListener(100));
        train.reset();
        model.fit(train, 1);

        double before = network.evaluate(test).accuracy();
        test.reset();
        double after = model.evaluate(test).accuracy();
        print("CSV in batches, linear border", before, after);
        assertThat(after).isGreaterThan(0.8);
    }

    /** Two interleaved half circles: no border is straight. */
    @Test
    void halfMoons() {
        DataSetIterator train = new ListDataSetIterator<>(moons(2000, 31).asList(), 50);
        DataSetIterator test = new ListDataSetIterator<>(moons(500, 32).asList(), 50);

        MultiLayerNetwork network =
                initialised(conf(InputType.feedForward(2), dense(50), softmax(2)));
        network.fit(train, EPOCHS);
        VsmlClassifier model = VsmlClassifier.pretrained();
        train.reset();
        model.fit(train);

        double before = network.evaluate(test).accuracy();
        test.reset();
        double after = model.evaluate(test).accuracy();
        print("half moons", before, after);
        assertThat(after).isGreaterThan(0.7);
    }

    private static DataSet moons(int rows, long seed) {
        RandomGenerator random = Seeds.generator(seed);
        float[][] inputs = new float[rows][2];
        float[][] labels = new float[rows][2];
        for (int i = 0; i < rows; i++) {
            int label = random.nextInt(2);
            double angle = Math.PI * random.nextDouble() + Math.PI * label;
            inputs[i][0] = (float) (Math.cos(angle) + (label - 0.5) + random.nextGaussian() / 8);
            inputs[i][1] =
                    (float)
                            (1.6 * (Math.sin(angle) + 0.5 * (label - 0.5))
                                    + random.nextGaussian() / 8);
            labels[i][label] = 1;
        }
        return new DataSet(Nd4j.createFromArray(inputs), Nd4j.createFromArray(labels));
    }

    private static DataSet digits(int count, long seed) {
        Examples stream =
                TestStream.of("mnist", count).source(DataSets.embedded()).sample(seed).examples();
        INDArray features =
                Nd4j.createFromArray(stream.inputs())
                        .castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT)
                        .reshape(count, 784);
        return new DataSet(features, oneHot(stream.labels(), 10));
    }

    private static INDArray oneHot(int[] labels, int classes) {
        float[][] result = new float[labels.length][classes];
        for (int i = 0; i < labels.length; i++) {
            result[i][labels[i]] = 1;
        }
        return Nd4j.createFromArray(result);
    }

    private static DataSetIterator part(DataSet data, int from, int to, int batch) {
        return new ListDataSetIterator<>(data.asList().subList(from, to), batch);
    }

    /** Digits as rows of 784 pixels into one hidden layer. */
    @Test
    void digitsWithASingleHiddenLayer() {
        DataSet digits = digits(500, 1);

        MultiLayerNetwork network =
                initialised(conf(InputType.feedForward(784), dense(100), softmax(10)));
        network.fit(part(digits, 0, 300, 32), 5);
        VsmlClassifier model = VsmlClassifier.pretrained();
        model.fit(part(digits, 0, 300, 32));

        double before = network.evaluate(part(digits, 300, 500, 50)).accuracy();
        double after = model.evaluate(part(digits, 300, 500, 50)).accuracy();
        print("300 digits, one hidden layer of 100", before, after);
        assertThat(after).isGreaterThan(0.55);
    }

    /** A small CNN; its features below a head that keeps learning. */
    @Test
    void headOnACnn() {
        DataSet digits = digits(500, 2);
        digits.setFeatures(digits.getFeatures().reshape(500, 1, 28, 28));
        MultiLayerNetwork network =
                initialised(
                        conf(
                                InputType.convolutional(28, 28, 1),
                                new ConvolutionLayer.Builder(5, 5)
                                        .stride(2, 2)
                                        .nOut(8)
                                        .activation(Activation.RELU)
                                        .build(),
                                new SubsamplingLayer.Builder()
                                        .kernelSize(2, 2)
                                        .stride(2, 2)
                                        .build(),
                                new DenseLayer.Builder()
                                        .name("features")
                                        .nOut(50)
                                        .activation(Activation.TANH)
                                        .build(),
                                softmax(10)));
        network.fit(part(digits, 0, 150, 25), 10);

        VsmlClassifier model = VsmlClassifier.on(network, "features");
        model.fit(part(digits, 0, 300, 32));

        double before = network.evaluate(part(digits, 300, 500, 50)).accuracy();
        double after = model.evaluate(part(digits, 300, 500, 50)).accuracy();
        print("CNN of 150 digits, head goes on to 300", before, after);
        assertThat(after).isGreaterThan(0.6);
    }

    /** Curves that rise, fall, swing or jump, through an LSTM. */
    @Test
    void sequences() {
        DataSet curves = curves(400, 51);
        MultiLayerNetwork network =
                initialised(
                        conf(
                                InputType.recurrent(1),
                                new LastTimeStep(
                                        new LSTM.Builder()
                                                .name("encoder")
                                                .nOut(10)
                                                .activation(Activation.TANH)
                                                .build()),
                                softmax(4)));
        network.fit(part(curves, 0, 300, 30), 8);

        VsmlClassifier model = VsmlClassifier.on(network, network.getLayerNames().get(0));
        model.fit(part(curves, 0, 300, 30));

        double before = network.evaluate(part(curves, 300, 400, 50)).accuracy();
        double after = model.evaluate(part(curves, 300, 400, 50)).accuracy();
        print("sequences, head on an LSTM", before, after);
        assertThat(after).isGreaterThan(0.6);
    }

    private static DataSet curves(int rows, long seed) {
        RandomGenerator random = Seeds.generator(seed);
        int steps = 20;
        float[][][] inputs = new float[rows][1][steps];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(4);
            double slope = 0.08 + 0.06 * random.nextDouble();
            double phase = 2 * Math.PI * random.nextDouble();
            int jump = 6 + random.nextInt(8);
            for (int t = 0; t < steps; t++) {
                double value =
                        switch (labels[i]) {
                            case 0 -> slope * (t - steps / 2.0);
                            case 1 -> -slope * (t - steps / 2.0);
                            case 2 -> 1.5 * Math.sin(1.2 * t + phase);
                            default -> t < jump ? -1 : 1;
                        };
                inputs[i][0][t] = (float) (value + 0.2 * random.nextGaussian());
            }
        }
        return new DataSet(Nd4j.createFromArray(inputs), oneHot(labels, 4));
    }

    /** Early stopping on held-out accuracy. */
    @Test
    void earlyStopping() {
        DataSet rows = Flowers.rows(900, 8, 5, 61, 62);
        DataSetIterator train = part(rows, 0, 400, 20);
        DataSetIterator held = part(rows, 400, 650, 50);
        DataSetIterator test = part(rows, 650, 900, 50);

        EarlyStoppingResult<MultiLayerNetwork> ofNetwork =
                new EarlyStoppingTrainer(
                                new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                                        .epochTerminationConditions(
                                                new MaxEpochsTerminationCondition(6))
                                        .scoreCalculator(
                                                new ClassificationScoreCalculator(
                                                        Evaluation.Metric.ACCURACY, held))
                                        .modelSaver(new InMemoryModelSaver<>())
                                        .build(),
                                initialised(conf(InputType.feedForward(8), dense(20), softmax(5))),
                                train)
                        .fit();
        train.reset();
        EarlyStoppingResult<VsmlClassifier> ofModel =
                new VsmlEarlyStoppingTrainer(
                                new EarlyStoppingConfiguration.Builder<VsmlClassifier>()
                                        .epochTerminationConditions(
                                                new MaxEpochsTerminationCondition(6))
                                        .scoreCalculator(
                                                new VsmlScoreCalculator(
                                                        Evaluation.Metric.ACCURACY, held))
                                        .modelSaver(new InMemoryModelSaver<>())
                                        .build(),
                                VsmlClassifier.pretrained(),
                                train)
                        .fit();

        assertThat(ofModel.getTotalEpochs()).isEqualTo(6);
        double before = ofNetwork.getBestModel().evaluate(test).accuracy();
        test.reset();
        double after = ofModel.getBestModel().evaluate(test).accuracy();
        print("early stopping on held-out accuracy", before, after);
        assertThat(after).isGreaterThan(0.6);
        // The best model was kept while the one in training went on.
        assertThat(ofModel.getBestModel().examples())
                .isEqualTo(400L * (ofModel.getBestModelEpoch() + 1));
    }

    /** One sigmoid unit, judged by the area under the ROC curve. */
    @Test
    void oneColumnAndRoc() {
        DataSet rows = Flowers.rows(900, 6, 2, 71, 72);
        DataSet column = new DataSet(rows.getFeatures(), rows.getLabels().getColumn(1, true).dup());
        MultiLayerNetwork network =
                initialised(
                        conf(
                                InputType.feedForward(6),
                                dense(10),
                                new OutputLayer.Builder(LossFunction.XENT)
                                        .nOut(1)
                                        .activation(Activation.SIGMOID)
                                        .build()));
        network.fit(part(column, 0, 600, 30), EPOCHS);
        VsmlClassifier model = VsmlClassifier.pretrained();
        model.fit(part(column, 0, 600, 30));

        org.nd4j.evaluation.classification.ROC roc =
                network.evaluateROC(part(column, 600, 900, 50), 0);
        double before = roc.calculateAUC();
        double after = model.evaluateROC(part(column, 600, 900, 50), 0).calculateAUC();
        print("one sigmoid unit (area under the ROC curve)", before, after);
        assertThat(after).isGreaterThan(0.85);
    }
}
