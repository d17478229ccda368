package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vsml.dl4j.TestNetworks.exact;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.NoOp;
import org.vsml.core.Architecture;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Dynamics;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
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

/** The gradient that {@code fit} follows, beside the engine's own of the same episodes. */
class MetaGradientTest {

    private static final int INPUTS = 12;
    private static final int CLASSES = 4;
    private static final int EPISODES = 3;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void gradientOfFitIsTheMetaGradientOfTheEngine(Precision precision) {
        EpisodeSource source =
                EpisodeDistribution.of(
                                Component.of(
                                        TaskDistribution.Prototypes.of(
                                                IntRange.of(INPUTS), IntRange.of(CLASSES)),
                                        9))
                        .source(DataSets.embedded());
        Vsml model =
                new Vsml(SubRnn.PAPER, Architecture.dense(5), Dynamics.PAPER.withFeedLabel(true));
        ComputationGraph graph = graph(model, precision);
        MultiDataSet batch =
                new EpisodeMultiDataSetIterator.Builder(source)
                        .perBatch(EPISODES)
                        .batches(1)
                        .seed(3)
                        .meanLoss(true)
                        .build()
                        .next();

        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        graph.computeGradientAndScore();
        double[] ofFit = exact(graph.gradient().gradient());

        List<Episode> episodes = new ArrayList<>();
        for (int e = 0; e < EPISODES; e++) {
            episodes.add(source.sample(Seeds.derive(3, 0, e)));
        }
        double[] ofEngine = metaGradient(model, precision, graph, episodes);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < ofEngine.length; i++) {
            largest = Math.max(largest, Math.abs(ofEngine[i]));
            difference = Math.max(difference, Math.abs(ofEngine[i] - ofFit[i] / EPISODES));
        }
        // Deeplearning4j divides by the number of episodes only when it updates.
        assertThat(largest).isPositive();
        assertThat(difference / largest).isLessThan(1e-5);
    }

    private static double[] metaGradient(
            Vsml model, Precision precision, ComputationGraph graph, List<Episode> episodes) {
        Learner learner = Engine.auto(precision).learner(model);
        List<NamedArrays> starts = new ArrayList<>();
        List<Examples> examples = new ArrayList<>();
        for (Episode episode : episodes) {
            Examples original = episode.examples();
            double[] inputs = original.inputs().clone();
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = (float) inputs[i]; // as in a Deeplearning4j data set
            }
            examples.add(Examples.online(original.task(), inputs, original.labels()));
            starts.add(learner.initialLearnedVariables(original.task(), 1, Seeds.generator(0)));
        }
        try (Rollout rollout =
                learner.run(
                        MetaVariables.of(graph, "vsml"),
                        starts,
                        examples,
                        RolloutOptions.GRADIENT)) {
            List<double[]> gradients = new ArrayList<>();
            for (int e = 0; e < episodes.size(); e++) {
                double[] gradient = new double[rollout.logits(e).length];
                double[] weights = episodes.get(e).weights().clone();
                for (int t = 0; t < weights.length; t++) {
                    weights[t] /= episodes.size();
                }
                CrossEntropy.loss(
                        rollout.logits(e), examples.get(e).labels(), weights, CLASSES, gradient);
                gradients.add(gradient);
            }
            return rollout.backward(gradients).metaVariables();
        }
    }

    private static ComputationGraph graph(Vsml model, Precision precision) {
        DataType type = precision == Precision.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
        GraphBuilder builder =
                TestNetworks.configuration(type, new NoOp())
                        .graphBuilder()
                        .addInputs("examples", "labels");
        ComputationGraph graph =
                new ComputationGraph(
                        VsmlVertex.addTo(
                                        builder,
                                        "vsml",
                                        new VsmlLayer.Builder().model(model).nOut(CLASSES).build(),
                                        "examples",
                                        "labels")
                                .addLayer("loss", TestNetworks.loss(), "vsml")
                                .setOutputs("loss")
                                .setInputTypes(
                                        InputType.recurrent(INPUTS), InputType.recurrent(CLASSES))
                                .build());
        graph.init();
        return graph;
    }
}
