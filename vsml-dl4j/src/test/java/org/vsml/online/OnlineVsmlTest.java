package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;

/** Online learners on whatever engine is best here, with VSML itself. */
class OnlineVsmlTest {

    private static final TaskShape TASK = TaskShape.of(9, 4);
    private static final Examples STREAM = Blobs.draw(TASK, 24, 3);
    private static final LearningAlgorithm ALGORITHM = algorithm();

    @TempDir private Path folder;

    private static LearningAlgorithm algorithm() {
        Vsml model =
                new Vsml(
                        SubRnn.PAPER.withStateSize(6),
                        Vsml.PAPER.architecture(),
                        Vsml.PAPER.dynamics());
        NamedArrays metaVariables = model.initialMetaVariables(Seeds.generator(2));
        Provenance provenance = Provenance.of("untrained", metaVariables).build();
        return new LearningAlgorithm(model, metaVariables, provenance);
    }

    private static double[] input(int example) {
        return Arrays.copyOfRange(STREAM.inputs(), example * 9, (example + 1) * 9);
    }

    private static double[] learn(OnlineLearner learner, int from, int to) {
        double[] all = new double[(to - from) * 4];
        for (int t = from; t < to; t++) {
            System.arraycopy(
                    learner.learn(input(t), STREAM.labels()[t]), 0, all, (t - from) * 4, 4);
        }
        return all;
    }

    @Test
    void aLearnerReadFromItsFileAloneGoesOnBitForBit() throws Exception {
        OnlineLearner learner = OnlineLearner.pretrained(ALGORITHM, Engine.auto()).forTask(TASK, 5);
        learn(learner, 0, 12);
        Path file = folder.resolve("learner.vsml");
        learner.save(file);
        OnlineLearner again = OnlineLearner.load(file);

        assertThat(learn(again, 12, 24)).containsExactly(learn(learner, 12, 24));
        assertThat(again.learnedVariables().sha256())
                .isEqualTo(learner.learnedVariables().sha256());
    }

    @Test
    void anAlgorithmReadFromItsFileLearnsAlike() throws Exception {
        Path file = folder.resolve("algorithm.vsml");
        ALGORITHM.save(file);

        assertThat(learn(OnlineLearner.pretrained(file).forTask(9, 4), 0, 6))
                .containsExactly(
                        learn(
                                OnlineLearner.pretrained(ALGORITHM, Engine.auto()).forTask(9, 4),
                                0,
                                6));
    }

    @Test
    void oneRunOverAStreamPredictsWhatLearningStepByStepPredicts() {
        Pretrained pretrained = OnlineLearner.pretrained(ALGORITHM, Engine.auto());
        double[] logits = pretrained.named("vsml").start(TASK, 5).learn(STREAM);
        double[] probabilities = learn(pretrained.forTask(TASK, 5), 0, 24);

        for (int t = 0; t < 24; t++) {
            double[] expected = org.vsml.core.CrossEntropy.softmax(logits, t * 4, 4);
            for (int c = 0; c < 4; c++) {
                // Two ways through an engine in float, over 48 ticks.
                assertThat(probabilities[t * 4 + c]).isCloseTo(expected[c], within(1e-5));
            }
        }
    }

    @Test
    void oneAlgorithmServesTasksOfAnySize() {
        Pretrained pretrained = OnlineLearner.pretrained(ALGORITHM, Engine.auto());
        for (TaskShape task : new TaskShape[] {TaskShape.of(1, 2), TaskShape.of(33, 17)}) {
            OnlineLearner learner = pretrained.forTask(task, 1);
            double[] probabilities = learner.learn(new double[task.inputs()], 1);

            assertThat(probabilities).hasSize(task.classes());
            assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-9));
        }
    }
}
