package org.vsml.examples;

import static org.vsml.core.Checks.require;

import org.vsml.cli.ReportingCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.dl4j.EpisodeMultiDataSetIterator;
import org.vsml.dl4j.StartSeeds;
import org.vsml.dl4j.VsmlLayer;
import org.vsml.dl4j.VsmlVertex;
import org.vsml.episode.Seeds;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A VSML layer in an ordinary Deeplearning4j pipeline: CSV file → DataVec record reader →
 * normalizer → graph → {@code fit} → {@code rnnTimeStep} → save and load. {@code fit} meta-trains:
 * it finds a rule by which flowers are learned, with the names of the species shuffled in every
 * episode. {@code rnnTimeStep} learns: flowers the network has never seen, one at a time, from
 * nothing, each predicted before its name is told.
 */
@Command(
        name = "drop-into-pipeline",
        description =
                "CSV to DataVec to normalizer to a graph with a VsmlLayer: fit, learn online, save and load.",
        mixinStandardHelpOptions = true)
public final class DropIntoPipeline extends ReportingCommand {

    private static final String RESOURCE = "iris.csv";
    private static final int FEATURES = 4;
    private static final int CLASSES = 3;
    private static final int TRAINING_ROWS = 100;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Epochs of 20 batches of 16 episodes (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "50",
            description = "Online streams to test on (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    DropIntoPipeline() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Runs as {@code ./vsml drop-into-pipeline} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws IOException {
        return CommandLine.populateCommand(new DropIntoPipeline(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        require(epochs >= 0 && streams >= 1, "--epochs must be >= 0 and --streams >= 1");
        // The data, as in any Deeplearning4j program.
        SplitTestAndTrain rows = readCsv().splitTestAndTrain(TRAINING_ROWS);
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

        ComputationGraph graph = graph();
        double[] before = learnOnline(graph, test);
        graph.fit(episodes, epochs);
        double[] after = learnOnline(graph, test);
        ComputationGraph restored = saveAndLoad(graph);
        double[] loaded = learnOnline(restored, test);

        Table table = new Table("network", "accuracy_first_10", "accuracy_last_25");
        addRow(table, "before fit", before);
        addRow(table, "after fit", after);
        addRow(table, "saved and loaded", loaded);
        return new Report("drop-into-pipeline", seed, Map.of("epochs", epochs, "streams", streams))
                .table(table);
    }

    private DataSet readCsv() throws IOException {
        Path file = Files.createTempFile("iris", ".csv");
        try (InputStream in = DropIntoPipeline.class.getResourceAsStream(RESOURCE);
                RecordReader reader = new CSVRecordReader(1)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            reader.initialize(new FileSplit(file.toFile()));
            DataSet all = new RecordReaderDataSetIterator(reader, 150, FEATURES, CLASSES).next();
            all.shuffle(seed);
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + RESOURCE, e);
        } finally {
            Files.delete(file);
        }
    }

    private ComputationGraph graph() {
        VsmlLayer layer =
                new VsmlLayer.Builder()
                        .model(
                                new Vsml(
                                        SubRnn.PAPER,
                                        Architecture.dense(),
                                        Dynamics.PAPER.withFeedLabel(true)))
                        .nOut(CLASSES)
                        .startSeeds(StartSeeds.BY_EPISODE_AND_ITERATION)
                        .build();
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .updater(new Adam(0.01))
                        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                        .gradientNormalizationThreshold(1)
                        .graphBuilder()
                        .addInputs("flower", "species");
        ComputationGraph graph =
                new ComputationGraph(
                        VsmlVertex.addTo(builder, "vsml", layer, "flower", "species")
                                .addLayer(
                                        "probabilities",
                                        new RnnLossLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "vsml")
                                .setOutputs("probabilities")
                                .setInputTypes(
                                        InputType.recurrent(FEATURES), InputType.recurrent(CLASSES))
                                .build());
        graph.init();
        return graph;
    }

    /**
     * For each flower of a stream, in how many streams it was predicted right before its species
     * was told.
     */
    private double[] learnOnline(ComputationGraph graph, DataSet test) {
        graph.rnnClearPreviousState();
        int length = test.numExamples();
        int[][] order = new int[streams][];
        int[][] species = new int[streams][];
        for (int s = 0; s < streams; s++) {
            RandomGenerator random = Seeds.generator(seed, 1, s);
            order[s] = Shuffled.indices(length, random);
            species[s] = Shuffled.indices(CLASSES, random);
        }
        double[] right = new double[length];
        for (int t = 0; t < length; t++) {
            INDArray flower = Nd4j.create(DataType.FLOAT, streams, FEATURES);
            INDArray label = Nd4j.zeros(DataType.FLOAT, streams, CLASSES);
            int[] told = new int[streams];
            for (int s = 0; s < streams; s++) {
                int row = order[s][t];
                flower.putRow(s, test.getFeatures().getRow(row));
                told[s] = species[s][test.getLabels().getRow(row).argMax().getInt(0)];
                label.putScalar(s, told[s], 1);
            }
            INDArray predicted = graph.rnnTimeStep(flower, label)[0].argMax(1);
            for (int s = 0; s < streams; s++) {
                right[t] += predicted.getInt(s) == told[s] ? 1.0 / streams : 0;
            }
        }
        return right;
    }

    private static ComputationGraph saveAndLoad(ComputationGraph graph) throws IOException {
        Path file = Files.createTempFile("flowers", ".zip");
        try {
            graph.save(file.toFile(), true);
            return ComputationGraph.load(file.toFile(), true);
        } finally {
            Files.delete(file);
        }
    }

    private static void addRow(Table table, String network, double[] right) {
        int length = right.length;
        table.row(
                network,
                IntStream.range(0, 10).mapToDouble(t -> right[t]).average().orElseThrow(),
                IntStream.range(length - 25, length)
                        .mapToDouble(t -> right[t])
                        .average()
                        .orElseThrow());
    }
}
