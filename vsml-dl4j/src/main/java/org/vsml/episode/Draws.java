package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;

/** Random choices that several samplers make. */
final class Draws {

    private Draws() {}

    /** 0…n−1. */
    static int[] range(int n) {
        int[] result = new int[n];
        for (int i = 0; i < n; i++) {
            result[i] = i;
        }
        return result;
    }

    /**
     * Brings {@code count} values, drawn without replacement and in random order, to the front of
     * {@code values} (Fisher and Yates).
     */
    static void shuffleFront(int[] values, int count, RandomGenerator random) {
        require(
                count <= values.length,
                "cannot draw %d of %d without replacement",
                count,
                values.length);
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i, values.length);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    /** {@code count} of the values, without replacement, in random order. */
    static int[] some(int[] values, int count, RandomGenerator random) {
        int[] copy = values.clone();
        shuffleFront(copy, count, random);
        return count == copy.length ? copy : java.util.Arrays.copyOf(copy, count);
    }

    /** Standard normal values. */
    static double[] normal(int count, RandomGenerator random) {
        double[] result = new double[count];
        for (int i = 0; i < count; i++) {
            result[i] = random.nextGaussian();
        }
        return result;
    }

    /** Normal values of mean 0. */
    static void fillNormal(float[] values, double deviation, RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
    }
}
