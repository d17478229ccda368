package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.MemoryCase;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.VsmlWithMemory;
import org.vsml.reference.ReferenceVsml;

/** Layers with a memory on the fused kernels, against the reference and central differences. */
class MemoryTest {

    private static MemoryCase smallCase(
            long seed, boolean resting, boolean discriminant, boolean images) {
        return MemoryCase.of(seed, resting, discriminant, 9, 4, images);
    }

    private static Learner learner(VsmlWithMemory model, boolean portable) {
        return new CpuEngine(portable ? CpuEngine.Kernels.PORTABLE : CpuEngine.Kernels.BEST)
                .learner(model);
    }

    @ParameterizedTest
    @CsvSource({
        "1,false,false,false",
        "2,true,false,false",
        "3,false,true,false",
        "4,true,true,false",
        "5,false,true,true",
        "6,true,false,true"
    })
    void runsAndStreamsAgreeWithTheReference(
            long seed, boolean portable, boolean resting, boolean images) {
        MemoryCase c = smallCase(seed, resting, seed % 2 == 1, images);
        ReferenceVsml.Result expected = c.reference();
        Learner learner = learner(c.model(), portable);
        try (Rollout rollout =
                learner.run(
                        c.meta(),
                        List.of(c.start()),
                        List.of(c.examples()),
                        RolloutOptions.FORWARD)) {
            assertThat(rollout.logits(0)).containsExactly(expected.logits(), within(2e-5));
            assertThat(rollout.learnedVariables(0).layout())
                    .isEqualTo(expected.learnedVariables().layout());
            assertThat(rollout.learnedVariables(0).values())
                    .containsExactly(expected.learnedVariables().values(), within(2e-5));
        }
        LearnerStream stream = learner.open(c.meta(), c.examples().task(), c.start());
        for (int t = 0; t < c.examples().length(); t++) {
            double[] x = Arrays.copyOfRange(c.examples().inputs(), t * 6, t * 6 + 6);
            double[] logits = Arrays.copyOfRange(expected.logits(), t * 3, t * 3 + 3);
            assertThat(stream.predict(x)).containsExactly(logits, within(2e-5));
            assertThat(stream.learn(x, c.examples().labels()[t]))
                    .containsExactly(logits, within(2e-5));
        }
        assertThat(stream.learnedVariables().values())
                .containsExactly(expected.learnedVariables().values(), within(2e-5));
    }

    /** A stream may keep what it predicted until the label comes. */
    @ParameterizedTest
    @CsvSource({"1,false,false", "2,true,false", "3,true,true"})
    void learningIsTheSameWhateverWasPredictedBefore(long seed, boolean resting, boolean images) {
        MemoryCase c = smallCase(seed, resting, true, images);
        Learner learner = learner(c.model(), false);
        LearnerStream expected = learner.open(c.meta(), c.examples().task(), c.start());
        LearnerStream same = learner.open(c.meta(), c.examples().task(), c.start());
        LearnerStream other = learner.open(c.meta(), c.examples().task(), c.start());
        LearnerStream changed = learner.open(c.meta(), c.examples().task(), c.start());
        for (int t = 0; t < c.examples().length(); t++) {
            double[] x = Arrays.copyOfRange(c.examples().inputs(), t * 6, t * 6 + 6);
            double[] next = Arrays.stream(x).map(value -> value + 0.5).toArray();
            int label = c.examples().labels()[t];
            double[] logits = expected.learn(x, label);
            assertThat(same.predict(x)).isEqualTo(logits);
            assertThat(same.learn(x, label)).isEqualTo(logits);
            other.predict(x);
            other.predict(next);
            assertThat(other.learn(x, label)).isEqualTo(logits);
            // An array that the caller uses again.
            changed.predict(next);
            System.arraycopy(x, 0, next, 0, x.length);
            assertThat(changed.learn(next, label)).isEqualTo(logits);
        }
        for (LearnerStream stream : List.of(same, other, changed)) {
            assertThat(stream.learnedVariables().values())
                    .isEqualTo(expected.learnedVariables().values());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,false,false,false,false",
        "2,true,false,true,false",
        "3,false,true,false,false",
        "4,true,true,true,false",
        "5,false,true,true,true",
        "6,true,false,false,true"
    })
    void gradientsAreThoseOfCentralDifferences(
            long seed, boolean portable, boolean resting, boolean segments, boolean images) {
        // What the discriminant says of inputs is not differentiated.
        boolean ofInputs = seed % 2 == 1;
        MemoryCase c = smallCase(seed, resting, !ofInputs, images);
        Random random = new Random(seed);
        double[] ofLogits = random.doubles(c.examples().labels().length * 3L, -1, 1).toArray();
        RolloutOptions options =
                RolloutOptions.GRADIENT
                        .withInputGradient(true)
                        .withMemoryBudget(segments ? 1 : RolloutOptions.DEFAULT_MEMORY_BUDGET);
        ArrayLayout end = c.reference().learnedVariables().layout();
        NamedArrays ofEnd = MemoryCase.gradientOf(end, random);
        try (Rollout rollout =
                learner(c.model(), portable)
                        .run(c.meta(), List.of(c.start()), List.of(c.examples()), options)) {
            Rollout.Gradient gradient = rollout.backward(List.of(ofLogits), List.of(ofEnd));
            // Every array is among them.
            for (ArrayLayout.Entry entry : c.meta().layout().entries()) {
                int offset = c.meta().layout().offset(entry.name());
                int first = offset + Math.min((int) seed, entry.size() - 1);
                for (int i = first; i < offset + entry.size(); i += 7) {
                    double numeric = difference(c, c.meta().values(), i, ofLogits, ofEnd);
                    assertThat(gradient.metaVariables()[i])
                            .as("%s %d", entry.name(), i - offset)
                            .isCloseTo(numeric, within(2e-4 * (1 + Math.abs(numeric))));
                }
            }
            for (int i = 0; i < c.examples().inputs().length && ofInputs; i++) {
                if (MemoryCase.isConstantAtFirst(i % MemoryCase.INPUTS)) {
                    // Standardisation jumps at their first change.
                    continue;
                }
                double numeric = difference(c, c.examples().inputs(), i, ofLogits, ofEnd);
                assertThat(gradient.inputs().get(0)[i])
                        .as("input %d", i)
                        .isCloseTo(numeric, within(2e-4 * (1 + Math.abs(numeric))));
            }
        }
    }

    /** Of the reference's loss with respect to one of the values that the case reads. */
    private static double difference(
            MemoryCase c, double[] values, int i, double[] ofLogits, NamedArrays ofEnd) {
        double before = values[i];
        double h = 1e-5;
        values[i] = before + h;
        double above = c.loss(ofLogits, ofEnd);
        values[i] = before - h;
        double below = c.loss(ofLogits, ofEnd);
        values[i] = before;
        return (above - below) / (2 * h);
    }
}
