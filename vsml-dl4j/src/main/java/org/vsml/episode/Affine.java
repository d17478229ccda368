package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;

/**
 * Another scale, offset and sign for the inputs of each episode: x' = ±scale·x + offset, drawn once
 * an episode.
 *
 * @param scale range of the factor, positive; its logarithm is uniform
 * @param offset range of what is added, uniform
 * @param sign whether the sign is flipped in every other episode on average
 */
public record Affine(DoubleRange scale, DoubleRange offset, boolean sign) implements Augmentation {

    public Affine {
        scale = scale == null ? DoubleRange.of(1) : scale;
        offset = offset == null ? DoubleRange.of(0) : offset;
        require(scale.min() > 0, "scale must be positive, got %s", scale.min());
    }

    @Override
    public long purpose() {
        return Purpose.AFFINE;
    }

    /** Draws one change and makes it to all inputs of an episode. */
    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        double[] inputs = draw.inputs();
        double factor = scale.drawLogUniform(random);
        double added = offset.draw(random);
        if (sign && random.nextBoolean()) {
            factor = -factor;
        }
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = inputs[i] * factor + added;
        }
    }
}
