package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.MemoryCase;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.cpu.CpuEngine;
import org.vsml.reference.ReferenceVsml;

/** Layers with a memory as SameDiff graphs, against the reference and central differences. */
class MemoryGraphTest {

    private static final Engine IN_DOUBLE = new SameDiffEngine(Precision.DOUBLE);

    /** Sums in another order. */
    private static final double DOUBLE_ROUNDING = 1e-10;

    private static final double FLOAT_ROUNDING = 2e-5;

    @ParameterizedTest
    @CsvSource({
        "1,false,true,9,4,false",
        "2,true,false,9,4,false",
        "3,false,false,3,16,false",
        "4,true,true,100,32,false",
        "5,false,true,1,1,false",
        "6,true,true,9,4,true"
    })
    void runsAndStreamsAgreeWithTheReference(
            long seed,
            boolean resting,
            boolean discriminant,
            int capacity,
            int neighbours,
            boolean images) {
        MemoryCase c = MemoryCase.of(seed, resting, discriminant, capacity, neighbours, images);
        ReferenceVsml.Result expected = c.reference();
        for (Precision precision : Precision.values()) {
            double rounding = precision == Precision.DOUBLE ? DOUBLE_ROUNDING : FLOAT_ROUNDING;
            Learner learner = new SameDiffEngine(precision).learner(c.model());
            try (Rollout rollout = run(learner, c, RolloutOptions.FORWARD)) {
                assertThat(rollout.logits(0)).containsExactly(expected.logits(), within(rounding));
                NamedArrays end = rollout.learnedVariables(0);
                assertThat(end.layout()).isEqualTo(expected.learnedVariables().layout());
                assertThat(end.values())
                        .containsExactly(expected.learnedVariables().values(), within(rounding));
            }
        }
        LearnerStream stream =
                IN_DOUBLE.learner(c.model()).open(c.meta(), c.examples().task(), c.start());
        for (int t = 0; t < MemoryCase.LENGTH; t++) {
            double[] x = row(c.examples().inputs(), t, MemoryCase.INPUTS);
            double[] logits = row(expected.logits(), t, MemoryCase.CLASSES);
            assertThat(stream.predict(x)).containsExactly(logits, within(DOUBLE_ROUNDING));
            assertThat(stream.learn(x, c.examples().labels()[t]))
                    .containsExactly(logits, within(DOUBLE_ROUNDING));
        }
        assertThat(stream.learnedVariables().values())
                .containsExactly(expected.learnedVariables().values(), within(DOUBLE_ROUNDING));
    }

    private static double[] row(double[] values, int row, int length) {
        return Arrays.copyOfRange(values, row * length, (row + 1) * length);
    }

    private static Rollout run(Learner learner, MemoryCase c, RolloutOptions options) {
        return learner.run(c.meta(), List.of(c.start()), List.of(c.examples()), options);
    }

    @ParameterizedTest
    @CsvSource({
        "1,false,false,9,4,false,false",
        "2,true,true,9,4,true,false",
        "3,true,false,3,16,true,false",
        "4,false,true,100,16,false,false",
        "5,true,false,9,4,false,true"
    })
    void gradientsAreThoseOfCentralDifferences(
            long seed,
            boolean resting,
            boolean discriminant,
            int capacity,
            int neighbours,
            boolean littleMemory,
            boolean images) {
        MemoryCase first = MemoryCase.of(seed, resting, discriminant, capacity, neighbours, images);
        // Going on from units that are there already, so that starts have a gradient too.
        MemoryCase c =
                first.from(first.over(first.examples().slice(0, 5)).reference().learnedVariables())
                        .over(first.examples().slice(5, MemoryCase.LENGTH - 5));
        Random random = new Random(seed);
        double[] ofLogits = random.doubles(c.examples().labels().length * 3L, -1, 1).toArray();
        NamedArrays ofEnd =
                MemoryCase.gradientOf(c.reference().learnedVariables().layout(), random);
        // What the discriminant says of inputs is not differentiated.
        boolean ofInputs = !discriminant;
        RolloutOptions options =
                RolloutOptions.GRADIENT
                        .withInputGradient(true)
                        .withMemoryBudget(littleMemory ? 1 : RolloutOptions.DEFAULT_MEMORY_BUDGET);
        try (Rollout rollout = run(IN_DOUBLE.learner(c.model()), c, options)) {
            Rollout.Gradient gradient = rollout.backward(List.of(ofLogits), List.of(ofEnd));
            // Every array is among them.
            for (ArrayLayout.Entry entry : c.meta().layout().entries()) {
                int offset = c.meta().layout().offset(entry.name());
                int from = offset + Math.min((int) seed, entry.size() - 1);
                for (int i = from; i < offset + entry.size(); i += 12) {
                    check(
                            entry.name() + " " + (i - offset),
                            gradient.metaVariables()[i],
                            c.meta().values(),
                            i,
                            () -> c.loss(ofLogits, ofEnd));
                }
            }
            NamedArrays ofStart = gradient.starts().get(0);
            assertThat(ofStart.layout()).isEqualTo(c.start().layout());
            for (ArrayLayout.Entry entry : c.start().layout().entries()) {
                boolean fixed =
                        MemoryCase.NOT_DIFFERENTIATED.contains(entry.name())
                                || entry.name().startsWith("conditioning.");
                int offset = c.start().layout().offset(entry.name());
                for (int i = offset; i < offset + entry.size() && !fixed; i += 5) {
                    check(
                            entry.name() + " " + (i - offset),
                            ofStart.values()[i],
                            c.start().values(),
                            i,
                            () -> c.loss(ofLogits, ofEnd));
                }
            }
            for (int i = 0; i < c.examples().inputs().length && ofInputs; i += 2) {
                if (MemoryCase.isConstantAtFirst(i % MemoryCase.INPUTS)) {
                    continue;
                }
                check(
                        "input " + i,
                        gradient.inputs().get(0)[i],
                        c.examples().inputs(),
                        i,
                        () -> c.loss(ofLogits, ofEnd));
            }
        }
    }

    private interface Loss {
        double now();
    }

    private static void check(String what, double exact, double[] values, int i, Loss loss) {
        double before = values[i];
        DoubleUnaryOperator at =
                h -> {
                    values[i] = before + h;
                    double result = loss.now();
                    values[i] = before;
                    return result;
                };
        double h = 1e-5;
        double numeric = (at.applyAsDouble(h) - at.applyAsDouble(-h)) / (2 * h);
        assertThat(exact).as(what).isCloseTo(numeric, within(2e-6 * (1 + Math.abs(numeric))));
    }

    @ParameterizedTest
    @CsvSource({"1,false,true,9,4,0", "2,true,true,9,4,5", "3,false,false,3,16,4"})
    void theFusedEngineGivesTheSameGradientButForItsRounding(
            long seed,
            boolean resting,
            boolean discriminant,
            int capacity,
            int neighbours,
            int truncation) {
        MemoryCase c = MemoryCase.of(seed, resting, discriminant, capacity, neighbours);
        Random random = new Random(seed);
        double[] ofLogits = random.doubles(MemoryCase.LENGTH * 3, -1, 1).toArray();
        NamedArrays ofEnd =
                MemoryCase.gradientOf(c.reference().learnedVariables().layout(), random);
        RolloutOptions options =
                RolloutOptions.GRADIENT.withInputGradient(true).withTruncation(truncation);
        try (Rollout exact = run(IN_DOUBLE.learner(c.model()), c, options);
                Rollout fused =
                        run(new CpuEngine(CpuEngine.Kernels.BEST).learner(c.model()), c, options)) {
            Rollout.Gradient expected = exact.backward(List.of(ofLogits), List.of(ofEnd));
            Rollout.Gradient actual = fused.backward(List.of(ofLogits), List.of(ofEnd));
            close(actual.metaVariables(), expected.metaVariables());
            close(actual.starts().get(0).values(), expected.starts().get(0).values());
            close(actual.inputs().get(0), expected.inputs().get(0));
        }
    }

    private static void close(double[] actual, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(actual).containsExactly(expected, within(1e-4 * (1 + largest)));
    }

    @Test
    void episodesSideBySideGiveWhatEachGivesAlone() {
        MemoryCase c = MemoryCase.of(6, false, true, 9, 4);
        MemoryCase shorter = c.over(c.examples().slice(0, 8));
        Learner learner = IN_DOUBLE.learner(c.model());
        NamedArrays gone = shorter.reference().learnedVariables();
        try (Rollout together =
                        learner.run(
                                c.meta(),
                                List.of(c.start(), gone),
                                List.of(c.examples(), shorter.examples()),
                                RolloutOptions.GRADIENT);
                Rollout one = run(learner, c, RolloutOptions.GRADIENT);
                Rollout other = run(learner, shorter.from(gone), RolloutOptions.GRADIENT)) {
            assertThat(together.logits(0)).isEqualTo(one.logits(0));
            assertThat(together.logits(1)).isEqualTo(other.logits(0));
            double[] a = new Random(1).doubles(one.logits(0).length).toArray();
            double[] b = new Random(2).doubles(other.logits(0).length).toArray();
            double[] sum = together.backward(List.of(a, b)).metaVariables();
            double[] first = one.backward(List.of(a)).metaVariables();
            double[] second = other.backward(List.of(b)).metaVariables();
            for (int i = 0; i < sum.length; i++) {
                assertThat(sum[i]).isEqualTo(first[i] + second[i]);
            }
        }
    }

    @Test
    void refusesWhatItCannotRun() {
        MemoryCase c = MemoryCase.of(7, false, false, 9, 4);
        Learner learner = IN_DOUBLE.learner(c.model());
        assertThat(IN_DOUBLE.supports(c.model())).isTrue();
        Examples parallel =
                new Examples(c.examples().task(), 2, c.examples().inputs(), c.examples().labels());
        assertThatThrownBy(() -> run(learner, c.over(parallel), RolloutOptions.FORWARD))
                .hasMessageContaining("parallel must be 1, got 2");
        LearnerStream stream = learner.open(c.meta(), c.examples().task(), c.start());
        assertThatThrownBy(() -> stream.learn(new double[MemoryCase.INPUTS], 3))
                .hasMessageContaining("label must be in [0, 3), got 3");
        assertThatThrownBy(() -> stream.learn(new double[] {1, 2, 3}, 0))
                .hasMessageContaining("6 inputs, got 3");
        assertThat(stream.learnedVariables().values()).isEqualTo(c.start().values());
        try (Rollout rollout = run(learner, c, RolloutOptions.FORWARD)) {
            assertThatThrownBy(() -> rollout.backward(List.of(rollout.logits(0))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not recorded");
        }
    }
}
