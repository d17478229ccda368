package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

class OnlineLearnerTest {

    private static final TaskShape TASK = TaskShape.of(8, 3);
    private static final Examples STREAM = Blobs.draw(TASK, 300, 11);

    @TempDir Path folder;

    private static LearningAlgorithm algorithm(double rate) {
        NamedArrays metaVariables = NamedArrays.zeros(Vsml.PAPER.metaVariableLayout());
        metaVariables.values()[0] = rate;
        Provenance provenance = Provenance.of("test", metaVariables).build();
        return new LearningAlgorithm(Vsml.PAPER, metaVariables, provenance);
    }

    private static Pretrained pretrained() {
        return OnlineLearner.pretrained(algorithm(0.05), DeltaRule.engine());
    }

    private static double[] input(int example) {
        return Arrays.copyOfRange(
                STREAM.inputs(), example * TASK.inputs(), (example + 1) * TASK.inputs());
    }

    private static int learn(OnlineLearner learner, int from, int to) {
        int right = 0;
        for (int t = from; t < to; t++) {
            double[] probabilities = learner.learn(input(t), STREAM.labels()[t]);
            int best =
                    IntStream.range(0, TASK.classes())
                            .reduce((a, b) -> probabilities[b] > probabilities[a] ? b : a)
                            .orElseThrow();
            right += best == STREAM.labels()[t] ? 1 : 0;
        }
        return right;
    }

    @Test
    void learnsAStreamAndGivesProbabilities() {
        OnlineLearner learner = pretrained().forTask(8, 3);
        int right = learn(learner, 0, 300);

        assertThat(right).isGreaterThan(255);
        assertThat(learner.examples()).isEqualTo(300);
        double[] probabilities = learner.predict(input(0));
        assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-12));
        assertThat(Arrays.stream(probabilities)).allMatch(p -> p >= 0 && p <= 1);
    }

    @Test
    void predictingChangesNothing() {
        OnlineLearner learner = pretrained().forTask(8, 3);
        learn(learner, 0, 20);
        String before = learner.learnedVariables().sha256();
        double[] first = learner.predict(input(50));

        assertThat(learner.predict(input(50))).containsExactly(first);
        assertThat(learner.learnedVariables().sha256()).isEqualTo(before);
    }

    @Test
    void learningPredictsBeforeItSeesTheLabel() {
        OnlineLearner learner = pretrained().forTask(8, 3);
        learn(learner, 0, 20);
        double[] predicted = learner.predict(input(20));

        assertThat(learner.learn(input(20), 2)).containsExactly(predicted);
    }

    @Test
    void aSavedLearnerGoesOnBitForBit() throws Exception {
        OnlineLearner learner = pretrained().forTask(TASK, 4);
        learn(learner, 0, 100);
        Path file = folder.resolve("digits.vsml");
        learner.save(file);
        OnlineLearner again = pretrained().load(file);
        learn(learner, 100, 200);
        learn(again, 100, 200);

        assertThat(again.task()).isEqualTo(TASK);
        assertThat(again.examples()).isEqualTo(200);
        assertThat(again.learnedVariables().sha256())
                .isEqualTo(learner.learnedVariables().sha256());
        assertThat(again.predict(input(250))).containsExactly(learner.predict(input(250)));
    }

    @Test
    void anotherAlgorithmsFileIsRefusedByName() throws Exception {
        Path file = folder.resolve("other.vsml");
        OnlineLearner.pretrained(algorithm(0.1), DeltaRule.engine()).forTask(8, 3).save(file);

        assertThatIOException()
                .isThrownBy(() -> pretrained().load(file))
                .withMessageContaining(file.toString())
                .withMessageContaining(
                        "was saved by the learning algorithm test with meta variables of SHA-256");
    }

    @Test
    void damagedFilesAreRefusedByName() throws Exception {
        Path file = folder.resolve("digits.vsml");
        pretrained().forTask(8, 3).save(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int place : new int[] {0, 9, 40, bytes.length / 2, bytes.length - 1}) {
            byte[] damaged = bytes.clone();
            damaged[place] ^= 0x10;
            Files.write(file, damaged);
            assertThatIOException()
                    .isThrownBy(() -> pretrained().load(file))
                    .withMessageContaining(file.toString());
        }
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 7));
        assertThatIOException()
                .isThrownBy(() -> pretrained().load(file))
                .withMessageContaining(file.toString());
    }

    @Test
    void anAlgorithmFileIsNotALearner() throws Exception {
        Path file = folder.resolve("algorithm.vsml");
        algorithm(0.05).save(file);

        assertThatIOException()
                .isThrownBy(() -> pretrained().load(file))
                .withMessageContaining("expected 'online-learner'");
    }

    @Test
    void streamsInParallelDoNotDisturbEachOther() throws Exception {
        Pretrained shared = pretrained();
        OnlineLearner alone = shared.forTask(8, 3);
        learn(alone, 0, 300);
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> hashes =
                    IntStream.range(0, 32)
                            .mapToObj(
                                    i ->
                                            executor.submit(
                                                    () -> {
                                                        OnlineLearner learner =
                                                                shared.forTask(8, 3);
                                                        learn(learner, 0, 300);
                                                        return learner.learnedVariables().sha256();
                                                    }))
                            .toList();
            for (Future<String> hash : hashes) {
                assertThat(hash.get()).isEqualTo(alone.learnedVariables().sha256());
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void learnersOfDifferentSeedsStartDifferently() {
        assertThat(pretrained().forTask(TASK, 1).learnedVariables().sha256())
                .isNotEqualTo(pretrained().forTask(TASK, 2).learnedVariables().sha256());
    }

    @Test
    void badInputsAndLabelsAreNamedAndChangeNothing() {
        OnlineLearner learner = pretrained().forTask(8, 3);
        String before = learner.learnedVariables().sha256();
        double[] broken = input(0);
        broken[5] = Double.NaN;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> learner.learn(broken, 0))
                .withMessage("input 5 must be finite and within float, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> learner.learn(input(0), 3))
                .withMessage("label must be in [0, 3), got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> learner.predict(new double[7]))
                .withMessage("an example of this stream has 8 inputs, got 7");
        assertThat(learner.learnedVariables().sha256()).isEqualTo(before);
        assertThat(learner.examples()).isZero();
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("nowhere.vsml");

        assertThatIOException()
                .isThrownBy(() -> OnlineLearner.load(file))
                .isInstanceOf(IOException.class)
                .withMessageContaining("nowhere.vsml");
    }
}
