package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;

/**
 * Inputs that have one value in every example, like the border of an image: a random share of the
 * inputs of an episode gets one random value b, and all inputs are scaled so that their mean and
 * variance stay what they were if those were 0 and 1.
 *
 * <p>Such inputs say nothing but are averaged with the others, and an algorithm that has never met
 * them learns worse where they are.
 *
 * @param share f, share of the inputs, uniform in a range within [0, 0.95]; rounded down to whole
 *     inputs
 * @param value b, in units of the standardised inputs, uniform; optional, default −1 to 0
 */
public record Background(DoubleRange share, DoubleRange value) implements Augmentation {

    public Background {
        require(share != null, "share of a background must be given");
        share.requireWithin(0, 0.95, "share");
        value = value == null ? DoubleRange.of(-1, 0) : value;
        value.requireWithin(-100, 100, "value");
    }

    @Override
    public long purpose() {
        return Purpose.BACKGROUND;
    }

    /** Draws the inputs and their value once and sets them in all examples of an episode. */
    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        double[] inputs = draw.inputs();
        int size = draw.task().inputs();
        int count = (int) (share.draw(random) * size);
        double constant = value.draw(random);
        int[] chosen = Draws.some(Draws.range(size), count, random);
        // Of a mix of f·N values b and the rest with mean 0 and variance 1, the mean is f·b and the
        // variance (1 - f)(1 + f·b²).
        double part = (double) count / size;
        double mean = part * constant;
        double multiply = 1 / Math.sqrt((1 - part) * (1 + mean * constant));
        for (int from = 0; from < inputs.length; from += size) {
            for (int i : chosen) {
                inputs[from + i] = constant;
            }
        }
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (inputs[i] - mean) * multiply;
        }
    }
}
