package org.vsml.episode;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.random.RandomGenerator;

/**
 * Missing values: some inputs lack values in some examples, at random, and have 0 or their mean
 * over the episode there.
 *
 * @param columns share of the inputs that lack values, uniform; optional, default 0 to 1
 * @param share of the examples in which such an input lacks its value, uniform for each input;
 *     optional, default 0 to 0.3
 * @param value what stands for a missing value; optional, default one of both, drawn once an
 *     episode
 */
public record Missing(DoubleRange columns, DoubleRange share, Value value) implements Augmentation {

    /** What stands for a missing value. */
    public enum Value {
        /** 0. */
        @JsonAlias("zero")
        ZERO,
        /** The mean of the input over the episode. */
        @JsonAlias("mean")
        MEAN
    }

    public Missing {
        columns = columns == null ? DoubleRange.of(0, 1) : columns;
        columns.requireWithin(0, 1, "columns");
        share = share == null ? DoubleRange.of(0, 0.3) : share;
        share.requireWithin(0, 1, "share");
    }

    @Override
    public long purpose() {
        return Purpose.MISSING;
    }

    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        double[] inputs = draw.inputs();
        int size = draw.task().inputs();
        boolean zero = value == null ? random.nextBoolean() : value == Value.ZERO;
        int affected = (int) Math.rint(columns.draw(random) * size);
        for (int a : Draws.some(Draws.range(size), affected, random)) {
            double lacking = share.draw(random);
            double sum = 0;
            for (int i = a; i < inputs.length; i += size) {
                sum += inputs[i];
            }
            double stand = zero ? 0 : sum * size / inputs.length;
            for (int i = a; i < inputs.length; i += size) {
                inputs[i] = random.nextDouble() < lacking ? stand : inputs[i];
            }
        }
    }
}
