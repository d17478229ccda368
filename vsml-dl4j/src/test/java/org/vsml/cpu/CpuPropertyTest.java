package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.Aggregation;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Exploration;
import org.vsml.core.LayerShape;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.RandomCase;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.Sensitivity;
import org.vsml.reference.ReferenceVsml;
import org.vsml.samediff.SameDiffEngine;

/**
 * The engine against the brute-force reference and the SameDiff engine in double. Seeds are the
 * same every time; {@link Exploration} tries others.
 */
class CpuPropertyTest {

    private static final List<Boolean> BOTH = List.of(false, true);

    /** Errors of gradients below this are rounding, whatever the case. */
    private static final double LEAST_GRADIENT_BOUND = 1e-5;

    /** Engines round at different places, and approximate tanh differently. */
    private static final int ENGINES_DIFFER = 8;

    @Property(tries = 75, seed = "1", shrinking = ShrinkingMode.OFF)
    void denseRunsAgreeWithTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed, @ForAll boolean portable) {
        compareForward(denseCase(seed), portable);
    }

    @Property(tries = 50, seed = "1", shrinking = ShrinkingMode.OFF)
    void convolutionalRunsAgreeWithTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed, @ForAll boolean portable) {
        compareForward(convolutionalCase(seed), portable);
    }

    @Property(tries = 50, seed = "1", shrinking = ShrinkingMode.OFF)
    void runsWithRestingInputsAgreeWithTheReference(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed, @ForAll boolean portable) {
        compareForward(RandomCase.resting(seed), portable);
    }

    /** One state channel, summed messages: normalisation divides by a deviation of almost 0. */
    @Example
    void runsWhoseNormalisationMagnifiesRoundingAgreeWithTheReference() {
        for (boolean portable : BOTH) {
            compareForward(convolutionalCase(155855), portable);
        }
    }

    private static void compareForward(RandomCase c, boolean portable) {
        ReferenceVsml.Result expected =
                ReferenceVsml.run(c.model(), c.metaVariables(), c.start(), c.examples());
        Sensitivity.Bounds bounds = Sensitivity.ofRun(c, Precision.FLOAT);
        try (Rollout rollout =
                run(c, engine(portable).learner(c.model()), RolloutOptions.FORWARD)) {
            assertThat(rollout.logits(0))
                    .as("logits of %s", c.model())
                    .containsExactly(expected.logits(), within(bounds.logits()));
            assertThat(rollout.learnedVariables(0).values())
                    .as("learned variables of %s", c.model())
                    .containsExactly(
                            expected.learnedVariables().values(),
                            within(bounds.learnedVariables()));
        }
    }

    /**
     * Sums that shut gates (the first) or saturate the output (the second): a sigmoid of 1e-5,
     * exact to 1e-7, has two digits.
     */
    @ParameterizedTest
    @ValueSource(longs = {5643, 442_098_545_261L})
    void gradientsOfLargeSumsAgreeWithSameDiffInTheDigitsThatAreLeft(long seed) {
        RandomCase c = convolutionalCase(seed);
        double[] logitGradient =
                new double[c.examples().labels().length * c.examples().task().classes()];
        Arrays.fill(logitGradient, 1);
        for (boolean portable : BOTH) {
            Rollout.Gradient[] gradients =
                    Stream.of(engine(portable), new SameDiffEngine(Precision.DOUBLE))
                            .map(
                                    engine ->
                                            gradient(
                                                    c,
                                                    engine.learner(c.model()),
                                                    RolloutOptions.GRADIENT.withInputGradient(true),
                                                    logitGradient,
                                                    null))
                            .toArray(Rollout.Gradient[]::new);
            assertThat(distance(gradients[0], gradients[1], c)).isLessThan(0.01);
        }
    }

    @Property(tries = 20, seed = "1", shrinking = ShrinkingMode.OFF)
    void denseGradientsAgreeWithSameDiff(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed, @ForAll boolean portable) {
        compareGradients(withSmallSums(denseCase(seed)), seed, portable);
    }

    @Property(tries = 20, seed = "1", shrinking = ShrinkingMode.OFF)
    void convolutionalGradientsAgreeWithSameDiff(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed, @ForAll boolean portable) {
        compareGradients(withSmallSums(convolutionalCase(seed)), seed, portable);
    }

    @Property(tries = 20, seed = "1", shrinking = ShrinkingMode.OFF)
    void gradientsWithRestingInputsAgreeWithSameDiff(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed, @ForAll boolean portable) {
        compareGradients(withSmallSums(RandomCase.resting(seed)), seed, portable);
    }

    @Example
    @Tag("slow")
    void runsOfFreshSeedsAgreeToo() {
        Map<String, LongConsumer> checks = new TreeMap<>();
        for (boolean portable : BOTH) {
            String kernels = portable ? " portable" : " vector";
            checks.put("dense" + kernels, s -> compareForward(denseCase(s), portable));
            checks.put(
                    "convolution" + kernels, s -> compareForward(convolutionalCase(s), portable));
            checks.put("resting" + kernels, s -> compareForward(RandomCase.resting(s), portable));
        }
        Exploration.run(checks);
    }

    @Example
    @Tag("slow")
    void gradientsOfFreshSeedsAgreeToo() {
        Map<String, LongConsumer> checks = new TreeMap<>();
        // One kind of kernels a seed: graphs of SameDiff take most of the time.
        checks.put("dense", s -> compareGradients(withSmallSums(denseCase(s)), s, s % 3 == 0));
        checks.put(
                "convolution",
                s -> compareGradients(withSmallSums(convolutionalCase(s)), s, s % 3 == 0));
        checks.put(
                "resting",
                s -> compareGradients(withSmallSums(RandomCase.resting(s)), s, s % 3 == 0));
        Exploration.run(checks);
    }

    private static void compareGradients(RandomCase c, long seed, boolean portable) {
        Random random = new Random(seed ^ 0x5eed);
        double[] logitGradient =
                RandomCase.gaussian(
                        random, c.examples().labels().length * c.examples().task().classes(), 1);
        NamedArrays finalGradient =
                random.nextBoolean()
                        ? null
                        : new NamedArrays(
                                c.start().layout(),
                                RandomCase.gaussian(random, c.start().layout().size(), 1));
        RolloutOptions options =
                RolloutOptions.GRADIENT
                        .withInputGradient(true)
                        .withTruncation(random.nextInt(3))
                        .withMemoryBudget(
                                random.nextBoolean() ? 1 : RolloutOptions.DEFAULT_MEMORY_BUDGET);
        GradientOf gradientOf =
                (learner, x) -> gradient(x, learner, options, logitGradient, finalGradient);
        Learner exact = new SameDiffEngine(Precision.DOUBLE).learner(c.model());
        Rollout.Gradient expected = gradientOf.apply(exact, c);
        Rollout.Gradient actual = gradientOf.apply(engine(portable).learner(c.model()), c);
        double error = distance(actual, expected, c);
        if (error > LEAST_GRADIENT_BOUND) {
            assertThat(error)
                    .as("error of the gradients of %s", c.model())
                    .isLessThanOrEqualTo(gradientBound(c, expected, exact, gradientOf));
        }
    }

    /** Gradients of a case, with the rest given. */
    private interface GradientOf {
        Rollout.Gradient apply(Learner learner, RandomCase c);
    }

    /**
     * How far a gradient may be off: as far as those of cases beside this one, or as several times
     * what another engine is off in float here and there. The first says what is magnified on the
     * way forward, the second what is on the way back: layer normalisation, say, takes the mean
     * from an adjoint that is nearly constant and divides the rest by a small deviation.
     */
    private static double gradientBound(
            RandomCase c, Rollout.Gradient expected, Learner exact, GradientOf gradientOf) {
        Learner inFloat = new SameDiffEngine(Precision.FLOAT).learner(c.model());
        double moved = 0;
        double rounded = distance(gradientOf.apply(inFloat, c), expected, c);
        for (RandomCase beside : Sensitivity.neighbours(c, Precision.FLOAT)) {
            Rollout.Gradient there = gradientOf.apply(exact, beside);
            moved = Math.max(moved, distance(there, expected, c));
            rounded = Math.max(rounded, distance(gradientOf.apply(inFloat, beside), there, c));
        }
        return Math.max(LEAST_GRADIENT_BOUND, moved + ENGINES_DIFFER * rounded);
    }

    /**
     * A case whose messages, where they are summed, are as much smaller as there are summands. The
     * meta variables of random cases are drawn for means; sums of theirs shut gates and saturate
     * the output so far that a sigmoid or a slope of tanh in float, exact to 1e-7, has no digits
     * left, and then multiply what it is off on the way back.
     */
    private static RandomCase withSmallSums(RandomCase c) {
        if (c.model().dynamics().aggregation() == Aggregation.MEAN) {
            return c;
        }
        int most = 1;
        for (LayerShape layer : c.model().architecture().resolve(c.examples().task())) {
            int kernel = layer instanceof LayerShape.Convolution conv ? conv.kernel() : 1;
            most = Math.max(most, layer.stateInputs());
            most = Math.max(most, layer.stateOutputs() * kernel * kernel);
        }
        double share = 1.0 / most;
        Pattern sent =
                Pattern.compile(
                        c.model().subRnn().layerNorm()
                                ? ".*(fwd|bwd)_(ln_scale|ln_offset)"
                                : ".*(fwd|bwd)_(w|b)");
        NamedArrays smaller = c.metaVariables().copy();
        for (ArrayLayout.Entry entry : smaller.layout().entries()) {
            if (sent.matcher(entry.name()).matches()) {
                double[] values = smaller.array(entry.name());
                smaller.set(entry.name(), Arrays.stream(values).map(v -> v * share).toArray());
            }
        }
        return new RandomCase(c.model(), smaller, c.start(), c.examples());
    }

    /** One in four with coordinates. */
    private static RandomCase denseCase(long seed) {
        return seed % 4 == 0 ? RandomCase.placed(seed) : RandomCase.dense(seed);
    }

    /** One in four with coordinates. */
    private static RandomCase convolutionalCase(long seed) {
        return seed % 4 == 0 ? RandomCase.placedConvolution(seed) : RandomCase.convolution(seed);
    }

    private static Rollout.Gradient gradient(
            RandomCase c,
            Learner learner,
            RolloutOptions options,
            double[] logitGradient,
            NamedArrays finalGradient) {
        try (Rollout rollout = run(c, learner, options)) {
            return rollout.backward(List.of(logitGradient), Arrays.asList(finalGradient));
        }
    }

    /** The largest of the relative errors of V_M, inputs and starting V_L. */
    private static double distance(
            Rollout.Gradient actual, Rollout.Gradient expected, RandomCase c) {
        return Math.max(
                error(actual.metaVariables(), expected.metaVariables(), c, "V_M"),
                Math.max(
                        error(actual.inputs().get(0), expected.inputs().get(0), c, "inputs"),
                        error(
                                actual.starts().get(0).values(),
                                expected.starts().get(0).values(),
                                c,
                                "V_L")));
    }

    private static CpuEngine engine(boolean portable) {
        return new CpuEngine(portable ? CpuEngine.Kernels.PORTABLE : CpuEngine.Kernels.VECTOR);
    }

    private static Rollout run(RandomCase c, Learner learner, RolloutOptions options) {
        return learner.run(c.metaVariables(), List.of(c.start()), List.of(c.examples()), options);
    }

    /** The largest difference, relative to the largest expected value. */
    private static double error(double[] actual, double[] expected, RandomCase c, String what) {
        assertThat(actual).hasSameSizeAs(expected);
        double scale = 0.1;
        double error = 0;
        for (int i = 0; i < actual.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(actual[i] - expected[i]));
            assertThat(actual[i]).as("%s[%d] of %s", what, i, c.model()).isFinite();
        }
        return error / scale;
    }
}
