package org.vsml.cloning;

import java.util.random.RandomGenerator;

/**
 * Random tuples (paper, section B.1): wide enough to hold what networks of any size and age are
 * made of, dense where they mostly are.
 */
final class TupleSampler {

    /** Within the clip of ±4, with room for a change. */
    private static final double WEIGHT_LIMIT = 3.9;

    private TupleSampler() {}

    /** Fills a part of a block. */
    static void fill(TupleBlock block, int from, int to, RandomGenerator random) {
        for (int i = from; i < to; i++) {
            block.x[i] = (float) input(random);
            block.w[i] = (float) clipped(random, 0.4, 0.1, 0.8, 0.5, 1.5);
            block.b[i] = (float) clipped(random, 0.6, 0.005, 0.8, 0.1, 0.7);
            block.e[i] = (float) error(random);
        }
    }

    /** Standardised pixels, the constant of a background, and the activations of hidden units. */
    private static double input(RandomGenerator random) {
        double kind = random.nextDouble();
        if (kind < 0.2) {
            return random.nextDouble(-1, 0);
        }
        return random.nextGaussian() * (kind < 0.45 ? 0.5 : kind < 0.8 ? 1.2 : 3);
    }

    private static double clipped(
            RandomGenerator random, double p1, double d1, double p2, double d2, double d3) {
        double kind = random.nextDouble();
        double draw = random.nextGaussian() * (kind < p1 ? d1 : kind < p2 ? d2 : d3);
        return Math.max(-WEIGHT_LIMIT, Math.min(WEIGHT_LIMIT, draw));
    }

    /** Errors of a classifier at work are small more often than not, and of any size. */
    private static double error(RandomGenerator random) {
        double kind = random.nextDouble();
        if (kind < 0.1) {
            return 0;
        }
        double size = kind < 0.6 ? Math.pow(10, random.nextDouble(-4, 0.2)) : random.nextDouble();
        return random.nextBoolean() ? size : -size;
    }
}
