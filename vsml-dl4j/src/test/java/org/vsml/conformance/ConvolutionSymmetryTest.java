package org.vsml.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.data.Offset;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.LayerShape;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.RandomCase;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.Sensitivity;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/** What must not change when channels, classes or places of an image are exchanged. */
class ConvolutionSymmetryTest {

    private static final SubRnn SUB_RNN = new SubRnn(5, 3, 3, false, -1, 1);
    private static final int CHANNELS = 3;
    private static final int CLASSES = 4;

    /** Convolution, hidden dense layer, output layer; what the two layers after it are made of. */
    private static Vsml model(int kernel, int stride, boolean feedLabel) {
        return new Vsml(
                SUB_RNN,
                new Architecture(
                        List.of(
                                new HiddenLayer.Convolution(kernel, stride, CHANNELS),
                                new HiddenLayer.Dense(2))),
                Vsml.PAPER.dynamics().withFeedLabel(feedLabel));
    }

    @Provide
    Arbitrary<Engine> engines() {
        return Arbitraries.of(Engine.auto(Precision.DOUBLE), Engine.auto(Precision.FLOAT));
    }

    @Property(tries = 6, seed = "1", shrinking = ShrinkingMode.OFF)
    void permutingChannelsPermutesTheirStatesAndLeavesPredictionsUnchanged(
            @ForAll("engines") Engine engine,
            @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
        Random random = new Random(seed);
        Vsml model = model(2 * random.nextInt(2) + 1, 1 + random.nextInt(2), random.nextBoolean());
        TaskShape task = new TaskShape(new InputShape(4, 5, 2), CLASSES);
        RandomCase c = RandomCase.of(model, task, 1, 4, random);
        int[] order = order(CHANNELS, random);
        LayerShape.Convolution conv =
                (LayerShape.Convolution) model.architecture().resolve(task).get(0);
        // Columns of the dense layer above: position by position, channel fastest.
        int[] above =
                IntStream.range(0, conv.outputs())
                        .map(i -> i / CHANNELS * CHANNELS + order[i % CHANNELS])
                        .toArray();
        NamedArrays start = permuteChannels(c.start(), order, above);
        try (Rollout expected = run(engine, model, c, c.start(), c.examples());
                Rollout permuted = run(engine, model, c, start, c.examples())) {
            assertThat(permuted.logits(0))
                    .as("seed %d", seed)
                    .containsExactly(expected.logits(0), rounding(engine, c));
            assertThat(permuted.learnedVariables(0).values())
                    .as("seed %d", seed)
                    .containsExactly(
                            permuteChannels(expected.learnedVariables(0), order, above).values(),
                            rounding(engine, c));
        }
    }

    private static NamedArrays permuteChannels(NamedArrays from, int[] order, int[] above) {
        NamedArrays result = from.copy();
        for (String state : List.of("hidden.", "cell.")) {
            permute(result, state + 0, 2, order);
            permute(result, state + 1, 3, above);
        }
        permute(result, "backward_message.0", 1, above);
        return result;
    }

    @Property(tries = 6, seed = "1", shrinking = ShrinkingMode.OFF)
    void permutingClassesPermutesPredictions(
            @ForAll("engines") Engine engine,
            @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
        Random random = new Random(seed);
        Vsml model = model(3, 1 + random.nextInt(2), random.nextBoolean());
        TaskShape task = new TaskShape(new InputShape(4, 3, 1), CLASSES);
        RandomCase c = RandomCase.of(model, task, 1, 4, random);
        int[] order = order(CLASSES, random);
        NamedArrays start = permuteClasses(c.start(), order);
        int[] labels = c.examples().labels().clone();
        for (int t = 0; t < labels.length; t++) {
            for (int b = 0; b < CLASSES; b++) {
                if (c.examples().labels()[t] == order[b]) {
                    labels[t] = b;
                }
            }
        }
        Examples relabelled = Examples.online(task, c.examples().inputs(), labels);
        try (Rollout expected = run(engine, model, c, c.start(), c.examples());
                Rollout permuted = run(engine, model, c, start, relabelled)) {
            double[] logits = new double[expected.logits(0).length];
            Arrays.setAll(
                    logits, i -> expected.logits(0)[i / CLASSES * CLASSES + order[i % CLASSES]]);
            assertThat(permuted.logits(0))
                    .as("seed %d", seed)
                    .containsExactly(logits, rounding(engine, c));
            assertThat(permuted.learnedVariables(0).values())
                    .as("seed %d", seed)
                    .containsExactly(
                            permuteClasses(expected.learnedVariables(0), order).values(),
                            rounding(engine, c));
        }
    }

    private static NamedArrays permuteClasses(NamedArrays from, int[] order) {
        NamedArrays result = from.copy();
        permute(result, "hidden.2", 2, order);
        permute(result, "cell.2", 2, order);
        permute(result, "error", 1, order);
        permute(result, "label", 1, order);
        return result;
    }

    /**
     * The dense layer above keeps one state for each place and hears of it through the messages of
     * the convolution alone. Where all places start alike, its states and the messages it sends
     * down therefore move with the image, as long as the image stays away from the border.
     */
    @Property(tries = 10, seed = "1", shrinking = ShrinkingMode.OFF)
    void shiftingAnImageShiftsTheMessages(
            @ForAll("engines") Engine engine,
            @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
        Random random = new Random(seed);
        int kernel = 2 * random.nextInt(3) + 1;
        int stride = 1 + random.nextInt(3);
        Vsml model = model(kernel, stride, random.nextBoolean());
        int content = 3;
        int down = random.nextInt(3);
        int right = random.nextInt(3);
        InputShape shape =
                new InputShape(
                        content + kernel + stride * (down + 1),
                        content + kernel + stride * (right + 1),
                        1 + random.nextInt(2));
        RandomCase c = RandomCase.of(model, new TaskShape(shape, CLASSES), 1, 3, random);
        NamedArrays start = alikeEverywhere(c.start());
        Examples image = content(c.examples(), content, kernel / 2, kernel / 2);
        Examples shifted =
                content(
                        c.examples(),
                        content,
                        kernel / 2 + stride * down,
                        kernel / 2 + stride * right);
        LayerShape.Convolution conv =
                (LayerShape.Convolution) model.architecture().resolve(c.examples().task()).get(0);
        Offset<Double> rounding =
                rounding(engine, new RandomCase(model, c.metaVariables(), start, image));
        try (Rollout before = run(engine, model, c, start, image);
                Rollout after = run(engine, model, c, start, shifted)) {
            assertThat(after.logits(0))
                    .as("seed %d", seed)
                    .containsExactly(before.logits(0), rounding);
            double[] messages = before.learnedVariables(0).array("backward_message.0");
            double[] moved = after.learnedVariables(0).array("backward_message.0");
            double[] states = before.learnedVariables(0).array("cell.1");
            double[] movedStates = after.learnedVariables(0).array("cell.1");
            int size = SUB_RNN.backwardMessageSize();
            int compared = 0;
            for (int row = 0; row + down < conv.outputHeight(); row++) {
                for (int column = 0; column + right < conv.outputWidth(); column++) {
                    for (int channel = 0; channel < CHANNELS; channel++) {
                        int from = (row * conv.outputWidth() + column) * CHANNELS + channel;
                        int to = from + (down * conv.outputWidth() + right) * CHANNELS;
                        for (int m = 0; m < size; m++) {
                            assertThat(moved[to * size + m])
                                    .as("seed %d", seed)
                                    .isCloseTo(messages[from * size + m], rounding);
                        }
                        for (int n = 0; n < states.length / conv.outputs(); n++) {
                            assertThat(movedStates[n * conv.outputs() + to])
                                    .as("seed %d", seed)
                                    .isCloseTo(states[n * conv.outputs() + from], rounding);
                        }
                        compared++;
                    }
                }
            }
            assertThat(compared).isGreaterThanOrEqualTo(CHANNELS);
            if (down + right > 0) {
                // Nothing above would be worth anything if all places looked the same.
                assertThat(moved).isNotEqualTo(messages);
            }
        }
    }

    /** Every place of the convolution's output gets the states and message of the first. */
    private static NamedArrays alikeEverywhere(NamedArrays start) {
        NamedArrays result = start.copy();
        for (String name : List.of("hidden.1", "cell.1")) {
            double[] values = start.array(name);
            int places = start.layout().entry(name).shape().get(3);
            double[] alike = new double[values.length];
            Arrays.setAll(alike, i -> values[i / places * places + i % places % CHANNELS]);
            result.set(name, alike);
        }
        double[] messages = start.array("backward_message.0");
        double[] alike = new double[messages.length];
        int onePlace = CHANNELS * SUB_RNN.backwardMessageSize();
        Arrays.setAll(alike, i -> messages[i % onePlace]);
        result.set("backward_message.0", alike);
        return result;
    }

    /** Black images but for a small square at a place, which is filled from the given examples. */
    private static Examples content(Examples from, int size, int top, int left) {
        InputShape shape = from.task().input();
        double[] inputs = new double[from.inputs().length];
        for (int t = 0; t < from.length(); t++) {
            for (int row = 0; row < size; row++) {
                for (int i = 0; i < size * shape.channels(); i++) {
                    int to = ((top + row) * shape.width() + left) * shape.channels() + i;
                    inputs[t * shape.size() + to] =
                            from.inputs()[t * shape.size() + row * size * shape.channels() + i];
                }
            }
        }
        return Examples.online(from.task(), inputs, from.labels());
    }

    private static Rollout run(
            Engine engine, Vsml model, RandomCase c, NamedArrays start, Examples examples) {
        return engine.learner(model)
                .run(c.metaVariables(), List.of(start), List.of(examples), RolloutOptions.FORWARD);
    }

    /** Two runs that round in other orders, each within what the case allows. */
    private static Offset<Double> rounding(Engine engine, RandomCase c) {
        Sensitivity.Bounds bounds = Sensitivity.ofRun(c, engine.precision());
        return Offset.offset(2 * Math.max(bounds.logits(), bounds.learnedVariables()));
    }

    private static int[] order(int size, Random random) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(order, random);
        return order.stream().mapToInt(i -> i).toArray();
    }

    /** Reorders an array along one axis. */
    private static void permute(NamedArrays arrays, String name, int axis, int[] order) {
        ArrayLayout.Entry entry = arrays.layout().entry(name);
        int inner = 1;
        for (int size : entry.shape().subList(axis + 1, entry.shape().size())) {
            inner *= size;
        }
        int block = inner * order.length;
        double[] from = arrays.array(name);
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i / block * block + order[i / inner % order.length] * inner + i % inner];
        }
        arrays.set(name, to);
    }
}
