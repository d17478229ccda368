package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.exact;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.layer;
import static org.vsml.dl4j.TestNetworks.loss;
import static org.vsml.dl4j.TestNetworks.mask;
import static org.vsml.dl4j.TestNetworks.network;
import static org.vsml.dl4j.TestNetworks.tiny;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;

class VsmlLayerStateTest {

    private static final int EPISODES = 3;
    private static final int STEPS = 6;

    // Stepwise and whole sequences differ by the rounding of the state between steps at most.
    private static final double STEPWISE = 1e-6;

    private final INDArray x = examples(DataType.FLOAT, EPISODES, FEATURES, STEPS, 1);
    private final INDArray y = labels(DataType.FLOAT, EPISODES, CLASSES, STEPS, 2);
    private final INDArray both = Nd4j.concat(1, x, y);

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void stepsOneByOneEqualTheWholeSequence(DataType type) {
        MultiLayerNetwork network = network(type, new Sgd(0.1), layer(tiny(3)).build());
        INDArray input = both.castTo(type);
        INDArray whole = network.output(input);

        for (int t = 0; t < STEPS; t++) {
            INDArray step = network.rnnTimeStep(step(input, t));
            assertClose(step, step(whole, t), STEPWISE);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void inputsThatRestGoOnRestingFromStepToStep(DataType type) {
        Vsml model = tiny(3);
        Vsml resting = model.withDynamics(model.dynamics().withConstantInputs(ConstantInputs.REST));
        INDArray input = both.castTo(type);
        // Feature 0 never changes, feature 1 from step 3 on.
        input.get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all()).assign(0.5);
        input.get(NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.interval(0, 3)).assign(2);
        MultiLayerNetwork network = network(type, new Sgd(0.1), layer(resting).build());
        INDArray whole = network.output(input);

        for (int t = 0; t < STEPS; t++) {
            assertClose(network.rnnTimeStep(step(input, t)), step(whole, t), STEPWISE);
        }

        INDArray awake = network.rnnGetPreviousState(0).get("awake");
        assertThat(awake.shape()).containsExactly(EPISODES, FEATURES);
        assertThat(awake.getRow(0).toDoubleVector()).containsExactly(0, 1, 1);
    }

    @Test
    void stepsOfAnyNumberOfExamplesEqualTheWholeSequence() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray whole = network.output(both);

        assertClose(network.rnnTimeStep(steps(both, 0, 2)), steps(whole, 0, 2), STEPWISE);
        assertClose(network.rnnTimeStep(steps(both, 2, 3)), steps(whole, 2, 3), STEPWISE);
        assertClose(network.rnnTimeStep(steps(both, 3, 6)), steps(whole, 3, 6), STEPWISE);
    }

    @Test
    void singleExamplesMayLeaveTheTimeAxisOut() {
        ComputationGraph graph =
                TestNetworks.graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray whole = graph.outputSingle(x, y);

        for (int t = 0; t < STEPS; t++) {
            INDArray step = graph.rnnTimeStep(flat(x, t), flat(y, t))[0];
            assertThat(step.shape()).containsExactly(EPISODES, CLASSES);
            assertClose(step, flat(whole, t), STEPWISE);
        }
    }

    @Test
    void clearingTheStateForgetsWhatWasLearned() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray first = network.rnnTimeStep(step(both, 0));
        INDArray second = network.rnnTimeStep(step(both, 0));
        assertThat(first.equalsWithEps(second, 1e-4)).isFalse();

        network.rnnClearPreviousState();

        assertClose(network.rnnTimeStep(step(both, 0)), first, 0);
    }

    @Test
    void stateCanBeTakenOutAndPutBack() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny(2)).build());
        network.rnnTimeStep(steps(both, 0, 3));
        Map<String, INDArray> state = new HashMap<>(network.rnnGetPreviousState(0));
        INDArray next = network.rnnTimeStep(step(both, 3));
        assertThat(state.get("cell.0").shape()).containsExactly(EPISODES, 3, 2, FEATURES);

        network.rnnClearPreviousState();
        network.rnnSetPreviousState(0, state);

        assertClose(network.rnnTimeStep(step(both, 3)), next, STEPWISE);
    }

    @Test
    void stateOfAnotherTaskIsRefused() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny(2)).build());
        network.rnnTimeStep(step(both, 0));
        Map<String, INDArray> state = new HashMap<>(network.rnnGetPreviousState(0));
        state.put("cell.0", Nd4j.zeros(EPISODES, 3, 2, FEATURES + 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.rnnSetPreviousState(0, state))
                .withMessageStartingWith("learned variables do not fit");
    }

    @Test
    void trainingBetweenStepsTakesEffectWithTheNextStep() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(1), layer(tiny()).build());
        MultiLayerNetwork same = network.clone();
        network.rnnTimeStep(step(both, 0));
        same.rnnTimeStep(step(both, 0));

        MetaVariables.set(
                network, 0, layer(tiny()).build().initialMetaVariables(Seeds.generator(99)));

        assertThat(
                        network.rnnTimeStep(step(both, 1))
                                .equalsWithEps(same.rnnTimeStep(step(both, 1)), 1e-5))
                .isFalse();
    }

    @Test
    void labelOfAStepReachesTheLayerOnlyAfterItsPrediction() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray other = both.dup();
        INDArray labelsOfStepTwo =
                other.get(
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(FEATURES, FEATURES + CLASSES),
                        NDArrayIndex.point(2));
        labelsOfStepTwo.assign(labelsOfStepTwo.rsub(1));

        INDArray before = network.output(both);
        INDArray after = network.output(other);

        assertClose(steps(after, 0, 3), steps(before, 0, 3), 0);
        assertThat(step(after, 3).equalsWithEps(step(before, 3), 1e-6)).isFalse();
    }

    @Test
    void maskedStepsAreAsIfTheyWereNotThere() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny(2)).build());
        INDArray mask = mask(DataType.FLOAT, EPISODES, STEPS);
        INDArray dirty = both.dup();
        for (int e = 0; e < EPISODES; e++) {
            for (int t = 0; t < STEPS; t++) {
                if (mask.getDouble(e, t) == 0) {
                    dirty.get(NDArrayIndex.point(e), NDArrayIndex.all(), NDArrayIndex.point(t))
                            .assign(Double.NaN);
                }
            }
        }
        network.setLayerMaskArrays(mask, null);
        INDArray masked = network.feedForward(dirty).get(1);
        network.clearLayerMaskArrays();

        for (int e = 0; e < EPISODES; e++) {
            int episode = e;
            int[] there =
                    IntStream.range(0, STEPS)
                            .filter(t -> mask.getDouble(episode, t) != 0)
                            .toArray();
            INDArray alone =
                    both.get(
                                    NDArrayIndex.interval(e, e + 1),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.indices(
                                            Arrays.stream(there).asLongStream().toArray()))
                            .dup();
            INDArray logits = network.feedForward(alone).get(1);
            for (int i = 0; i < there.length; i++) {
                assertClose(
                        masked.get(
                                NDArrayIndex.point(e),
                                NDArrayIndex.all(),
                                NDArrayIndex.point(there[i])),
                        logits.get(
                                NDArrayIndex.point(0), NDArrayIndex.all(), NDArrayIndex.point(i)),
                        STEPWISE);
            }
        }
        assertThat(masked.getDouble(0, 0, 1)).isZero();
    }

    @Test
    void unshownLabelsChangeThePredictionsThatFollow() {
        ComputationGraph graph =
                TestNetworks.graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray shown = Nd4j.ones(DataType.FLOAT, EPISODES, STEPS);
        shown.putColumn(1, Nd4j.zeros(DataType.FLOAT, EPISODES));
        INDArray withoutOne = y.dup();
        step(withoutOne, 1).assign(0);

        INDArray byMask =
                graph.output(
                                false,
                                new INDArray[] {x, y},
                                new INDArray[] {Nd4j.ones(DataType.FLOAT, EPISODES, STEPS), shown})[
                        0];

        assertClose(byMask, graph.outputSingle(x, withoutOne), 0);
        assertThat(byMask.equalsWithEps(graph.outputSingle(x, y), 1e-6)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void truncatedBackPropagationOverTheWholeLengthEqualsTheFullOne(DataType type) {
        MultiLayerNetwork full = network(type, new Sgd(0.5), layer(tiny(2)).build());
        MultiLayerNetwork truncated = truncated(type, STEPS, STEPS);
        truncated.setParams(full.params());

        full.fit(both.castTo(type), y.castTo(type));
        truncated.fit(both.castTo(type), y.castTo(type));

        assertThat(exact(truncated.params())).isEqualTo(exact(full.params()));
    }

    @Test
    void truncatedBackPropagationGoesOnFromTheLearnedVariablesOfTheSegmentBefore() {
        MultiLayerNetwork network = truncated(DataType.DOUBLE, 2, 2);
        network.setLearningRate(0);
        INDArray probabilities = network.output(both.castTo(DataType.DOUBLE));
        List<Double> scores = new ArrayList<>();
        network.setListeners(
                new BaseTrainingListener() {
                    @Override
                    public void iterationDone(Model model, int iteration, int epoch) {
                        scores.add(model.score());
                    }
                });

        network.fit(both.castTo(DataType.DOUBLE), y.castTo(DataType.DOUBLE));

        assertThat(scores).hasSize(3);
        for (int s = 0; s < 3; s++) {
            INDArray right =
                    steps(probabilities, 2 * s, 2 * s + 2)
                            .mul(steps(y, 2 * s, 2 * s + 2).castTo(DataType.DOUBLE))
                            .sum(1);
            double loss = -Transforms.log(right, true).sumNumber().doubleValue() / EPISODES;
            assertThat(scores.get(s)).isCloseTo(loss, within(1e-9));
        }
    }

    @Test
    void backwardLengthBelowTheForwardLengthGoesBackOverTheLastStepsOnly() {
        // Directly on the layer: Deeplearning4j 1.0.0-M2.1 itself never asks for less than a whole
        // segment.
        RecurrentLayer whole = recurrent(truncated(DataType.DOUBLE, STEPS, STEPS));
        RecurrentLayer last = recurrent(truncated(DataType.DOUBLE, STEPS, STEPS));
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        INDArray input = both.castTo(DataType.DOUBLE);
        INDArray epsilon = examples(DataType.DOUBLE, EPISODES, CLASSES, STEPS, 5);

        whole.rnnActivateUsingStoredState(input, true, true, none);
        Pair<Gradient, INDArray> cut = whole.tbpttBackpropGradient(epsilon, 2, none);
        last.rnnActivateUsingStoredState(steps(input, 0, STEPS - 2), true, true, none);
        last.rnnActivateUsingStoredState(steps(input, STEPS - 2, STEPS), true, true, none);
        Pair<Gradient, INDArray> expected =
                last.backpropGradient(steps(epsilon, STEPS - 2, STEPS), none);

        assertClose(cut.getFirst().gradient(), expected.getFirst().gradient(), 1e-12);
        assertClose(steps(cut.getSecond(), STEPS - 2, STEPS), expected.getSecond(), 1e-12);
        assertClose(
                steps(cut.getSecond(), 0, STEPS - 2),
                steps(cut.getSecond(), 0, STEPS - 2).mul(0),
                0);
    }

    @Test
    void episodesOfABatchDoNotInfluenceEachOther() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray together = network.output(both);

        for (int e = 0; e < EPISODES; e++) {
            INDArray alone =
                    network.output(
                            both.get(
                                            NDArrayIndex.interval(e, e + 1),
                                            NDArrayIndex.all(),
                                            NDArrayIndex.all())
                                    .dup());
            assertClose(
                    alone,
                    together.get(
                            NDArrayIndex.interval(e, e + 1),
                            NDArrayIndex.all(),
                            NDArrayIndex.all()),
                    STEPWISE);
        }
    }

    @Test
    void startsDifferByEpisodeOrByIterationOnlyWhenAskedTo() {
        INDArray one =
                both.get(NDArrayIndex.interval(0, 1), NDArrayIndex.all(), NDArrayIndex.all());
        INDArray twice = Nd4j.concat(0, one, one);
        INDArray target =
                Nd4j.concat(
                        0, y.get(NDArrayIndex.interval(0, 1)), y.get(NDArrayIndex.interval(0, 1)));

        MultiLayerNetwork same = network(DataType.FLOAT, new Sgd(0), layer(tiny()).build());
        MultiLayerNetwork byEpisode =
                network(
                        DataType.FLOAT,
                        new Sgd(0),
                        layer(tiny()).startSeeds(StartSeeds.BY_EPISODE).build());
        MultiLayerNetwork byIteration =
                network(
                        DataType.FLOAT,
                        new Sgd(0),
                        layer(tiny()).startSeeds(StartSeeds.BY_EPISODE_AND_ITERATION).build());

        INDArray out = same.output(twice);
        assertClose(out.slice(0), out.slice(1), 0);
        INDArray different = byEpisode.output(twice);
        assertThat(different.slice(0).equalsWithEps(different.slice(1), 1e-5)).isFalse();
        assertThat(score(byEpisode, twice, target)).isEqualTo(score(byEpisode, twice, target));
        assertThat(score(byIteration, twice, target))
                .isNotEqualTo(score(byIteration, twice, target));
        assertClose(byIteration.output(twice), byIteration.output(twice), 0);
    }

    @Test
    void anotherNumberOfEpisodesThanTheStoredStateIsRefusedWithTheRemedy() {
        MultiLayerNetwork network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        network.rnnTimeStep(step(both, 0));
        INDArray two =
                step(both, 1)
                        .get(NDArrayIndex.interval(0, 2), NDArrayIndex.all(), NDArrayIndex.all())
                        .dup();

        assertThatThrownBy(() -> network.rnnTimeStep(two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of 3 episodes, got data of 2")
                .hasMessageContaining("rnnClearPreviousState");
    }

    private static RecurrentLayer recurrent(MultiLayerNetwork network) {
        network.initGradientsView();
        return (RecurrentLayer) network.getLayer(0);
    }

    private static double score(MultiLayerNetwork network, INDArray input, INDArray target) {
        network.fit(input, target);
        return network.score();
    }

    private static MultiLayerNetwork truncated(DataType type, int forward, int backward) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        TestNetworks.configuration(type, new Sgd(0.5))
                                .list()
                                .layer(layer(tiny(2)).build())
                                .layer(loss())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .backpropType(BackpropType.TruncatedBPTT)
                                .tBPTTForwardLength(forward)
                                .tBPTTBackwardLength(backward)
                                .build());
        network.init();
        return network;
    }

    private static INDArray step(INDArray sequence, int t) {
        return steps(sequence, t, t + 1);
    }

    private static INDArray steps(INDArray sequence, int from, int to) {
        return sequence.get(
                NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    }

    private static INDArray flat(INDArray sequence, int t) {
        return sequence.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t)).dup();
    }

    private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThanOrEqualTo(tolerance);
    }
}
