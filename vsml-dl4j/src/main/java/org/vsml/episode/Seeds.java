package org.vsml.episode;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Independent generators out of one seed. A seed names a work item; what the item draws for one
 * purpose must not shift what it draws for another, so every purpose has a generator of its own.
 */
public final class Seeds {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final RandomGeneratorFactory<RandomGenerator> GENERATORS =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private Seeds() {}

    /**
     * The seed of a part: for each element of the path {@code s = mix(mix(s) + golden gamma ·
     * (element + 1))}, with the mixing function of SplitMix64 (Steele, Lea and Flood 2014; variant
     * 13 of Stafford). Different paths give unrelated seeds.
     */
    public static long derive(long seed, long... path) {
        long result = seed;
        for (long element : path) {
            result = mix(mix(result) + GOLDEN_GAMMA * (element + 1));
        }
        return result;
    }

    /** A generator (L64X128MixRandom) that starts from this seed. */
    public static RandomGenerator generator(long seed) {
        return GENERATORS.create(seed);
    }

    /** A generator for a part of what the seed names: {@code generator(derive(seed, path))}. */
    public static RandomGenerator generator(long seed, long... path) {
        return generator(derive(seed, path));
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
