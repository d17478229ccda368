package downstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.dl4j.VsmlClassifier;
import org.vsml.dl4j.VsmlEarlyStoppingTrainer;
import org.vsml.dl4j.VsmlScoreCalculator;

/** Three pipelines of the kinds everyone has. */
class PipelinesTest {

    @TempDir Path folder;

    private static double[] flower(Random random, int label) {
        double[] row = new double[4];
        for (int i = 0; i < row.length; i++) {
            row[i] = 4 + 2 * ((label + i) % 3) + random.nextGaussian();
        }
        return row;
    }

    @Test
    void csvThroughDataVec() throws Exception {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 240; i++) {
            int label = random.nextInt(3);
            for (double value : flower(random, label)) {
                text.append(String.format(Locale.ROOT, "%.2f,", value));
            }
            text.append(label).append('\n');
        }
        Path csv = Files.writeString(folder.resolve("flowers.csv"), text);
        RecordReader reader = new CSVRecordReader();
        reader.initialize(new FileSplit(csv.toFile()));
        DataSet all = new RecordReaderDataSetIterator(reader, 240, 4, 3).next();
        all.shuffle(42);
        SplitTestAndTrain split = all.splitTestAndTrain(0.7);
        NormalizerStandardize normalizer = new NormalizerStandardize();
        normalizer.fit(split.getTrain());
        normalizer.transform(split.getTrain());
        normalizer.transform(split.getTest());

        VsmlClassifier model = VsmlClassifier.pretrained();
        model.fit(split.getTrain());

        Evaluation evaluation = new Evaluation(3);
        evaluation.eval(split.getTest().getLabels(), model.output(split.getTest().getFeatures()));
        assertTrue(evaluation.accuracy() > 0.6, evaluation.stats());

        File file = folder.resolve("model.vsml").toFile();
        model.save(file);
        assertArrayEquals(
                model.predict(split.getTest().getFeatures()),
                VsmlClassifier.load(file).predict(split.getTest().getFeatures()));
    }

    /** Bright bars, upright or level or crossing, in noise. */
    private static DataSet bars(int count, long seed) {
        Random random = new Random(seed);
        float[][][][] images = new float[count][1][8][8];
        float[][] labels = new float[count][3];
        for (int n = 0; n < count; n++) {
            int label = random.nextInt(3);
            int place = random.nextInt(8);
            for (int y = 0; y < 8; y++) {
                for (int x = 0; x < 8; x++) {
                    boolean bar =
                            label == 0 && x == place
                                    || label == 1 && y == place
                                    || label == 2 && (x + y) % 8 == place;
                    images[n][0][y][x] = (float) ((bar ? 1 : 0) + 0.3 * random.nextGaussian());
                }
            }
            labels[n][label] = 1;
        }
        return new DataSet(Nd4j.createFromArray(images), Nd4j.createFromArray(labels));
    }

    @Test
    void featuresOfACnnBelowAHeadThatKeepsLearning() {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(6)
                        .updater(new Adam(0.01))
                        .list()
                        .layer(
                                new ConvolutionLayer.Builder(3, 3)
                                        .nOut(8)
                                        .activation(Activation.RELU)
                                        .build())
                        .layer(
                                new DenseLayer.Builder()
                                        .name("features")
                                        .nOut(16)
                                        .activation(Activation.TANH)
                                        .build())
                        .layer(
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nOut(3)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .setInputType(InputType.convolutional(8, 8, 1))
                        .build();
        MultiLayerNetwork network = new MultiLayerNetwork(conf);
        network.init();
        network.fit(new ListDataSetIterator<>(bars(300, 1).asList(), 30), 20);

        VsmlClassifier model = VsmlClassifier.on(network, "features");
        model.fit(new ListDataSetIterator<>(bars(200, 2).asList(), 32));
        Evaluation evaluation =
                model.evaluate(new ListDataSetIterator<>(bars(200, 3).asList(), 50));
        assertTrue(evaluation.accuracy() > 0.6, evaluation.stats());
    }

    @Test
    void earlyStopping() {
        Random random = new Random(5);
        float[][] rows = new float[400][4];
        float[][] labels = new float[400][3];
        for (int i = 0; i < rows.length; i++) {
            int label = random.nextInt(3);
            double[] row = flower(random, label);
            for (int a = 0; a < row.length; a++) {
                rows[i][a] = (float) (row[a] - 6) / 2;
            }
            labels[i][label] = 1;
        }
        DataSet all = new DataSet(Nd4j.createFromArray(rows), Nd4j.createFromArray(labels));
        DataSetIterator train = new ListDataSetIterator<>(all.asList().subList(0, 200), 20);
        DataSetIterator held = new ListDataSetIterator<>(all.asList().subList(200, 400), 50);

        EarlyStoppingResult<VsmlClassifier> result =
                new VsmlEarlyStoppingTrainer(
                                new EarlyStoppingConfiguration.Builder<VsmlClassifier>()
                                        .epochTerminationConditions(
                                                new MaxEpochsTerminationCondition(3))
                                        .scoreCalculator(
                                                new VsmlScoreCalculator(
                                                        Evaluation.Metric.ACCURACY, held))
                                        .modelSaver(new InMemoryModelSaver<>())
                                        .build(),
                                VsmlClassifier.pretrained(),
                                train)
                        .fit();
        assertEquals(3, result.getTotalEpochs());
        held.reset();
        assertTrue(result.getBestModel().evaluate(held).accuracy() > 0.6);
    }
}
