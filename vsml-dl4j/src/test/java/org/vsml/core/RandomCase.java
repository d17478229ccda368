package org.vsml.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A random small model, its meta variables, and an episode for it: something to compare engines on.
 * Every option occurs, other cells than the LSTM and coordinates only where said.
 *
 * @param model random configuration
 * @param metaVariables V_M, all arrays non-zero
 * @param start V_L, all arrays non-zero
 * @param examples a few steps, some without a label
 */
public record RandomCase(
        Vsml model, NamedArrays metaVariables, NamedArrays start, Examples examples) {

    /** A case with dense layers only, the same for the same seed. */
    public static RandomCase dense(long seed) {
        return draw(seed, false, Extras.NONE);
    }

    /** A case whose first layer is a convolution, the same for the same seed. */
    public static RandomCase convolution(long seed) {
        return draw(seed, true, Extras.NONE);
    }

    /** A case with dense layers of LSTMs that are fed coordinates. */
    public static RandomCase placed(long seed) {
        return draw(seed, false, Extras.COORDINATES);
    }

    /** A case whose first layer is a convolution of LSTMs that are fed coordinates. */
    public static RandomCase placedConvolution(long seed) {
        return draw(seed, true, Extras.COORDINATES);
    }

    /** A case with any cell, with or without coordinates and convolutions. */
    public static RandomCase anyCell(long seed) {
        return draw(seed, seed % 2 == 0, Extras.ALL);
    }

    /**
     * A case whose constant inputs rest: some never change, some do so late, and some have changed
     * before.
     */
    public static RandomCase resting(long seed) {
        return rest(dense(seed), seed);
    }

    /** The same with any cell. */
    public static RandomCase restingAnyCell(long seed) {
        return rest(anyCell(2 * seed + 1), seed);
    }

    private static RandomCase rest(RandomCase any, long seed) {
        Vsml model =
                new Vsml(
                        any.model.subRnn().withCoordinates(false),
                        any.model.architecture(),
                        any.model
                                .dynamics()
                                .withAggregation(Aggregation.MEAN)
                                .withConstantInputs(ConstantInputs.REST));
        Random random = new Random(seed);
        int parallel = any.examples.parallel();
        TaskShape task = any.examples.task();
        RandomCase c = of(model, task, parallel, between(random, 1, 6), random);
        boolean begun = random.nextBoolean();
        double[] awake = new double[parallel * task.inputs()];
        for (int i = 0; i < task.inputs(); i++) {
            boolean awakeBefore = begun && random.nextInt(4) == 0;
            int wakes = random.nextInt(c.examples.length() + 2);
            for (int p = 0; p < parallel; p++) {
                awake[p * task.inputs() + i] = awakeBefore ? 1 : 0;
                for (int t = 0; t < Math.min(wakes, c.examples.length()); t++) {
                    int from = p * task.inputs() + i;
                    c.examples.inputs()[t * awake.length + from] =
                            begun ? c.start.array("first_input")[from] : c.examples.inputs()[from];
                }
            }
        }
        double[] begunInAll = new double[parallel];
        Arrays.fill(begunInAll, begun ? 1 : 0);
        c.start.set("begun", begunInAll);
        c.start.set("awake", awake);
        return c;
    }

    private enum Extras {
        NONE,
        COORDINATES,
        ALL
    }

    private static RandomCase draw(long seed, boolean convolution, Extras extras) {
        Random random = new Random(seed);
        SubRnn rnn =
                new SubRnn(
                        between(random, 1, 6),
                        between(random, 2, 4),
                        between(random, 2, 4),
                        random.nextBoolean(),
                        random.nextGaussian(),
                        random.nextGaussian());
        boolean reverse = random.nextBoolean();
        Dynamics dynamics =
                new Dynamics(
                        between(random, 1, 3),
                        random.nextBoolean(),
                        reverse,
                        reverse && random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean() ? Aggregation.MEAN : Aggregation.SUM,
                        random.nextBoolean() ? Double.POSITIVE_INFINITY : 0.5 + random.nextDouble(),
                        random.nextInt(rnn.forwardMessageSize()),
                        random.nextDouble(),
                        random.nextBoolean() ? Double.POSITIVE_INFINITY : 0.3 + random.nextDouble(),
                        random.nextDouble(),
                        ConstantInputs.TAKE_PART);
        List<HiddenLayer> hidden = new ArrayList<>();
        InputShape input = InputShape.vector(between(random, 1, 6));
        if (convolution) {
            input =
                    new InputShape(
                            between(random, 1, 5), between(random, 1, 5), between(random, 1, 2));
            hidden.add(
                    new HiddenLayer.Convolution(
                            2 * random.nextInt(3) + 1,
                            between(random, 1, 3),
                            between(random, 1, 2)));
            if (random.nextInt(3) == 0) {
                hidden.add(
                        new HiddenLayer.Convolution(
                                3, between(random, 1, 2), between(random, 1, 2)));
            }
        }
        for (int k = random.nextInt(convolution ? 2 : 3); k > 0; k--) {
            hidden.add(new HiddenLayer.Dense(between(random, 1, 4)));
        }
        if (extras == Extras.COORDINATES) {
            rnn = rnn.withCoordinates(true);
            input =
                    new InputShape(
                            between(random, 1, 4), between(random, 1, 4), between(random, 1, 2));
        } else if (extras == Extras.ALL) {
            CellType cell =
                    List.of(CellType.values()).get(random.nextInt(CellType.values().length));
            rnn = rnn.withCell(cell).withCoordinates(random.nextInt(3) > 0);
            if (!cell.keepsCell()) {
                dynamics = dynamics.withStateClip(Double.POSITIVE_INFINITY);
            }
        }
        return of(
                new Vsml(rnn, new Architecture(hidden), dynamics),
                new TaskShape(input, Math.max(2, between(random, 1, 4))),
                random.nextInt(3) == 0 ? between(random, 2, 3) : 1,
                between(random, 1, 5),
                random);
    }

    /** A random episode for a model. */
    public static RandomCase of(
            Vsml model, TaskShape task, int parallel, int length, Random random) {
        NamedArrays meta = NamedArrays.zeros(model.metaVariableLayout());
        for (ArrayLayout.Entry entry : meta.layout().entries()) {
            double fanIn = entry.shape().size() == 2 ? entry.shape().get(0) : 4;
            meta.set(entry.name(), gaussian(random, entry.size(), 1 / Math.sqrt(fanIn)));
        }
        NamedArrays start = NamedArrays.zeros(model.learnedVariableLayout(task, parallel));
        for (ArrayLayout.Entry entry : start.layout().entries()) {
            start.set(entry.name(), gaussian(random, entry.size(), 0.5));
        }
        int[] labels = new int[length * parallel];
        Arrays.setAll(
                labels,
                i -> random.nextInt(5) == 0 ? Examples.UNLABELLED : random.nextInt(task.classes()));
        double[] inputs = gaussian(random, labels.length * task.inputs(), 1);
        return new RandomCase(model, meta, start, new Examples(task, parallel, inputs, labels));
    }

    /** Independent normal numbers. */
    public static double[] gaussian(Random random, int size, double deviation) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> deviation * random.nextGaussian());
        return values;
    }

    private static int between(Random random, int least, int most) {
        return least + random.nextInt(most - least + 1);
    }
}
