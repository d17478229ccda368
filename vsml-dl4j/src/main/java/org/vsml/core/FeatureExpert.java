package org.vsml.core;

/**
 * The discriminant on {@link FourierFeatures} at work on one stream, beside that on the inputs. Not
 * thread-safe.
 */
final class FeatureExpert {

    private final FourierFeatures features;
    private final LinearDiscriminant discriminant;

    /** A row for each input: a loop over features is compiled to vector instructions. */
    private final double[][] direction;

    private final double[] phase;

    /** The discriminant on inputs, that on features. */
    private final Mixture experts;

    /** The same of least squares; null if they are not read. */
    private final Mixture regressions;

    /** What the last prediction left. */
    private final double[] values;

    FeatureExpert(Discriminant both, TaskShape task, NamedArrays learned) {
        features = both.features();
        boolean regressed = both.hasRegression(task);
        discriminant =
                new LinearDiscriminant(
                        both.onFeatures(),
                        features.task(task),
                        regressed,
                        learned,
                        FourierFeatures.PREFIX);
        direction = features.byInput(learned.array(FourierFeatures.DIRECTION));
        phase = learned.array(FourierFeatures.PHASE);
        experts = new Mixture(learned.array(FourierFeatures.EXPERT_WEIGHT), task.classes());
        regressions =
                regressed
                        ? new Mixture(
                                learned.array(FourierFeatures.REGRESSION_EXPERT_WEIGHT),
                                task.classes())
                        : null;
        values = new double[features.width()];
    }

    void write(NamedArrays learned) {
        learned.set(FourierFeatures.DIRECTION, features.byFeature(direction));
        learned.set(FourierFeatures.PHASE, phase);
        learned.set(FourierFeatures.EXPERT_WEIGHT, experts.weights());
        if (regressions != null) {
            learned.set(FourierFeatures.REGRESSION_EXPERT_WEIGHT, regressions.weights());
        }
        discriminant.write(learned);
    }

    /**
     * Mixes probabilities of an example.
     *
     * @param probabilities [classes], those of the discriminant on inputs; the mixture after
     * @param x where x̂ [inputs] begins at {@code offset}
     */
    void mixInto(double[] probabilities, double[] x, int offset) {
        features.read(x, offset, direction, phase, values);
        discriminant.predict(values, 0, experts.member(1));
        mix(experts, probabilities);
    }

    /** Mixes probabilities by least squares of the same example. */
    void mixRegressionInto(double[] probabilities) {
        discriminant.regress(regressions.member(1));
        mix(regressions, probabilities);
    }

    private static void mix(Mixture mixture, double[] ofInputs) {
        System.arraycopy(ofInputs, 0, mixture.member(0), 0, ofInputs.length);
        mixture.mix(ofInputs);
    }

    /** Shows the label of the example that was predicted last. */
    void learn(int label) {
        discriminant.learn(label);
        experts.learn(label);
        if (regressions != null) {
            regressions.learn(label);
        }
    }
}
