package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.MemoryCase;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Provenance;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
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
    private static final long BYTES_IN_THE_INTERPRETER = 400;

    /** A conditioned layer with a memory that is soon full, or is not. */
    private static LearningAlgorithm withMemory(int capacity) {
        VsmlWithMemory model = MemoryCase.of(1, true, true, capacity, 4).model();
        NamedArrays meta = model.initialMetaVariables(new SplittableRandom(1));
        return new LearningAlgorithm(model, meta, Provenance.of("test", meta).build());
    }

    private record Bytes(long predict, long learn) {}

    /** What a call allocates after the first examples, which load classes and wake inputs. */
    private static Bytes measure(LearningAlgorithm algorithm) {
        OnlineLearner learner =
                OnlineLearner.pretrained(algorithm, new CpuEngine(CpuEngine.Kernels.PORTABLE))
                        .forTask(TASK.inputs(), TASK.classes());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] probabilities = new double[TASK.classes()];
        long predict = 0;
        long learn = 0;
        for (int t = 0; t < 300; t++) {
            double[] input = input(t);
            double[] other = input((t + 1) % 300);
            long before = threads.getCurrentThreadAllocatedBytes();
            learner.predict(other, probabilities);
            long between = threads.getCurrentThreadAllocatedBytes();
            learner.learn(input, STREAM.labels()[t], probabilities);
            long after = threads.getCurrentThreadAllocatedBytes();
            predict += t < 50 ? 0 : between - before;
            learn += t < 50 ? 0 : after - between;
        }
        return new Bytes(predict / 250, learn / 250);
    }

    @Test
    void predictingAndLearningIntoAnArrayAllocateNoArraysOfTheirOwn() {
        List<LearningAlgorithm> algorithms =
                List.of(LearningAlgorithm.fromResource("general-1"), withMemory(20));
        for (LearningAlgorithm algorithm : algorithms) {
            Bytes bytes = measure(algorithm);
            assertThat(bytes.predict()).isLessThan(BYTES_IN_THE_INTERPRETER);
            assertThat(bytes.learn()).isLessThan(BYTES_IN_THE_INTERPRETER);
        }
    }

    @Test
    void aMemoryThatIsNotFullAllocatesTheUnitThatItRecruitsAndNothingElse() {
        VsmlWithMemory model =
                (VsmlWithMemory) LearningAlgorithm.fromResource("general-2").config();
        int states = 2 * model.layer().subRnn().stateSize() * TASK.classes();
        long unit = (long) Float.BYTES * (TASK.inputs() + states);

        Bytes bytes = measure(LearningAlgorithm.fromResource("general-2"));
        assertThat(bytes.predict()).isLessThan(BYTES_IN_THE_INTERPRETER);
        assertThat(bytes.learn()).isBetween(unit, unit + BYTES_IN_THE_INTERPRETER);
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
