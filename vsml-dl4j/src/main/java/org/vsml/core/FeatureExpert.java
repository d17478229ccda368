package org.vsml.core;

/**
 * The discriminant on {@link FourierFeatures} at work on one stream, beside that on the inputs. Not
 * thread-safe.
 */
final class FeatureExpert {

    /** Share of the weights that is spread over both experts after each example. */
    private static final double SHARED = 0.01;

    private final FourierFeatures features;
    private final LinearDiscriminant discriminant;

    /** A row for each input: a loop over features is compiled to vector instructions. */
    private final double[][] direction;

    private final double[] phase;

    /** Of the discriminant on inputs, of that on features. */
    private final double[] weight;

    // What the last prediction left.
    private final double[] values;
    private final double[] ofInputs;
    private final double[] ofFeatures;

    FeatureExpert(Discriminant both, int classes, NamedArrays learned) {
        features = both.features();
        discriminant =
                new LinearDiscriminant(
                        both.onFeatures(),
                        TaskShape.of(features.width(), classes),
                        learned,
                        FourierFeatures.PREFIX);
        direction = features.byInput(learned.array(FourierFeatures.DIRECTION));
        phase = learned.array(FourierFeatures.PHASE);
        weight = learned.array(FourierFeatures.EXPERT_WEIGHT);
        values = new double[features.width()];
        ofInputs = new double[classes];
        ofFeatures = new double[classes];
    }

    void write(NamedArrays learned) {
        learned.set(FourierFeatures.DIRECTION, features.byFeature(direction));
        learned.set(FourierFeatures.PHASE, phase);
        learned.set(FourierFeatures.EXPERT_WEIGHT, weight);
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
        discriminant.predict(values, 0, ofFeatures);
        System.arraycopy(probabilities, 0, ofInputs, 0, ofInputs.length);
        for (int b = 0; b < probabilities.length; b++) {
            probabilities[b] = weight[0] * ofInputs[b] + weight[1] * ofFeatures[b];
        }
    }

    /** Shows the label of the example that was predicted last. */
    void learn(int label) {
        discriminant.learn(label);
        double first = weight[0] * ofInputs[label];
        double second = weight[1] * ofFeatures[label];
        double share = SHARED / weight.length;
        weight[0] = (1 - SHARED) * first / (first + second) + share;
        weight[1] = (1 - SHARED) * second / (first + second) + share;
    }
}
