package org.vsml.core;

/** A {@link Discriminant} at work on one stream. Not thread-safe. */
public final class RunningDiscriminant {

    private final LinearDiscriminant onInputs;

    /** Null without features. */
    private final FeatureExpert onFeatures;

    private RunningDiscriminant(Discriminant discriminant, TaskShape task, NamedArrays learned) {
        onInputs = new LinearDiscriminant(discriminant, task, learned, Discriminant.PREFIX);
        onFeatures =
                discriminant.features() == null
                        ? null
                        : new FeatureExpert(discriminant, task.classes(), learned);
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
     * @return [classes]
     */
    public double[] predict(double[] x, int offset) {
        double[] result = new double[onInputs.classes()];
        predict(x, offset, result);
        return result;
    }

    /**
     * {@link #predict(double[], int)} into an array of the caller's.
     *
     * @param result [classes], overwritten
     */
    public void predict(double[] x, int offset, double[] result) {
        onInputs.predict(x, offset, result);
        if (onFeatures != null) {
            onFeatures.mixInto(result, x, offset);
        }
        for (int b = 0; b < result.length; b++) {
            result[b] = Math.log(result[b]);
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
