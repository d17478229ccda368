package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Precision;
import org.vsml.core.TaskShape;
import org.vsml.cpu.CpuEngine;

/** Learning into an array of the caller's. */
class OnlineAllocationTest {

    private static final TaskShape TASK = TaskShape.of(8, 3);
    private static final Examples STREAM = Blobs.draw(TASK, 300, 11);

    private static double[] input(int example) {
        return Arrays.copyOfRange(
                STREAM.inputs(), example * TASK.inputs(), (example + 1) * TASK.inputs());
    }

    /** What is left before the JIT compiler: boxed arguments of messages that are not made. */
    @Test
    void predictingAndLearningIntoAnArrayAllocateNoArraysOfTheirOwn() {
        OnlineLearner learner =
                OnlineLearner.pretrained(
                                LearningAlgorithm.fromResource("general-1"),
                                new CpuEngine(CpuEngine.Kernels.PORTABLE))
                        .forTask(TASK.inputs(), TASK.classes());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] probabilities = new double[TASK.classes()];
        long allocated = 0;
        for (int t = 0; t < 300; t++) {
            double[] input = input(t);
            long before = threads.getCurrentThreadAllocatedBytes();
            learner.predict(input, probabilities);
            learner.learn(input, STREAM.labels()[t], probabilities);
            // The first examples load classes, and wake inputs.
            allocated += t < 50 ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated / 250).isLessThan(400);
    }

    @Test
    void arraysOfTheCallersHoldWhatNewOnesWould() {
        for (String algorithm : new String[] {"general-1", "general-2"}) {
            for (Engine engine :
                    new Engine[] {new CpuEngine(), Engine.of("samediff", Precision.FLOAT)}) {
                Pretrained pretrained =
                        OnlineLearner.pretrained(LearningAlgorithm.fromResource(algorithm), engine);
                OnlineLearner one = pretrained.forTask(TASK.inputs(), TASK.classes());
                OnlineLearner other = pretrained.forTask(TASK.inputs(), TASK.classes());
                double[] probabilities = new double[TASK.classes()];
                for (int t = 0; t < 10; t++) {
                    one.predict(input(t), probabilities);
                    assertThat(probabilities).isEqualTo(other.predict(input(t)));
                    one.learn(input(t), STREAM.labels()[t], probabilities);
                    assertThat(probabilities).isEqualTo(other.learn(input(t), STREAM.labels()[t]));
                }
            }
        }
    }

    @Test
    void anArrayOfAnotherSizeIsRefusedBeforeAnythingIsLearned() {
        OnlineLearner learner = OnlineLearner.pretrained().forTask(TASK.inputs(), TASK.classes());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> learner.learn(input(0), 0, new double[2]))
                .withMessage("probabilities must have room for 3 classes, got 2");
        assertThat(learner.examples()).isZero();
    }
}
