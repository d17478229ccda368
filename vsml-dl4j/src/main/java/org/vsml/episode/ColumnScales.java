package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;

/**
 * Inputs as raw data have them: each input has a unit and a zero of its own, x' = s·(x + o), drawn
 * once an episode.
 *
 * @param scale range of s, positive, log-uniform; optional, default 0.001 to 1000
 * @param offset range of o, uniform; optional, default −3 to 3
 */
public record ColumnScales(DoubleRange scale, DoubleRange offset) implements Augmentation {

    public ColumnScales {
        scale = scale == null ? DoubleRange.of(0.001, 1000) : scale;
        offset = offset == null ? DoubleRange.of(-3, 3) : offset;
        require(scale.min() > 0, "scale must be positive, got %s", scale.min());
    }

    @Override
    public long purpose() {
        return Purpose.COLUMN_SCALES;
    }

    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        double[] inputs = draw.inputs();
        int size = draw.task().inputs();
        for (int a = 0; a < size; a++) {
            double factor = scale.drawLogUniform(random);
            double added = offset.draw(random);
            for (int i = a; i < inputs.length; i += size) {
                inputs[i] = factor * (inputs[i] + added);
            }
        }
    }
}
