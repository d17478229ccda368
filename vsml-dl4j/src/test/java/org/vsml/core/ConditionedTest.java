package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.cpu.CpuEngine;
import org.vsml.samediff.SameDiffEngine;

class ConditionedTest {

    private static final TaskShape TASK = TaskShape.of(4, 3);
    private static final Vsml TINY =
            new Vsml(new SubRnn(3, 2, 2, false, -1, 1), Architecture.dense(), Dynamics.PAPER);
    private static final Conditioned MODEL = new Conditioned(TINY, new Conditioning(2, 0.05));

    private static Examples stream(int length, int parallel, long seed) {
        Random random = new Random(seed);
        double[] inputs = new double[length * parallel * TASK.inputs()];
        for (int i = 0; i < inputs.length; i++) {
            // Columns of different scales and offsets; the last changes late.
            int a = i % TASK.inputs();
            boolean constant = a == 3 && i / TASK.inputs() < 2 * parallel;
            inputs[i] = constant ? 0.5 * (seed % 7) : a + Math.pow(3, a) * random.nextGaussian();
        }
        int[] labels = random.ints(length * (long) parallel, 0, TASK.classes()).toArray();
        labels[labels.length / 2] = Examples.UNLABELLED;
        return new Examples(TASK, parallel, inputs, labels);
    }

    private static NamedArrays random(ArrayLayout layout, long seed) {
        return new NamedArrays(
                layout, new Random(seed).doubles(layout.size(), -0.8, 0.8).toArray());
    }

    private static Rollout run(
            Learner learner,
            NamedArrays meta,
            NamedArrays start,
            Examples examples,
            RolloutOptions options) {
        return learner.run(meta, List.of(start), List.of(examples), options);
    }

    @ParameterizedTest
    @CsvSource({"1,1,0", "2,2,0", "3,1,3"})
    void gradientsOfInputsAndStatisticsAreThoseOfCentralDifferences(
            long seed, int parallel, int resumedAfter) {
        Learner learner = MODEL.learner(new SameDiffEngine(Precision.DOUBLE));
        NamedArrays meta = random(MODEL.metaVariableLayout(), seed);
        NamedArrays start =
                MODEL.initialLearnedVariables(TASK, parallel, new SplittableRandom(seed));
        if (resumedAfter > 0) {
            try (Rollout before =
                    run(
                            learner,
                            meta,
                            start,
                            stream(resumedAfter, parallel, seed + 100),
                            RolloutOptions.FORWARD)) {
                start = before.learnedVariables(0);
            }
        }
        Examples examples = stream(6, parallel, seed);
        double[] ofLogits =
                new Random(seed).doubles(examples.labels().length * 3L, -1, 1).toArray();
        NamedArrays ofEnd = random(start.layout(), seed + 1);
        ofEnd.set("conditioning.count", 0);
        Rollout.Gradient gradient;
        try (Rollout rollout =
                run(
                        learner,
                        meta,
                        start,
                        examples,
                        RolloutOptions.GRADIENT.withInputGradient(true))) {
            gradient = rollout.backward(List.of(ofLogits), List.of(ofEnd));
        }
        for (int i = 0; i < examples.inputs().length; i++) {
            if (i % 4 == 3 && i / 4 < 3 * parallel) {
                // Constant at first: standardisation jumps at the first change, and the lowest or
                // highest value has a bend there.
                continue;
            }
            double numeric =
                    difference(
                            learner, meta, start, examples, examples.inputs(), i, ofLogits, ofEnd);
            assertThat(gradient.inputs().get(0)[i])
                    .as("input %d", i)
                    .isCloseTo(numeric, within(1e-5 * (1 + Math.abs(numeric))));
        }
        NamedArrays ofStart = gradient.starts().get(0);
        for (String name : List.of("origin", "mean", "squares", "lowest", "highest", "cell.0")) {
            boolean statistic = !name.contains(".");
            if (statistic && resumedAfter == 0) {
                // Those of no example are not read.
                continue;
            }
            String array = statistic ? "conditioning." + name : name;
            int offset = start.layout().offset(array);
            for (int i = offset; i < offset + start.layout().entry(array).size(); i++) {
                double numeric =
                        difference(
                                learner, meta, start, examples, start.values(), i, ofLogits, ofEnd);
                assertThat(ofStart.values()[i])
                        .as("%s %d", array, i - offset)
                        .isCloseTo(numeric, within(1e-5 * (1 + Math.abs(numeric))));
            }
        }
    }

    private static double difference(
            Learner learner,
            NamedArrays meta,
            NamedArrays start,
            Examples examples,
            double[] values,
            int i,
            double[] ofLogits,
            NamedArrays ofEnd) {
        double before = values[i];
        double[] loss = new double[2];
        double h = 1e-5;
        for (int side = 0; side < 2; side++) {
            values[i] = before + (side == 0 ? h : -h);
            try (Rollout rollout = run(learner, meta, start, examples, RolloutOptions.FORWARD)) {
                loss[side] =
                        dot(rollout.logits(0), ofLogits)
                                + dot(rollout.learnedVariables(0).values(), ofEnd.values());
            }
        }
        values[i] = before;
        return (loss[0] - loss[1]) / (2 * h);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void goingOnEqualsOneRunAndAStreamBitForBit() {
        Learner learner = MODEL.learner(new CpuEngine(CpuEngine.Kernels.PORTABLE));
        NamedArrays meta = random(MODEL.metaVariableLayout(), 5);
        NamedArrays start = MODEL.initialLearnedVariables(TASK, 1, new SplittableRandom(5));
        Examples examples = stream(12, 1, 5);
        try (Rollout whole = run(learner, meta, start, examples, RolloutOptions.FORWARD);
                Rollout first =
                        run(learner, meta, start, examples.slice(0, 7), RolloutOptions.FORWARD);
                Rollout second =
                        run(
                                learner,
                                meta,
                                first.learnedVariables(0),
                                examples.slice(7, 5),
                                RolloutOptions.FORWARD)) {
            assertThat(Arrays.copyOfRange(whole.logits(0), 0, 21)).isEqualTo(first.logits(0));
            assertThat(Arrays.copyOfRange(whole.logits(0), 21, 36)).isEqualTo(second.logits(0));
            String end = whole.learnedVariables(0).sha256();
            assertThat(second.learnedVariables(0).sha256()).isEqualTo(end);
            LearnerStream stream = learner.open(meta, TASK, start);
            for (int t = 0; t < 12; t++) {
                double[] x = Arrays.copyOfRange(examples.inputs(), t * 4, t * 4 + 4);
                double[] expected = Arrays.copyOfRange(whole.logits(0), t * 3, t * 3 + 3);
                assertThat(stream.predict(x)).isEqualTo(expected);
                assertThat(stream.learn(x, examples.labels()[t])).isEqualTo(expected);
            }
            assertThat(stream.learnedVariables().sha256()).isEqualTo(end);
        }
    }

    private static double[] standardised(double[] inputs) {
        Examples examples = Examples.online(TASK, inputs, new int[inputs.length / 4]);
        return ConditionedEpisode.of(
                        MODEL.conditioning(),
                        MODEL.initialLearnedVariables(TASK, 1, new SplittableRandom(1)),
                        examples,
                        RolloutOptions.FORWARD)
                .standardised()
                .inputs();
    }

    @ParameterizedTest
    @ValueSource(ints = {-300, -3, 1, 10, 100})
    void unitsThatArePowersOfTwoApartGiveTheSameBits(int exponent) {
        double[] inputs = stream(40, 1, 6).inputs();
        double[] scaled = Arrays.stream(inputs).map(x -> Math.scalb(x, exponent)).toArray();

        assertThat(standardised(scaled)).isEqualTo(standardised(inputs));
    }

    @Test
    void unitsOfAnyKindGiveTheSameButForRounding() {
        double[] inputs = stream(40, 1, 7).inputs();
        double[] other = inputs.clone();
        double[] factors = {2.54, 1 / 3.0, 1e-9, -1};
        double[] signs = {1, 1, 1, -1};
        for (int i = 0; i < other.length; i++) {
            other[i] = 17 * factors[i % 4] + factors[i % 4] * inputs[i];
        }
        double[] expected = standardised(inputs);
        double[] actual = standardised(other);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(signs[i % 4] * expected[i], within(1e-11));
        }
    }

    private static double[] ofImages(double[] inputs) {
        Conditioning conditioning = Conditioning.STANDARD;
        InputShape shape = new InputShape(3, 2, 2);
        TaskShape task = new TaskShape(shape, 3);
        return ConditionedEpisode.of(
                        conditioning,
                        NamedArrays.zeros(conditioning.layout(shape)),
                        Examples.online(task, inputs, new int[inputs.length / shape.size()]),
                        RolloutOptions.FORWARD)
                .standardised()
                .inputs();
    }

    /** 20 images of 3 x 2 pixels and two channels; the last pixel never changes. */
    private static double[] images(long seed) {
        Random random = new Random(seed);
        double[] inputs = new double[20 * 12];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = i % 12 >= 10 ? 0.5 : random.nextDouble() * (i % 2 == 0 ? 1 : 100);
        }
        return inputs;
    }

    @Test
    void pixelsOfAChannelAreMeasuredByItsMeanAndVariance() {
        double[] inputs = images(1);
        double[] actual = ofImages(inputs);
        for (int i = 0; i < inputs.length; i++) {
            int channel = i % 2;
            double expected = 0;
            if (i >= 12 && i % 12 < 10) {
                double[] seen =
                        IntStream.range(0, (i / 12 + 1) * 12)
                                .filter(k -> k % 2 == channel)
                                .mapToDouble(k -> inputs[k])
                                .toArray();
                double mean = Arrays.stream(seen).average().orElseThrow();
                double variance =
                        Arrays.stream(seen).map(x -> (x - mean) * (x - mean)).sum() / seen.length;
                expected = (inputs[i] - mean) / Math.sqrt(variance);
            }
            assertThat(actual[i]).as("input %d", i).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void grey255AndItsShareOfOneAreTheSameImage() {
        double[] inputs = images(2);
        double[] scaled = Arrays.stream(inputs).map(x -> 255 * x - 17).toArray();
        double[] expected = ofImages(inputs);
        double[] actual = ofImages(scaled);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-9));
        }
    }

    @Test
    void filesThatDoNotSayThePixelScaleMeanEachPixelByItself() throws Exception {
        Conditioning old =
                Json.mapper().readValue("{\"clip\":2,\"rangeShare\":0.03}", Conditioning.class);
        assertThat(old).isEqualTo(new Conditioning(2, 0.03, PixelScale.PER_PIXEL));
        assertThat(old.perChannel(new InputShape(28, 28, 1))).isFalse();
        assertThat(Conditioning.STANDARD.perChannel(new InputShape(28, 28, 1))).isTrue();
        assertThat(Conditioning.STANDARD.perChannel(InputShape.vector(784))).isFalse();
    }

    @Test
    void largeOffsetsCostNoDigitsButThoseOfTheInputsThemselves() {
        Random random = new Random(8);
        double[] small = random.ints(4 * 500, -100, 101).asDoubleStream().toArray();
        double[] large = Arrays.stream(small).map(x -> 1.6e9 + x).toArray();

        // Whole numbers of seconds are exact in double, and differences from the first example too.
        assertThat(standardised(large)).isEqualTo(standardised(small));
    }

    @Test
    void aRefusedExampleLeavesNoTrace() {
        NamedArrays meta = random(MODEL.metaVariableLayout(), 9);
        NamedArrays start = MODEL.initialLearnedVariables(TASK, 1, new SplittableRandom(9));
        LearnerStream stream = MODEL.learner(new CpuEngine()).open(meta, TASK, start);

        String before = stream.learnedVariables().sha256();

        assertThatThrownBy(() -> stream.learn(new double[] {1, 2, Double.NaN, 4}, 0))
                .hasMessageStartingWith("input 2 must be finite");
        assertThatThrownBy(() -> stream.learn(new double[4], 3))
                .hasMessage("label must be in [0, 3), got 3");
        assertThat(stream.learnedVariables().sha256()).isEqualTo(before);
    }

    @Test
    void statisticsThatCannotBeGoneOnFromAreRefused() {
        NamedArrays start = MODEL.initialLearnedVariables(TASK, 1, new SplittableRandom(9));
        start.set("conditioning.squares", 1, -1, 0, 0);
        assertThatThrownBy(() -> MODEL.requireLearnedVariables(start, TASK, 1, "episode 3"))
                .hasMessage("conditioning.squares of episode 3 must be >= 0, got -1.0");
        start.set("conditioning.squares", 1, 1, 0, 0);
        start.set("conditioning.count", 0.5);
        assertThatThrownBy(() -> MODEL.requireLearnedVariables(start, TASK, 1, "episode 3"))
                .hasMessageContaining(
                        "conditioning.count of episode 3 must be a number of examples");
        assertThatThrownBy(
                        () ->
                                MODEL.requireLearnedVariables(
                                        TINY.initialLearnedVariables(
                                                TASK, 1, new SplittableRandom(9)),
                                        TASK,
                                        1,
                                        "episode 3"))
                .hasMessageContaining("learned variables do not fit episode 3");
        assertThatThrownBy(() -> new Conditioned(MODEL, Conditioning.STANDARD))
                .hasMessageContaining("inputs are conditioned once");
    }
}
