package org.vsml.examples;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Random orders, by Fisher and Yates. */
final class Shuffled {

    private Shuffled() {}

    /** The numbers 0 … size − 1 in random order. */
    static int[] indices(int size, RandomGenerator random) {
        int[] result = IntStream.range(0, size).toArray();
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int held = result[i];
            result[i] = result[other];
            result[other] = held;
        }
        return result;
    }
}
