package org.vsml.core;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireWithin;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.math.Vectors;

/**
 * Random Fourier features of a {@link Discriminant} (Rahimi and Recht 2007): a linear discriminant
 * on them is close to one with a Gaussian kernel of its width, so that products of inputs are
 * learned too, from one pass, without a gradient.
 *
 * <pre>
 *   φ_i = √2 · cos(w_i·x̂ / (bandwidth · √A) + p_i),  w_ia standard normal,  p_i uniform in [0, 2π)
 * </pre>
 *
 * <p>w and p are learned variables, drawn with those that an episode starts from, and stay: as with
 * the layer's starts, nothing depends on the order of inputs but by what is drawn.
 *
 * @param width number of features, 1 to {@value Discriminant#FULL_INPUTS}
 * @param bandwidth at 1 two examples of mean distance are e⁻¹ alike; wider is smoother; in [0.001,
 *     1000]
 * @param ridges of the discriminant on features
 * @param firstWeight of the discriminant on features beside that on inputs, before the first
 *     example; in (0, 1). From then on the weights follow how well each has predicted.
 */
public record FourierFeatures(
        int width, double bandwidth, List<Double> ridges, double firstWeight) {

    /** What does well on tables and images. */
    public static final FourierFeatures STANDARD =
            new FourierFeatures(256, 2, List.of(0.0003), 0.1);

    static final String PREFIX = Discriminant.PREFIX + "features.";
    static final String DIRECTION = PREFIX + "direction";
    static final String PHASE = PREFIX + "phase";
    static final String EXPERT_WEIGHT = PREFIX + "expert_weight";
    static final String REGRESSION_EXPERT_WEIGHT = PREFIX + "regression_expert_weight";

    /** The discriminant on inputs and that on features. */
    static final int EXPERTS = 2;

    private static final double NARROWEST = 1e-3;
    private static final double WIDEST = 1e3;
    private static final double AMPLITUDE = Math.sqrt(2);

    public FourierFeatures {
        require(
                width >= 1 && width <= Discriminant.FULL_INPUTS,
                "width must be in [1, %d], got %d",
                Discriminant.FULL_INPUTS,
                width);
        requireWithin(bandwidth, NARROWEST, WIDEST, "bandwidth");
        ridges = Discriminant.checkedRidges(ridges);
        require(
                firstWeight > 0 && firstWeight < 1,
                "firstWeight must be in (0, 1), got %s",
                firstWeight);
    }

    /**
     * {@code discriminant.features.direction} [width, inputs], w / (bandwidth · √A); {@code phase}
     * [width], p; {@code expert_weight} [2]; where least squares are read {@code
     * regression_expert_weight} [2].
     */
    ArrayLayout layout(int inputs, boolean regressed) {
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        entries.add(ArrayLayout.Entry.of(DIRECTION, width, inputs));
        entries.add(ArrayLayout.Entry.of(PHASE, width));
        entries.add(ArrayLayout.Entry.of(EXPERT_WEIGHT, EXPERTS));
        if (regressed) {
            entries.add(ArrayLayout.Entry.of(REGRESSION_EXPERT_WEIGHT, EXPERTS));
        }
        return new ArrayLayout(entries);
    }

    /** What a discriminant on the features reads and tells apart. */
    TaskShape task(TaskShape ofInputs) {
        return TaskShape.of(width, ofInputs.classes());
    }

    /** Draws w and p. */
    NamedArrays start(int inputs, boolean regressed, RandomGenerator random) {
        double[] direction = new double[width * inputs];
        double scale = 1 / (bandwidth * Math.sqrt(inputs));
        for (int i = 0; i < direction.length; i++) {
            direction[i] = scale * random.nextGaussian();
        }
        double[] phase = random.doubles(width, 0, 2 * Math.PI).toArray();
        NamedArrays result = NamedArrays.zeros(layout(inputs, regressed));
        result.set(DIRECTION, direction);
        result.set(PHASE, phase);
        result.set(EXPERT_WEIGHT, 1 - firstWeight, firstWeight);
        if (regressed) {
            result.set(REGRESSION_EXPERT_WEIGHT, 0.5, 0.5);
        }
        return result;
    }

    /** w as it is read: [inputs, width], a row for each input. */
    double[][] byInput(double[] direction) {
        double[][] result = new double[direction.length / width][width];
        for (int i = 0; i < direction.length; i++) {
            result[i % result.length][i / result.length] = direction[i];
        }
        return result;
    }

    /** w as it is kept: [width, inputs]. */
    double[] byFeature(double[][] byInput) {
        double[] direction = new double[width * byInput.length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = byInput[i % byInput.length][i / byInput.length];
        }
        return direction;
    }

    /** φ of an example that begins at {@code offset}, into {@code to} [width]. */
    void read(double[] x, int offset, double[][] byInput, double[] phase, double[] to) {
        System.arraycopy(phase, 0, to, 0, width);
        for (int a = 0; a < byInput.length; a++) {
            Vectors.addScaled(to, x[offset + a], byInput[a], width);
        }
        for (int i = 0; i < width; i++) {
            to[i] = AMPLITUDE * Math.cos(to[i]);
        }
    }
}
