package org.vsml.core;

import java.util.Arrays;

/** A {@link Discriminant} at work on one stream. Not thread-safe. */
public final class RunningDiscriminant {

    /** Share of the weights that is spread over both experts after each example. */
    private static final double SHARED = 0.01;

    private final int classes;
    private final LinearDiscriminant onInputs;

    // Absent without features.
    private final FourierFeatures features;
    private final LinearDiscriminant onFeatures;
    private double[] direction;
    private double[] phase;
    private double[] weight;
    private double[] values;
    private final double[][] probabilities = new double[FourierFeatures.EXPERTS][];

    private RunningDiscriminant(Discriminant discriminant, TaskShape task, NamedArrays learned) {
        classes = task.classes();
        onInputs = new LinearDiscriminant(discriminant, task, learned, Discriminant.PREFIX);
        features = discriminant.features();
        if (features == null) {
            onFeatures = null;
            return;
        }
        onFeatures =
                new LinearDiscriminant(
                        discriminant.onFeatures(),
                        TaskShape.of(features.width(), classes),
                        learned,
                        FourierFeatures.PREFIX);
        direction = learned.array(FourierFeatures.DIRECTION);
        phase = learned.array(FourierFeatures.PHASE);
        weight = learned.array(FourierFeatures.EXPERT_WEIGHT);
        values = new double[features.width()];
    }

    /** What learned variables say. */
    public static RunningDiscriminant of(
            Discriminant discriminant, TaskShape task, NamedArrays learned) {
        return new RunningDiscriminant(discriminant, task, learned);
    }

    /** Overwrites the discriminant among learned variables. */
    public void write(NamedArrays learned) {
        onInputs.write(learned);
        if (features != null) {
            learned.set(FourierFeatures.DIRECTION, direction);
            learned.set(FourierFeatures.PHASE, phase);
            onFeatures.write(learned);
            learned.set(FourierFeatures.EXPERT_WEIGHT, weight);
        }
    }

    /**
     * Logarithms of the probabilities of an example; changes nothing that {@link #write} writes.
     *
     * @param x where x̂ [inputs] begins at {@code offset}
     * @return [classes]
     */
    public double[] predict(double[] x, int offset) {
        double[] ofInputs = onInputs.predict(x, offset);
        if (features == null) {
            return ofInputs;
        }
        features.read(x, offset, direction, phase, values);
        probabilities[0] = exponentials(ofInputs);
        probabilities[1] = exponentials(onFeatures.predict(values, 0));
        double[] mixed = new double[classes];
        for (int b = 0; b < classes; b++) {
            mixed[b] = Math.log(weight[0] * probabilities[0][b] + weight[1] * probabilities[1][b]);
        }
        return mixed;
    }

    private static double[] exponentials(double[] logarithms) {
        return Arrays.stream(logarithms).map(Math::exp).toArray();
    }

    /** Shows the label of the example that was predicted last. */
    public void learn(int label) {
        onInputs.learn(label);
        if (features != null) {
            onFeatures.learn(label);
            double total =
                    weight[0] * probabilities[0][label] + weight[1] * probabilities[1][label];
            for (int e = 0; e < weight.length; e++) {
                weight[e] =
                        (1 - SHARED) * weight[e] * probabilities[e][label] / total
                                + SHARED / weight.length;
            }
        }
    }
}
