package org.vsml.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.learning.config.Adam;
import org.vsml.core.Dynamics;
import org.vsml.core.NamedArrays;
import org.vsml.core.Vsml;
import org.vsml.dl4j.EpisodeMultiDataSetIterator;
import org.vsml.dl4j.MetaVariables;
import org.vsml.dl4j.StartSeeds;
import org.vsml.dl4j.VsmlZoo;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.TestStream;

/**
 * Meta-training by nothing but Deeplearning4j: {@code fit} with Adam, early stopping on held-out
 * episodes, checkpoints, and a StatsListener for its UI. The episodes are synthetic tasks of 16
 * inputs and 5 classes; what comes out is a learning algorithm, so it is then put into a network of
 * 784 inputs and 10 classes and learns digits, which it has never seen.
 */
public final class MetaTrainWithFit {

    private static final int INPUTS = 16;
    private static final int CLASSES = 5;

    /**
     * What came of it.
     *
     * @param untrainedLoss meta-loss of held-out episodes before meta-training
     * @param losses the same after each epoch, from epoch 0 on
     * @param bestEpoch of them
     * @param untrainedDigits share of digits that random meta variables predict right
     * @param digits share that those of the best epoch predict right
     * @param statsUpdates records for the UI
     */
    public record Result(
            double untrainedLoss,
            Map<Integer, Double> losses,
            int bestEpoch,
            double untrainedDigits,
            double digits,
            int statsUpdates) {}

    private MetaTrainWithFit() {}

    /** Takes 80 seconds. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(null, 12, 50, 300, 1));
    }

    /**
     * Meta-trains, then learns digits.
     *
     * @param data folder of image sets; null for embedded samples
     * @param epochs at most
     * @param batches of an epoch, 16 episodes each
     * @param digits length of their streams
     */
    public static Result runExample(Path data, int epochs, int batches, int digits, long seed)
            throws IOException {
        TaskDistribution prototypes =
                TaskDistribution.Prototypes.of(IntRange.of(INPUTS), IntRange.of(CLASSES));
        EpisodeSource tasks =
                EpisodeDistribution.of(Component.of(prototypes, 30)).source(DataSets.embedded());
        EpisodeMultiDataSetIterator training =
                episodes(tasks, 16, batches, seed + 1).newEachEpoch(true).meanLoss(true).build();
        EpisodeMultiDataSetIterator heldOut =
                episodes(tasks, 16, 4, seed + 2).meanLoss(true).build();
        EpisodeSource streams = TestStream.of("mnist", digits).source(DataSets.in(data));

        ComputationGraph graph = graph(INPUTS, CLASSES, seed);
        NamedArrays untrained = MetaVariables.of(graph, VsmlZoo.LAYER);
        double untrainedLoss = new DataSetLossCalculator(heldOut, true).calculateScore(graph);
        InMemoryStatsStorage stats = new InMemoryStatsStorage();
        Path checkpoints = Files.createTempDirectory("checkpoints");
        graph.setListeners(
                new StatsListener(stats, 5),
                new CheckpointListener.Builder(checkpoints.toFile())
                        .saveEveryNEpochs(5)
                        .keepLast(2)
                        .build());
        EarlyStoppingConfiguration<ComputationGraph> stopping =
                new EarlyStoppingConfiguration.Builder<ComputationGraph>()
                        .epochTerminationConditions(
                                new MaxEpochsTerminationCondition(epochs),
                                new ScoreImprovementEpochTerminationCondition(15))
                        .scoreCalculator(new DataSetLossCalculator(heldOut, true))
                        .modelSaver(new InMemoryModelSaver<>())
                        .build();
        EarlyStoppingResult<ComputationGraph> result =
                new EarlyStoppingGraphTrainer(stopping, graph, training, null).fit();
        FileUtils.deleteDirectory(checkpoints.toFile());
        return new Result(
                untrainedLoss,
                new TreeMap<>(result.getScoreVsEpoch()),
                result.getBestModelEpoch(),
                accuracy(untrained, streams, seed),
                accuracy(MetaVariables.of(result.getBestModel(), VsmlZoo.LAYER), streams, seed),
                stats.getNumUpdateRecordsFor(stats.listSessionIDs().get(0)));
    }

    private static EpisodeMultiDataSetIterator.Builder episodes(
            EpisodeSource source, int perBatch, int batches, long seed) {
        return new EpisodeMultiDataSetIterator.Builder(source)
                .perBatch(perBatch)
                .batches(batches)
                .seed(seed);
    }

    /** Examples and labels → VsmlVertex → VsmlLayer → softmax, with random meta variables. */
    private static ComputationGraph graph(int inputs, int classes, long seed) {
        Vsml model = Vsml.PAPER.withDynamics(Dynamics.PAPER.withFeedLabel(true));
        return VsmlZoo.general1()
                .task(inputs, classes)
                .layer(l -> l.model(model).startSeeds(StartSeeds.BY_EPISODE_AND_ITERATION))
                .network(n -> n.gradientNormalization(GradientNormalization.ClipL2PerLayer))
                .updater(new Adam(0.02))
                .seed(seed)
                .init();
    }

    /** Share of digits predicted right before their label was told, in networks new to digits. */
    private static double accuracy(NamedArrays metaVariables, EpisodeSource streams, long seed) {
        ComputationGraph learner = graph(28 * 28, 10, seed);
        MetaVariables.set(learner, VsmlZoo.LAYER, metaVariables);
        return learner.evaluate(episodes(streams, 2, 2, seed).build()).accuracy();
    }
}
