package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vsml.dl4j.TestNetworks.exact;

import java.io.IOException;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Provenance;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.Seeds;
import org.vsml.episode.TaskDistribution;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;
import org.vsml.meta.StepMetrics;

/** {@code fit} and MetaTrainer do the same thing: the same gradient, in about the same time. */
class FitBesideMetaTrainerTest {

    private static final Logger LOG = LoggerFactory.getLogger(FitBesideMetaTrainerTest.class);

    private static final long SEED = 5;

    /** As MetaTrainer derives the seed of its first episode. */
    private static final long FIRST_EPISODE = Seeds.derive(SEED, 1, 0, 0);

    @ParameterizedTest
    @CsvSource({"FLOAT, false", "FLOAT, true", "DOUBLE, false", "DOUBLE, true"})
    void gradientsOfTheSameEpisodeAreEqual(Precision precision, boolean backwardPass)
            throws IOException {
        int inputs = 12;
        int classes = 4;
        EpisodeDistribution distribution = prototypes(inputs, classes, 9);
        EpisodeSource source = distribution.source(DataSets.embedded());
        Episode episode = source.sample(FIRST_EPISODE);
        Dynamics dynamics =
                Dynamics.PAPER.withFeedLabel(true).withBackwardPass(backwardPass, backwardPass);
        Vsml model = new Vsml(SubRnn.PAPER, Architecture.dense(5), dynamics);
        ComputationGraph graph =
                graph(model, precision, inputs, classes, episode.stateSeed(), new NoOp());
        NamedArrays before = MetaVariables.of(graph, "vsml");

        MultiDataSet batch =
                new EpisodeMultiDataSetIterator.Builder(s -> source.sample(FIRST_EPISODE))
                        .perBatch(1)
                        .batches(1)
                        .meanLoss(true)
                        .build()
                        .next();
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        graph.computeGradientAndScore();
        double[] ofFit = exact(graph.gradient().gradient());

        Phase phase =
                Phase.of(
                        1,
                        distribution,
                        1,
                        new GradientEstimator.Backpropagation(null, null, null),
                        Optimizer.Sgd.of(Schedule.constant(1)));
        double[] after =
                MetaTrainer.of(MetaTrainingConfig.of("parity", model, phase))
                        .engine(Engine.auto(precision))
                        .data(DataSets.embedded())
                        .seed(SEED)
                        .initial(algorithm(model, before))
                        .run()
                        .algorithm()
                        .metaVariables()
                        .values();

        double largest = 0;
        double difference = 0;
        for (int i = 0; i < after.length; i++) {
            double gradient = before.values()[i] - after[i];
            largest = Math.max(largest, Math.abs(gradient));
            difference = Math.max(difference, Math.abs(gradient - ofFit[i]));
        }
        LOG.info("{}: largest difference {} of {}", precision, difference, largest);
        assertThat(largest).isPositive();
        assertThat(difference / largest).isLessThan(1e-5);
    }

    @Test
    @Tag("slow")
    void epochOfFitTakesAboutAsLong() throws IOException {
        int inputs = 96;
        int classes = 10;
        int length = 50;
        int batches = 6;
        int perBatch = 8;
        int rounds = 9;
        Vsml model =
                new Vsml(SubRnn.PAPER, Architecture.dense(), Dynamics.PAPER.withFeedLabel(true));
        EpisodeDistribution distribution = prototypes(inputs, classes, length);
        ComputationGraph graph = graph(model, Precision.FLOAT, inputs, classes, 0, new Adam(1e-3));
        EpisodeMultiDataSetIterator episodes =
                new EpisodeMultiDataSetIterator.Builder(distribution.source(DataSets.embedded()))
                        .perBatch(perBatch)
                        .batches(batches)
                        .meanLoss(true)
                        .newEachEpoch(true)
                        .build();
        Phase phase =
                Phase.of(
                        batches,
                        distribution,
                        perBatch,
                        new GradientEstimator.Backpropagation(5.0, null, null),
                        Optimizer.Adam.of(Schedule.constant(1e-3)));
        MetaTrainingConfig config = MetaTrainingConfig.of("speed", model, phase);
        double[] ratios = new double[rounds];
        double[] ofFit = new double[rounds];
        double[] ofTrainer = new double[rounds];
        for (int round = -2; round < rounds; round++) { // two to warm up
            double fit = 0;
            double trainer = 0;
            // Which goes first changes, so that neither gains by its place.
            for (int turn = 0; turn < 2; turn++) {
                if (((round + turn) & 1) == 0) {
                    long started = System.nanoTime();
                    graph.fit(episodes);
                    fit = (System.nanoTime() - started) / 1e9;
                } else {
                    trainer = seconds(config);
                }
            }
            if (round >= 0) {
                ofFit[round] = fit;
                ofTrainer[round] = trainer;
                ratios[round] = fit / trainer;
            }
        }
        LOG.info(
                "an epoch of fit: {} s, of MetaTrainer: {} s, medians; ratio {} of {}",
                median(ofFit),
                median(ofTrainer),
                median(ratios),
                Arrays.toString(ratios));
        assertThat(median(ratios)).isLessThan(1.3);
    }

    private static double seconds(MetaTrainingConfig config) throws IOException {
        double[] sum = new double[1];
        MetaTrainer.of(config)
                .data(DataSets.embedded())
                .threads(Runtime.getRuntime().availableProcessors())
                .seed(SEED)
                .listener(
                        new MetaTrainingListener() {
                            @Override
                            public void stepped(StepMetrics metrics) {
                                sum[0] += metrics.seconds();
                            }
                        })
                .run();
        return sum[0];
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static EpisodeDistribution prototypes(int inputs, int classes, int length) {
        return EpisodeDistribution.of(
                Component.of(
                        TaskDistribution.Prototypes.of(IntRange.of(inputs), IntRange.of(classes)),
                        length));
    }

    private static LearningAlgorithm algorithm(Vsml model, NamedArrays metaVariables) {
        Provenance provenance = Provenance.of("start", metaVariables).build();
        return new LearningAlgorithm(model, metaVariables, provenance);
    }

    private static ComputationGraph graph(
            Vsml model,
            Precision precision,
            int inputs,
            int classes,
            long startSeed,
            IUpdater updater) {
        DataType type = precision == Precision.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
        GraphBuilder builder =
                TestNetworks.configuration(type, updater)
                        .graphBuilder()
                        .addInputs("examples", "labels");
        VsmlLayer layer =
                new VsmlLayer.Builder().model(model).nOut(classes).startSeed(startSeed).build();
        ComputationGraph graph =
                new ComputationGraph(
                        VsmlVertex.addTo(builder, "vsml", layer, "examples", "labels")
                                .addLayer("loss", TestNetworks.loss(), "vsml")
                                .setOutputs("loss")
                                .setInputTypes(
                                        InputType.recurrent(inputs), InputType.recurrent(classes))
                                .build());
        graph.init();
        return graph;
    }
}
