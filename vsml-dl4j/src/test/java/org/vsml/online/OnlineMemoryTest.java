package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.MemoryCase;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.TaskShape;

/** Learners whose learned variables grow. */
class OnlineMemoryTest {

    private static final TaskShape TASK = TaskShape.of(5, 3);
    private static final Examples STREAM = Blobs.draw(TASK, 100, 3);

    @TempDir Path folder;

    private static Pretrained pretrained(int capacity) {
        MemoryCase c = MemoryCase.of(1, true, true, capacity, 4);
        NamedArrays meta = c.model().initialMetaVariables(new SplittableRandom(1));
        return OnlineLearner.pretrained(
                new LearningAlgorithm(c.model(), meta, Provenance.of("test", meta).build()),
                Engine.auto());
    }

    private static void learn(OnlineLearner learner, int from, int to) {
        for (int t = from; t < to; t++) {
            learner.learn(input(t), STREAM.labels()[t]);
        }
    }

    private static double[] input(int t) {
        return Arrays.copyOfRange(STREAM.inputs(), t * 5, t * 5 + 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 60, 1000})
    void aSavedLearnerGoesOnBitForBit(int capacity) throws IOException {
        OnlineLearner learner = pretrained(capacity).forTask(5, 3);
        learn(learner, 0, 50);
        Path file = folder.resolve("learner.vsml");
        learner.save(file);
        OnlineLearner again = OnlineLearner.load(file);
        learn(learner, 50, 100);
        learn(again, 50, 100);

        NamedArrays learned = again.learnedVariables();
        assertThat(learned.layout().entry("memory.label").size())
                .isEqualTo(Math.min(capacity, 100));
        assertThat(learned.sha256()).isEqualTo(learner.learnedVariables().sha256());
        assertThat(again.predict(input(7))).isEqualTo(learner.predict(input(7)));
    }

    @Test
    void aLearnerThatHasSeenNothingIsSavedToo() throws IOException {
        Path file = folder.resolve("learner.vsml");
        pretrained(20).forTask(5, 3).save(file);
        OnlineLearner again = OnlineLearner.load(file);
        assertThat(again.learnedVariables().layout().entry("memory.label").size()).isZero();
        for (double p : again.predict(input(0))) {
            assertThat(p).isBetween(1 / 3.0 - 1e-6, 1 / 3.0 + 1e-6);
        }
    }

    @Test
    void moreUnitsThanTheAlgorithmKeepsAreRefusedByName() throws IOException {
        Path file = folder.resolve("learner.vsml");
        OnlineLearner learner = pretrained(40).forTask(5, 3);
        learn(learner, 0, 50);
        learner.save(file);

        // The same meta variables, another capacity: another algorithm, or what it says of itself.
        assertThatIOException()
                .isThrownBy(() -> pretrained(20).load(file))
                .withMessageContaining(file.toString());
    }
}
