package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Conditioning;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Discriminant;
import org.vsml.core.Dynamics;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.Memory;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;
import org.vsml.reference.ReferenceVsml;

/** Layers with a memory on the fused kernels, against the reference and central differences. */
class MemoryTest {

    /** A model, and a stream long enough for units to be left out and replaced. */
    private record Case(
            VsmlWithMemory model, NamedArrays meta, NamedArrays start, Examples examples) {

        static Case of(long seed, boolean resting, boolean discriminant) {
            Random random = new Random(seed);
            Dynamics dynamics =
                    Dynamics.PAPER
                            .withMicroTicks(1)
                            .withFeedLabel(true)
                            .withBackwardPass(true, true)
                            .withStateClip(3)
                            .withConstantInputs(
                                    resting ? ConstantInputs.REST : ConstantInputs.TAKE_PART);
            Vsml layer =
                    new Vsml(new SubRnn(5, 3, 2, false, -1, 1), Architecture.dense(), dynamics);
            VsmlWithMemory model =
                    new VsmlWithMemory(
                            layer,
                            new Conditioning(2, 0.03),
                            new Memory(9, 4, 2, 0.02, 8, 3),
                            discriminant ? Discriminant.STANDARD : null);
            NamedArrays meta = NamedArrays.zeros(model.metaVariableLayout());
            for (int i = 0; i < meta.values().length; i++) {
                meta.values()[i] = random.nextGaussian() * 0.5;
            }
            meta.set("memory.log_sharpness", 0.7);
            meta.set(
                    "reading.weight",
                    Arrays.copyOf(new double[] {0.8, 1.1, 0.4}, model.readings()));
            TaskShape task = TaskShape.of(6, 3);
            int length = 14;
            double[] inputs = new double[length * 6];
            for (int i = 0; i < inputs.length; i++) {
                boolean constant = i % 6 == 4 || (i % 6 == 1 && i / 6 < 5);
                inputs[i] = constant ? 0.3 : random.nextGaussian();
            }
            int[] labels = random.ints(length, 0, 3).toArray();
            labels[6] = Examples.UNLABELLED;
            NamedArrays start = model.initialLearnedVariables(task, 1, random);
            return new Case(model, meta, start, Examples.online(task, inputs, labels));
        }

        ReferenceVsml.Result reference(NamedArrays otherMeta, double[] otherInputs) {
            return ReferenceVsml.run(
                    model,
                    otherMeta,
                    start,
                    Examples.online(examples.task(), otherInputs, examples.labels()));
        }
    }

    private static Learner learner(VsmlWithMemory model, boolean portable) {
        return new CpuEngine(portable ? CpuEngine.Kernels.PORTABLE : CpuEngine.Kernels.BEST)
                .learner(model);
    }

    @ParameterizedTest
    @CsvSource({"1,false,false", "2,true,false", "3,false,true", "4,true,true"})
    void runsAndStreamsAgreeWithTheReference(long seed, boolean portable, boolean resting) {
        Case c = Case.of(seed, resting, seed % 2 == 1);
        ReferenceVsml.Result expected = c.reference(c.meta(), c.examples().inputs());
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

    @ParameterizedTest
    @CsvSource({
        "1,false,false,false",
        "2,true,false,true",
        "3,false,true,false",
        "4,true,true,true"
    })
    void gradientsAreThoseOfCentralDifferences(
            long seed, boolean portable, boolean resting, boolean segments) {
        // What the discriminant says of inputs is not differentiated.
        boolean ofInputs = seed % 2 == 1;
        Case c = Case.of(seed, resting, !ofInputs);
        Random random = new Random(seed);
        double[] ofLogits = random.doubles(c.examples().labels().length * 3L, -1, 1).toArray();
        RolloutOptions options =
                RolloutOptions.GRADIENT
                        .withInputGradient(true)
                        .withMemoryBudget(segments ? 1 : RolloutOptions.DEFAULT_MEMORY_BUDGET);
        ArrayLayout end = c.reference(c.meta(), c.examples().inputs()).learnedVariables().layout();
        NamedArrays ofEnd = new NamedArrays(end, random.doubles(end.size(), -1, 1).toArray());
        for (String fixed :
                List.of(
                        "memory.examples",
                        "memory.label",
                        "conditioning.count",
                        "discriminant.count",
                        "discriminant.mean",
                        "discriminant.inverse",
                        "discriminant.projected",
                        "discriminant.weight",
                        "begun",
                        "first_input",
                        "awake")) {
            if (end.contains(fixed)) {
                ofEnd.set(fixed, new double[end.entry(fixed).size()]);
            }
        }
        try (Rollout rollout =
                learner(c.model(), portable)
                        .run(c.meta(), List.of(c.start()), List.of(c.examples()), options)) {
            Rollout.Gradient gradient = rollout.backward(List.of(ofLogits), List.of(ofEnd));
            NamedArrays meta = c.meta().copy();
            // A fifth of them, each array among them.
            for (int i = (int) seed; i < meta.values().length; i += 5) {
                int index = i;
                double numeric =
                        difference(
                                h -> {
                                    meta.values()[index] = c.meta().values()[index] + h;
                                    double loss =
                                            loss(
                                                    c.reference(meta, c.examples().inputs()),
                                                    ofLogits,
                                                    ofEnd);
                                    meta.values()[index] = c.meta().values()[index];
                                    return loss;
                                });
                assertThat(gradient.metaVariables()[i])
                        .as("meta variable %d", i)
                        .isCloseTo(numeric, within(2e-4 * (1 + Math.abs(numeric))));
            }
            double[] inputs = c.examples().inputs().clone();
            for (int i = 0; i < inputs.length && ofInputs; i++) {
                if (i % 6 == 4 || i % 6 == 1) {
                    // Constant at first: standardisation jumps at their first change.
                    continue;
                }
                int index = i;
                double numeric =
                        difference(
                                h -> {
                                    inputs[index] = c.examples().inputs()[index] + h;
                                    double loss =
                                            loss(c.reference(c.meta(), inputs), ofLogits, ofEnd);
                                    inputs[index] = c.examples().inputs()[index];
                                    return loss;
                                });
                assertThat(gradient.inputs().get(0)[i])
                        .as("input %d", i)
                        .isCloseTo(numeric, within(2e-4 * (1 + Math.abs(numeric))));
            }
        }
    }

    private interface Loss {
        double at(double h);
    }

    private static double difference(Loss loss) {
        double h = 1e-5;
        return (loss.at(h) - loss.at(-h)) / (2 * h);
    }

    private static double loss(ReferenceVsml.Result result, double[] ofLogits, NamedArrays ofEnd) {
        double sum = 0;
        for (int i = 0; i < ofLogits.length; i++) {
            sum += ofLogits[i] * result.logits()[i];
        }
        for (int i = 0; i < ofEnd.values().length; i++) {
            sum += ofEnd.values()[i] * result.learnedVariables().values()[i];
        }
        return sum;
    }
}
