package org.vsml.cloning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Architecture;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineLearner;

class ClonedNetworkTest {

    private static final TaskShape TASK = TaskShape.of(5, 3);
    private static final ClonedBackpropagation CONFIG =
            new ClonedBackpropagation(
                    new SubRnn(12, 2, 3, false, 0, 5), Architecture.dense(4), 4, 4);

    @TempDir Path folder;

    private static NamedArrays metaVariables() {
        return CONFIG.learner(null).initialMetaVariables(Seeds.generator(1));
    }

    private static LearningAlgorithm algorithm() {
        NamedArrays metaVariables = metaVariables();
        Provenance provenance = Provenance.of("test", metaVariables).build();
        return new LearningAlgorithm(CONFIG, metaVariables, provenance);
    }

    private static Examples examples(int length, int parallel) {
        RandomGenerator random = Seeds.generator(2);
        double[] inputs = new double[length * parallel * TASK.inputs()];
        int[] labels = new int[length * parallel];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = random.nextGaussian();
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(TASK.classes());
        }
        return new Examples(TASK, parallel, inputs, labels);
    }

    @Test
    void aLayerComputesWhatItsSubRnnsDo() {
        int inputs = 37;
        int outputs = 4;
        int examples = 3;
        RandomGenerator random = Seeds.generator(5);
        float[] w = gaussian(random, inputs * outputs);
        float[] b = gaussian(random, inputs * outputs);
        float[] x = gaussian(random, examples * inputs);
        float[] e = gaussian(random, examples * outputs);
        NamedArrays metaVariables = metaVariables();
        DenseTicks ticks =
                new DenseTicks(
                        new LstmWeights(metaVariables, CONFIG.subRnn()), inputs, outputs, w, b);
        float[] y = new float[examples * outputs];
        ticks.forward(x, examples, y);
        for (int p = 0; p < examples; p++) {
            float[] dw = new float[w.length];
            float[] db = new float[w.length];
            float[] down = new float[examples * inputs];
            ticks.backward(x, e, p, dw, db, down);
            float[] topDw = new float[w.length];
            float[] topDb = new float[w.length];
            ticks.backward(x, e, p, topDw, topDb, null);
            double[] expectedDown = new double[inputs];
            for (int o = 0; o < outputs; o++) {
                double expectedY = 0;
                for (int a = 0; a < inputs; a++) {
                    int at = o * inputs + a;
                    expectedY +=
                            ticked(metaVariables, w[at], b[at], x[p * inputs + a], 0)
                                    .forwardMessage();
                    ReferenceSubRnn rnn =
                            ticked(
                                    metaVariables,
                                    w[at],
                                    b[at],
                                    x[p * inputs + a],
                                    e[p * outputs + o]);
                    expectedDown[a] += rnn.backwardMessage();
                    assertThat((double) dw[at]).isCloseTo(rnn.cell[0] - w[at], within(2e-5));
                    assertThat((double) db[at]).isCloseTo(rnn.cell[1] - b[at], within(2e-5));
                    assertThat(topDw[at]).isCloseTo(dw[at], within(2e-5f));
                    assertThat(topDb[at]).isCloseTo(db[at], within(2e-5f));
                }
                assertThat((double) y[p * outputs + o]).isCloseTo(expectedY, within(2e-4));
            }
            for (int a = 0; a < inputs; a++) {
                assertThat((double) down[p * inputs + a]).isCloseTo(expectedDown[a], within(1e-4));
            }
        }
    }

    private static float[] gaussian(RandomGenerator random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static ReferenceSubRnn ticked(
            NamedArrays metaVariables, double w, double b, double x, double e) {
        ReferenceSubRnn rnn = new ReferenceSubRnn(metaVariables, CONFIG.subRnn(), w, b);
        for (int tick = 0; tick < ClonedBackpropagation.MICRO_TICKS; tick++) {
            rnn.tick(x, e);
        }
        return rnn;
    }

    @Test
    void aStreamComputesWhatAnEpisodeDoes() {
        Learner learner = CONFIG.learner(null);
        Examples episode = examples(6, 1);
        NamedArrays start = learner.initialLearnedVariables(TASK, 1, Seeds.generator(3));
        OnlineLearner online = OnlineLearner.pretrained(algorithm(), null).forTask(TASK, 3);
        try (Rollout run =
                learner.run(
                        metaVariables(),
                        List.of(start),
                        List.of(episode),
                        RolloutOptions.FORWARD)) {
            for (int t = 0; t < 6; t++) {
                double[] input = java.util.Arrays.copyOfRange(episode.inputs(), t * 5, t * 5 + 5);
                online.learn(input, episode.labels()[t]);
            }
            assertThat(online.learnedVariables().sha256())
                    .isEqualTo(run.learnedVariables(0).sha256())
                    .isNotEqualTo(start.sha256());
            assertThatIllegalStateException()
                    .isThrownBy(() -> run.backward(List.of(), List.of()))
                    .withMessageContaining("forward only");
        }
    }

    @Test
    void examplesWithoutLabelsTeachNothing() {
        NamedArrays start =
                CONFIG.learner(null).initialLearnedVariables(TASK, 2, Seeds.generator(3));
        ClonedNetwork network = new ClonedNetwork(CONFIG, metaVariables(), TASK, start);
        network.predict(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2);
        network.learn(new int[] {Examples.UNLABELLED, Examples.UNLABELLED});
        float[] expected = new float[start.values().length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (float) start.values()[i];
            assertThat((float) network.learnedVariables().values()[i]).isEqualTo(expected[i]);
        }
    }

    @Test
    void filesSayWhichLearnerItIs() throws Exception {
        Path file = folder.resolve("clone.vsml");
        algorithm().save(file);
        LearningAlgorithm read = LearningAlgorithm.load(file);
        LearnerConfig config = read.config();
        assertThat(config).isEqualTo(CONFIG);
        assertThat(read.header().toString()).contains("cloned_backpropagation");
        assertThat(ClonedBackpropagation.withArchitecture(read, Architecture.dense(7, 6)).config())
                .isEqualTo(CONFIG.withArchitecture(Architecture.dense(7, 6)));
    }

    @Test
    void refusesOtherSubRnns() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new ClonedBackpropagation(
                                        CONFIG.subRnn().withCoordinates(true),
                                        Architecture.dense(),
                                        4,
                                        4))
                .withMessageContaining("without coordinates");
    }
}
