package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.data.Offset;
import org.vsml.core.Examples;
import org.vsml.core.Exploration;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.RandomCase;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.Sensitivity;
import org.vsml.reference.ReferenceVsml;

/** The engine against the brute-force reference, on random configurations of every option. */
class SameDiffPropertyTest {

    @Property(tries = 30, seed = "1", shrinking = ShrinkingMode.OFF)
    void denseRunsAgreeWithTheReference(@ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareForward(RandomCase.dense(seed), seed);
    }

    @Property(tries = 20, seed = "1", shrinking = ShrinkingMode.OFF)
    void denseGradientsAgreeWithCentralDifferencesOfTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareGradient(RandomCase.dense(seed), seed);
    }

    @Property(tries = 15, seed = "1", shrinking = ShrinkingMode.OFF)
    void convolutionalRunsAgreeWithTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareForward(RandomCase.convolution(seed), seed);
    }

    @Property(tries = 10, seed = "1", shrinking = ShrinkingMode.OFF)
    void convolutionalGradientsAgreeWithCentralDifferencesOfTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareGradient(RandomCase.convolution(seed), seed);
    }

    @Property(tries = 20, seed = "1", shrinking = ShrinkingMode.OFF)
    void runsOfAllCellsAgreeWithTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareForward(RandomCase.anyCell(seed), seed);
    }

    @Property(tries = 10, seed = "1", shrinking = ShrinkingMode.OFF)
    void gradientsOfAllCellsAgreeWithCentralDifferencesOfTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareGradient(RandomCase.anyCell(seed), seed);
    }

    @Property(tries = 20, seed = "1", shrinking = ShrinkingMode.OFF)
    void runsWithRestingInputsAgreeWithTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareForward(RandomCase.restingAnyCell(seed), seed);
    }

    @Property(tries = 15, seed = "1", shrinking = ShrinkingMode.OFF)
    void gradientsWithRestingInputsAgreeWithCentralDifferencesOfTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        compareGradient(RandomCase.restingAnyCell(seed), seed);
    }

    @Example
    @Tag("slow")
    void freshSeedsAgreeToo() {
        Map<String, LongConsumer> checks = new TreeMap<>();
        checks.put("dense", s -> compareForward(RandomCase.dense(s), s));
        checks.put("convolution", s -> compareForward(RandomCase.convolution(s), s));
        checks.put("any cell", s -> compareForward(RandomCase.anyCell(s), s));
        checks.put("resting", s -> compareForward(RandomCase.restingAnyCell(s), s));
        checks.put("dense gradients", s -> compareGradient(RandomCase.dense(s), s));
        checks.put("convolution gradients", s -> compareGradient(RandomCase.convolution(s), s));
        checks.put("gradients of any cell", s -> compareGradient(RandomCase.anyCell(s), s));
        checks.put("resting gradients", s -> compareGradient(RandomCase.restingAnyCell(s), s));
        Exploration.run(checks);
    }

    private static void compareForward(RandomCase c, long seed) {
        int window = 1 + (int) (seed % 3);
        ReferenceVsml.Result expected =
                ReferenceVsml.run(c.model(), c.metaVariables(), c.start(), c.examples());
        SameDiffLearner learner =
                new SameDiffLearner(new VsmlStep(c.model()), Precision.DOUBLE, window);
        try (Rollout rollout =
                learner.run(
                        c.metaVariables(),
                        List.of(c.start()),
                        List.of(c.examples()),
                        RolloutOptions.FORWARD)) {
            Sensitivity.Bounds bounds = Sensitivity.ofRun(c, Precision.DOUBLE);
            assertThat(rollout.logits(0))
                    .as("%s", c.model())
                    .containsExactly(expected.logits(), Offset.offset(bounds.logits()));
            assertThat(rollout.learnedVariables(0).values())
                    .as("%s", c.model())
                    .containsExactly(
                            expected.learnedVariables().values(),
                            Offset.offset(bounds.learnedVariables()));
        }
    }

    /**
     * Compares derivatives along random directions of V_M, starting V_L and inputs. The loss is a
     * random linear function of all logits and of the final V_L.
     */
    private static void compareGradient(RandomCase c, long seed) {
        Random random = new Random(seed ^ 0x5eed);
        double[] logitWeights =
                RandomCase.gaussian(
                        random, c.examples().labels().length * c.examples().task().classes(), 1);
        NamedArrays finalWeights =
                new NamedArrays(
                        c.start().layout(),
                        RandomCase.gaussian(random, c.start().layout().size(), 1));
        int window = 1 + (int) (seed % 3);
        SameDiffLearner learner =
                new SameDiffLearner(new VsmlStep(c.model()), Precision.DOUBLE, window);
        Rollout.Gradient gradient;
        // Half of the time nothing is kept but the learned variables at the borders.
        RolloutOptions options =
                RolloutOptions.GRADIENT
                        .withInputGradient(true)
                        .withMemoryBudget(
                                random.nextBoolean() ? 1 : RolloutOptions.DEFAULT_MEMORY_BUDGET);
        try (Rollout rollout =
                learner.run(
                        c.metaVariables(), List.of(c.start()), List.of(c.examples()), options)) {
            gradient = rollout.backward(List.of(logitWeights), List.of(finalWeights));
        }
        for (int trial = 0; trial < 3; trial++) {
            double[] meta = RandomCase.gaussian(random, c.metaVariables().values().length, 1);
            double[] start = RandomCase.gaussian(random, c.start().values().length, 1);
            double[] inputs = RandomCase.gaussian(random, c.examples().inputs().length, 1);
            if (c.model().inputsRest()) {
                // An input that rests wakes at the smallest step.
                keepTheSameInputs(c, start, inputs);
            }
            if (trial > 0) {
                // One source at a time, so that none hides behind the others.
                Arrays.fill(trial == 1 ? meta : start, 0);
                Arrays.fill(inputs, 0);
            }
            double derivative =
                    dot(gradient.metaVariables(), meta)
                            + dot(gradient.starts().get(0).values(), start)
                            + dot(gradient.inputs().get(0), inputs);
            double[] differences = new double[2];
            for (int i = 0; i < 2; i++) {
                double step = i == 0 ? 1e-5 : 5e-6;
                differences[i] =
                        (loss(c, meta, start, inputs, step, logitWeights, finalWeights)
                                        - loss(
                                                c,
                                                meta,
                                                start,
                                                inputs,
                                                -step,
                                                logitWeights,
                                                finalWeights))
                                / (2 * step);
            }
            double difference = differences[1];
            // Central differences are good for about 1e-10 / step plus third derivatives times step
            // squared.
            double tolerance = 2e-5 * (1 + Math.abs(difference));
            if (Math.abs(differences[0] - difference) > tolerance) {
                // The reference itself has a kink here: a cell crosses the clip between the two
                // points.
                continue;
            }
            assertThat(derivative)
                    .as("direction %d of %s, seed %d", trial, c.model(), seed)
                    .isCloseTo(difference, Offset.offset(tolerance));
        }
    }

    private static void keepTheSameInputs(RandomCase c, double[] start, double[] inputs) {
        Arrays.fill(inputs, 0);
        for (String name : List.of("begun", "first_input", "awake")) {
            int offset = c.start().layout().offset(name);
            Arrays.fill(start, offset, offset + c.start().layout().entry(name).size(), 0);
        }
    }

    private static double loss(
            RandomCase c,
            double[] meta,
            double[] start,
            double[] inputs,
            double step,
            double[] logitWeights,
            NamedArrays finalWeights) {
        Examples e = c.examples();
        ReferenceVsml.Result result =
                ReferenceVsml.run(
                        c.model(),
                        new NamedArrays(
                                c.metaVariables().layout(),
                                moved(c.metaVariables().values(), meta, step)),
                        new NamedArrays(c.start().layout(), moved(c.start().values(), start, step)),
                        new Examples(
                                e.task(),
                                e.parallel(),
                                moved(e.inputs(), inputs, step),
                                e.labels()));
        return dot(result.logits(), logitWeights)
                + dot(result.learnedVariables().values(), finalWeights.values());
    }

    private static double[] moved(double[] from, double[] direction, double step) {
        double[] result = from.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] += step * direction[i];
        }
        return result;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
