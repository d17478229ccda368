package org.vsml.cloning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.Architecture;
import org.vsml.core.Engine;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LearningAlgorithm;
import org.vsml.dl4j.VsmlZoo;
import org.vsml.episode.DataSets;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;
import org.vsml.episode.Split;
import org.vsml.online.OnlineLearner;

/** The clone that comes with the library does what it is said to do, as it did when it came. */
class ShippedCloneTest {

    private static final LearningAlgorithm SHIPPED = LearningAlgorithm.fromResource("backprop-1");

    /** Mean loss of the last 20 of 100 batches of 32, recorded when the algorithm was shipped. */
    private static final double SHALLOW_LOSS = 0.46578;

    private static final double DEEP_LOSS = 0.89115;

    /**
     * Rounding in another order (other vector instructions) changes the learned weights by far
     * less.
     */
    private static final double TOLERANCE = 2e-3;

    private static final int INPUTS = 784;

    private static CloneComparison.Result run(int... hidden) {
        ImageSet train = DataSets.embedded().load("mnist", Split.TRAIN);
        ImageSet test = DataSets.embedded().load("mnist", Split.TEST);
        LearningAlgorithm algorithm =
                ClonedBackpropagation.withArchitecture(SHIPPED, Architecture.dense(hidden));
        return new CloneComparison(algorithm, train, test, 32, 0.1).run(100, 1);
    }

    private static double end(List<CloneComparison.Step> steps) {
        return steps.subList(80, 100).stream()
                .mapToDouble(CloneComparison.Step::cloneLoss)
                .average()
                .orElseThrow();
    }

    private static double leastCosine(CloneComparison.Result result) {
        return result.steps().stream()
                .flatMap(step -> step.cosine().stream())
                .mapToDouble(Double::doubleValue)
                .min()
                .orElseThrow();
    }

    @Test
    void hundredBatchesOfDigitsReachTheRecordedLoss() {
        CloneComparison.Result result = run();
        assertThat(end(result.steps())).isCloseTo(SHALLOW_LOSS, within(TOLERANCE));
        assertThat(leastCosine(result)).isGreaterThan(0.99);
        assertThat(result.cloneAccuracy()).isCloseTo(result.sgdAccuracy(), within(0.02));
    }

    @Test
    void throughAHiddenLayerToo() {
        CloneComparison.Result result = run(8);
        assertThat(end(result.steps())).isCloseTo(DEEP_LOSS, within(TOLERANCE));
        assertThat(leastCosine(result)).isGreaterThan(0.95);
        assertThat(result.cloneAccuracy()).isCloseTo(result.sgdAccuracy(), within(0.03));
    }

    @Test
    void comesWithItsProvenance() {
        assertThat(SHIPPED.provenance().name()).isEqualTo("backprop-1");
        assertThat(SHIPPED.provenance().gitCommit()).matches("[0-9a-f]{40}");
        assertThat(SHIPPED.provenance().reproduce()).startsWith("./vsml clone --seed ");
        assertThat(SHIPPED.provenance().trainingLog())
                .containsKeys("random_steps", "shadow_steps", "minutes", "output", "delta_w");
    }

    @Test
    void anOnlineLearnerAndADeeplearning4jLayerRunItAlike() {
        OnlineLearner online = OnlineLearner.pretrained(SHIPPED, Engine.auto()).forTask(INPUTS, 10);
        ComputationGraph graph = VsmlZoo.of("backprop-1").task(INPUTS, 10).initPretrained();
        ImageSet digits = DataSets.embedded().load("mnist", Split.TRAIN);
        float[] pixels = new float[INPUTS];
        double before = 0;
        double after = 0;
        for (int i = 0; i < 60; i++) {
            digits.read(i, digits.mean(), 1 / digits.deviation(), pixels);
            double[] x = new double[INPUTS];
            for (int a = 0; a < INPUTS; a++) {
                x[a] = pixels[a];
            }
            int label = digits.label(i);
            double[] probabilities = online.learn(x, label);
            INDArray one = Nd4j.zeros(1, 10);
            one.putScalar(0, label, 1);
            INDArray[] output = graph.rnnTimeStep(Nd4j.create(pixels, new int[] {1, INPUTS}), one);
            assertThat(output[0].getDouble(label))
                    .as("probability of digit %d", i)
                    .isCloseTo(probabilities[label], within(1e-5));
            before += i < 30 ? probabilities[label] / 30 : 0;
            after += i >= 30 ? probabilities[label] / 30 : 0;
        }
        assertThat(after).isGreaterThan(before + 0.1);
    }

    @Test
    void aDeeplearning4jLayerCanHaveHiddenLayersOfIt() {
        ComputationGraph graph =
                VsmlZoo.of("backprop-1")
                        .task(5, 3)
                        .layer(layer -> layer.hidden(new HiddenLayer.Dense(4)))
                        .initPretrained();
        INDArray x = Nd4j.create(row(5), new int[] {1, 5});
        INDArray label = Nd4j.create(new float[] {0, 1, 0}, new int[] {1, 3});
        double first = graph.rnnTimeStep(x, label)[0].getDouble(1);
        for (int i = 0; i < 20; i++) {
            graph.rnnTimeStep(x, label);
        }
        assertThat(graph.rnnTimeStep(x, label)[0].getDouble(1)).isGreaterThan(first + 0.1);
    }

    @Test
    void fitRefusesItSinceItRunsForwardOnly() {
        ComputationGraph graph = VsmlZoo.of("backprop-1").task(5, 3).initPretrained();
        INDArray x = Nd4j.create(row(10), new int[] {1, 5, 2});
        INDArray label = Nd4j.create(new float[] {0, 1, 1, 0, 0, 0}, new int[] {1, 3, 2});
        MultiDataSet episode = new MultiDataSet(new INDArray[] {x, label}, new INDArray[] {label});
        assertThatThrownBy(() -> graph.fit(episode)).hasMessageContaining("runs forward only");
    }

    private static float[] row(int size) {
        float[] values = new float[size];
        var random = Seeds.generator(2);
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
