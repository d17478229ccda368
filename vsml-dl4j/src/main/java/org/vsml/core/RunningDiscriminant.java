package org.vsml.core;

import java.util.Arrays;

/** A {@link Discriminant} at work on one stream. Not thread-safe. */
public final class RunningDiscriminant {

    private final int readings;
    private final boolean regressed;
    private final LinearDiscriminant onInputs;

    /** Null without features. */
    private final FeatureExpert onFeatures;

    /** Scratch memory. */
    private final double[] probabilities;

    private RunningDiscriminant(Discriminant discriminant, TaskShape task, NamedArrays learned) {
        readings = discriminant.readings();
        regressed = discriminant.hasRegression(task);
        onInputs =
                new LinearDiscriminant(discriminant, task, regressed, learned, Discriminant.PREFIX);
        onFeatures =
                discriminant.features() == null
                        ? null
                        : new FeatureExpert(discriminant, task, learned);
        probabilities = new double[task.classes()];
    }

    /** What learned variables say. */
    public static RunningDiscriminant of(
            Discriminant discriminant, TaskShape task, NamedArrays learned) {
        return new RunningDiscriminant(discriminant, task, learned);
    }

    /** Overwrites the discriminant among learned variables. */
    public void write(NamedArrays learned) {
        onInputs.write(learned);
        if (onFeatures != null) {
            onFeatures.write(learned);
        }
    }

    /**
     * Logarithms of the probabilities of an example; changes nothing that {@link #write} writes.
     *
     * @param x where x̂ [inputs] begins at {@code offset}
     * @return [readings, classes]: the discriminant's, then those of least squares
     */
    public double[] predict(double[] x, int offset) {
        double[] result = new double[readings * probabilities.length];
        predict(x, offset, result);
        return result;
    }

    /**
     * {@link #predict(double[], int)} into an array of the caller's.
     *
     * @param result [readings, classes], overwritten
     */
    public void predict(double[] x, int offset, double[] result) {
        onInputs.predict(x, offset, probabilities);
        if (onFeatures != null) {
            onFeatures.mixInto(probabilities, x, offset);
        }
        logarithms(result, 0);
        if (readings > 1) {
            regress();
            logarithms(result, probabilities.length);
        }
    }

    private void regress() {
        if (!regressed) {
            Arrays.fill(probabilities, 1.0 / probabilities.length);
            return;
        }
        onInputs.regress(probabilities);
        if (onFeatures != null) {
            onFeatures.mixRegressionInto(probabilities);
        }
    }

    private void logarithms(double[] to, int offset) {
        for (int b = 0; b < probabilities.length; b++) {
            to[offset + b] = Math.log(probabilities[b]);
        }
    }

    /** Shows the label of the example that was predicted last. */
    public void learn(int label) {
        onInputs.learn(label);
        if (onFeatures != null) {
            onFeatures.learn(label);
        }
    }
}
