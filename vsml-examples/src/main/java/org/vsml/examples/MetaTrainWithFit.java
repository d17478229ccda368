package org.vsml.examples;

import static org.vsml.core.Checks.require;

import org.vsml.cli.ReportingCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.dl4j.EpisodeMultiDataSetIterator;
import org.vsml.dl4j.MetaVariables;
import org.vsml.dl4j.StartSeeds;
import org.vsml.dl4j.VsmlLayer;
import org.vsml.dl4j.VsmlVertex;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.TestStream;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Meta-training by nothing but Deeplearning4j: {@code fit} with Adam, early stopping on held-out
 * episodes, checkpoints, and a StatsListener for its UI. The episodes are synthetic tasks of 16
 * inputs and 5 classes; what comes out is a learning algorithm, so it is then put into a network of
 * 784 inputs and 10 classes and learns digits, which it has never seen.
 */
@Command(
        name = "meta-train-with-fit",
        description =
                "Meta-trains with fit, Adam, early stopping, checkpoints and StatsListener; then learns digits.",
        mixinStandardHelpOptions = true)
public final class MetaTrainWithFit extends ReportingCommand {

    private static final int INPUTS = 16;
    private static final int CLASSES = 5;
    private static final int LENGTH = 30;
    private static final int EPISODES_A_BATCH = 16;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: VSML_DATA, else embedded samples).")
    private Path data;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "12",
            description = "At most so many epochs (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--batches",
            paramLabel = "N",
            defaultValue = "50",
            description = "Batches of an epoch, 16 episodes each (default: ${DEFAULT-VALUE}).")
    private int batches;

    @Option(
            names = "--digits",
            paramLabel = "N",
            defaultValue = "300",
            description = "Length of the streams of digits (default: ${DEFAULT-VALUE}).")
    private int digits;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    MetaTrainWithFit() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Runs as {@code ./vsml meta-train-with-fit} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws IOException {
        return CommandLine.populateCommand(new MetaTrainWithFit(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        require(
                epochs >= 1 && batches >= 1 && digits >= 1,
                "--epochs, --batches and --digits must be >= 1");
        ComputationGraph graph = graph(INPUTS, CLASSES);
        NamedArrays untrained = MetaVariables.of(graph, "vsml");
        double untrainedLoss =
                new DataSetLossCalculator(episodes(2, 4, false), true).calculateScore(graph);

        InMemoryStatsStorage stats = new InMemoryStatsStorage();
        Path checkpoints = Files.createTempDirectory("checkpoints");
        try {
            graph.setListeners(
                    new StatsListener(stats, 5),
                    new CheckpointListener.Builder(checkpoints.toFile())
                            .saveEveryNEpochs(5)
                            .keepLast(2)
                            .build());
            EarlyStoppingResult<ComputationGraph> result =
                    new EarlyStoppingGraphTrainer(
                                    new EarlyStoppingConfiguration.Builder<ComputationGraph>()
                                            .epochTerminationConditions(
                                                    new MaxEpochsTerminationCondition(epochs),
                                                    new ScoreImprovementEpochTerminationCondition(
                                                            15))
                                            .scoreCalculator(
                                                    new DataSetLossCalculator(
                                                            episodes(2, 4, false), true))
                                            .modelSaver(new InMemoryModelSaver<>())
                                            .build(),
                                    graph,
                                    episodes(1, batches, true),
                                    null)
                            .fit();
            return report(untrained, untrainedLoss, result, stats);
        } finally {
            delete(checkpoints);
        }
    }

    private Report report(
            NamedArrays untrained,
            double untrainedLoss,
            EarlyStoppingResult<ComputationGraph> result,
            InMemoryStatsStorage stats) {
        Map<Integer, Double> losses = new TreeMap<>(result.getScoreVsEpoch());
        Table curve = new Table("epoch", "held_out_meta_loss");
        losses.forEach(curve::row);
        int best = result.getBestModelEpoch();
        Table table =
                new Table(
                        "meta_variables",
                        "epoch",
                        "held_out_meta_loss",
                        "digits_accuracy",
                        "stats_updates");
        table.row("random", 0, untrainedLoss, digitsAccuracy(untrained), 0);
        table.row(
                "best",
                best + 1,
                losses.get(best),
                digitsAccuracy(MetaVariables.of(result.getBestModel(), "vsml")),
                stats.getNumUpdateRecordsFor(stats.listSessionIDs().get(0)));
        return new Report(
                        "meta-train-with-fit",
                        seed,
                        Map.of("epochs", epochs, "batches", batches, "digits", digits))
                .table(table)
                .csv("curve.csv", curve)
                .plot(
                        "curve.png",
                        new LinePlot(
                                        "Meta-training with fit",
                                        "epoch",
                                        "meta-loss of held-out episodes")
                                .line(
                                        "vsml",
                                        losses.keySet().stream().mapToDouble(e -> e + 1).toArray(),
                                        losses.values().stream().mapToDouble(l -> l).toArray()));
    }

    private ComputationGraph graph(int inputs, int classes) {
        VsmlLayer layer =
                new VsmlLayer.Builder()
                        .model(
                                new Vsml(
                                        SubRnn.PAPER,
                                        Architecture.dense(),
                                        Dynamics.PAPER.withFeedLabel(true)))
                        .nOut(classes)
                        .startSeeds(StartSeeds.BY_EPISODE_AND_ITERATION)
                        .build();
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .updater(new Adam(0.02))
                        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                        .gradientNormalizationThreshold(1)
                        .graphBuilder()
                        .addInputs("examples", "labels");
        ComputationGraph graph =
                new ComputationGraph(
                        VsmlVertex.addTo(builder, "vsml", layer, "examples", "labels")
                                .addLayer(
                                        "probabilities",
                                        new RnnLossLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "vsml")
                                .setOutputs("probabilities")
                                .setInputTypes(
                                        InputType.recurrent(inputs), InputType.recurrent(classes))
                                .build());
        graph.init();
        return graph;
    }

    /** Synthetic tasks: classes around random prototypes, new ones in every episode. */
    private EpisodeMultiDataSetIterator episodes(long stream, int count, boolean newEachEpoch) {
        TaskDistribution tasks =
                TaskDistribution.Prototypes.of(IntRange.of(INPUTS), IntRange.of(CLASSES));
        return new EpisodeMultiDataSetIterator.Builder(
                        EpisodeDistribution.of(Component.of(tasks, LENGTH))
                                .source(DataSets.embedded()))
                .perBatch(EPISODES_A_BATCH)
                .batches(count)
                .newEachEpoch(newEachEpoch)
                .meanLoss(true)
                .seed(seed + stream)
                .build();
    }

    /**
     * Share of digits predicted right before their label was told, in networks that have never seen
     * a digit.
     */
    private double digitsAccuracy(NamedArrays metaVariables) {
        ComputationGraph learner = graph(28 * 28, 10);
        MetaVariables.set(learner, "vsml", metaVariables);
        EpisodeMultiDataSetIterator streams =
                new EpisodeMultiDataSetIterator.Builder(
                                TestStream.of("mnist", digits).source(DataSets.in(data)))
                        .perBatch(2)
                        .batches(2)
                        .seed(seed)
                        .build();
        Evaluation evaluation = learner.evaluate(streams);
        return evaluation.accuracy();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
