package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LearnerConfig;
import org.vsml.core.TaskShape;
import org.vsml.dl4j.EpisodeDataSetIterator;
import org.vsml.dl4j.VsmlLayer;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;

/** Every meta-trained baseline as a layer of a Deeplearning4j network, in double. */
@Tag("own-fork")
class BaselineLayerTest {

    private static final int FEATURES = 3;
    private static final int CLASSES = 2;
    private static final int EPISODES = 2;
    private static final int STEPS = 4;
    private static final TaskShape TASK = TaskShape.of(FEATURES, CLASSES);

    @BeforeAll
    static void computeInDouble() {
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    }

    static Stream<LearnerConfig> baselines() {
        return Stream.of(
                new HebbianFastWeights(TASK, HebbianFastWeights.Rule.HEBB),
                new HebbianFastWeights(TASK, HebbianFastWeights.Rule.OJA),
                new FastWeightProgrammer(TASK, 3),
                new FastWeightMemory(TASK, 4, 2),
                MetaRnn.of(TASK).withHiddenSize(4));
    }

    private static MultiLayerNetwork network(LearnerConfig learner) {
        MultiLayerConfiguration configuration =
                new NeuralNetConfiguration.Builder()
                        .seed(7)
                        .dataType(DataType.DOUBLE)
                        .updater(new NoOp())
                        .list()
                        .layer(
                                new VsmlLayer.Builder()
                                        .model(learner)
                                        .nOut(CLASSES)
                                        .startSeed(3)
                                        .build())
                        .layer(
                                new RnnLossLayer.Builder(LossFunction.MCXENT)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .setInputType(InputType.recurrent(FEATURES + CLASSES))
                        .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    /** Examples beside their labels, and the labels. */
    private static DataSet episodes() {
        TaskDistribution task =
                TaskDistribution.Prototypes.of(IntRange.of(FEATURES), IntRange.of(CLASSES));
        EpisodeSource source =
                EpisodeDistribution.of(EpisodeDistribution.Component.of(task, STEPS))
                        .source(DataSets.embedded());
        return new EpisodeDataSetIterator.Builder(source)
                .perBatch(EPISODES)
                .batches(1)
                .seed(1)
                .build()
                .next();
    }

    @ParameterizedTest
    @MethodSource("baselines")
    void passesTheGradientCheck(LearnerConfig learner) {
        DataSet episodes = episodes();
        assertThat(
                        GradientCheckUtil.checkGradients(
                                new GradientCheckUtil.MLNConfig()
                                        .net(network(learner))
                                        .input(episodes.getFeatures())
                                        .labels(episodes.getLabels())
                                        .epsilon(1e-6)
                                        .maxRelError(1e-5)
                                        .minAbsoluteError(1e-8)
                                        .exitOnFirstError(true)
                                        .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("baselines")
    void stepByStepItPredictsWhatItPredictsInAWholeEpisode(LearnerConfig learner) {
        MultiLayerNetwork network = network(learner);
        INDArray episodes = episodes().getFeatures();
        INDArray whole = network.output(episodes);
        for (int t = 0; t < STEPS; t++) {
            INDArray step =
                    episodes.get(
                                    NDArrayIndex.all(),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.interval(t, t + 1))
                            .dup('c');
            INDArray expected =
                    whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t));
            assertThat(network.rnnTimeStep(step).reshape(EPISODES, CLASSES).sub(expected))
                    .satisfies(gap -> assertThat(gap.amaxNumber().doubleValue()).isLessThan(1e-9));
        }
    }

    @ParameterizedTest
    @MethodSource("baselines")
    void survivesTheNetworksJson(LearnerConfig learner) {
        MultiLayerConfiguration before = network(learner).getLayerWiseConfigurations();
        MultiLayerConfiguration after = MultiLayerConfiguration.fromJson(before.toJson());
        assertThat(((VsmlLayer) after.getConf(0).getLayer()).learnerConfig()).isEqualTo(learner);
    }

    @Test
    void hiddenLayersAreRefused() {
        VsmlLayer.Builder builder =
                new VsmlLayer.Builder()
                        .model(new HebbianFastWeights(TASK, HebbianFastWeights.Rule.OJA));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.hidden(new HiddenLayer.Dense(3)))
                .withMessageContaining("HebbianFastWeights");
    }

    @Test
    void aTaskLargerThanTheLearnersIsRefused() {
        LearnerConfig small =
                new HebbianFastWeights(TaskShape.of(2, 2), HebbianFastWeights.Rule.OJA);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(small).output(episodes().getFeatures()))
                .withMessageContaining("at most 2 inputs and 2 classes, got 3 and 2");
    }
}
