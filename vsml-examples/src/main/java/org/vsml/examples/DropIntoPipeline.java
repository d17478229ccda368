package org.vsml.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.common.io.ClassPathResource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Dynamics;
import org.vsml.core.Vsml;
import org.vsml.dl4j.EpisodeMultiDataSetIterator;
import org.vsml.dl4j.StartSeeds;
import org.vsml.dl4j.VsmlZoo;
import org.vsml.episode.Draws;
import org.vsml.episode.Seeds;

/**
 * A VSML layer in an ordinary Deeplearning4j pipeline: CSV file → DataVec record reader →
 * normalizer → graph → {@code fit} → {@code rnnTimeStep} → save and load. {@code fit} meta-trains:
 * it finds a rule by which flowers are learned, with the names of the species shuffled in every
 * episode. {@code rnnTimeStep} learns: flowers the network has never seen, one at a time, from
 * nothing, each predicted before its name is told.
 */
public final class DropIntoPipeline {

    private static final int FEATURES = 4;
    private static final int CLASSES = 3;

    /** Share of the first and of the last flowers of the streams that were predicted right. */
    public record Accuracy(double first10, double last25) {}

    /** What came of it. */
    public record Result(Accuracy beforeFit, Accuracy afterFit, Accuracy savedAndLoaded) {}

    private DropIntoPipeline() {}

    /** Takes 40 seconds. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(20, 50, 1));
    }

    /** So many epochs of 20 batches of 16 episodes, tested on so many streams. */
    public static Result runExample(int epochs, int streams, long seed) throws Exception {
        SplitTestAndTrain rows = readCsv(seed).splitTestAndTrain(100);
        NormalizerStandardize normalizer = new NormalizerStandardize();
        normalizer.fit(rows.getTrain());
        DataSet test = rows.getTest();
        normalizer.transform(test);

        // Single examples become episodes.
        EpisodeMultiDataSetIterator episodes =
                new EpisodeMultiDataSetIterator.Builder(
                                new ListDataSetIterator<>(rows.getTrain().asList()))
                        .normalizer(normalizer)
                        .length(40)
                        .perBatch(16)
                        .batches(20)
                        .permuteLabels(true)
                        .newEachEpoch(true)
                        .meanLoss(true)
                        .seed(seed)
                        .build();
        ComputationGraph graph = graph(seed);
        Accuracy before = learnOnline(graph, test, streams, seed);
        graph.fit(episodes, epochs);
        Accuracy after = learnOnline(graph, test, streams, seed);

        Path file = Files.createTempFile("flowers", ".zip");
        graph.save(file.toFile(), true);
        ComputationGraph loaded = ComputationGraph.load(file.toFile(), true);
        Files.delete(file);
        return new Result(before, after, learnOnline(loaded, test, streams, seed));
    }

    private static DataSet readCsv(long seed) throws Exception {
        try (RecordReader reader = new CSVRecordReader(1)) {
            ClassPathResource csv = new ClassPathResource("org/vsml/examples/iris.csv");
            reader.initialize(new FileSplit(csv.getTempFileFromArchive()));
            DataSet all = new RecordReaderDataSetIterator(reader, 150, FEATURES, CLASSES).next();
            all.shuffle(seed);
            return all;
        }
    }

    /** Inputs flower and species → VsmlVertex → VsmlLayer → softmax, meta-trained by Adam. */
    private static ComputationGraph graph(long seed) {
        Vsml model = Vsml.PAPER.withDynamics(Dynamics.PAPER.withFeedLabel(true));
        return VsmlZoo.general1()
                .task(FEATURES, CLASSES)
                .layer(l -> l.model(model).startSeeds(StartSeeds.BY_EPISODE_AND_ITERATION))
                .network(n -> n.gradientNormalization(GradientNormalization.ClipL2PerLayer))
                .updater(new Adam(0.01))
                .seed(seed)
                .init();
    }

    /** All streams at once: orders of the flowers, and of the names of the species, differ. */
    private static Accuracy learnOnline(
            ComputationGraph graph, DataSet test, int streams, long seed) {
        graph.rnnClearPreviousState();
        int length = test.numExamples();
        int[][] order = new int[streams][];
        int[][] species = new int[streams][];
        for (int s = 0; s < streams; s++) {
            RandomGenerator random = Seeds.generator(seed, 1, s);
            order[s] = Draws.permutation(length, random);
            species[s] = Draws.permutation(CLASSES, random);
        }
        double[] right = new double[length];
        for (int t = 0; t < length; t++) {
            INDArray flower = Nd4j.create(streams, FEATURES);
            INDArray label = Nd4j.create(streams, CLASSES);
            int[] told = new int[streams];
            for (int s = 0; s < streams; s++) {
                int row = order[s][t];
                flower.putRow(s, test.getFeatures().getRow(row));
                told[s] = species[s][test.getLabels().getRow(row).argMax().getInt(0)];
                label.putScalar(s, told[s], 1);
            }
            double[][] scores = graph.rnnTimeStep(flower, label)[0].toDoubleMatrix();
            for (int s = 0; s < streams; s++) {
                // A learner that diverged says NaN, which is never right.
                int predicted = CrossEntropy.argMax(scores[s], 0, CLASSES);
                right[t] += predicted == told[s] ? 1.0 / streams : 0;
            }
        }
        return new Accuracy(
                Arrays.stream(right, 0, 10).average().orElseThrow(),
                Arrays.stream(right, length - 25, length).average().orElseThrow());
    }
}
