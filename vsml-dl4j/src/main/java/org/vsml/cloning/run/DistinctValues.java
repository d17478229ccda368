package org.vsml.cloning.run;

import java.util.Arrays;

/**
 * Which of many values are equal, bit for bit: what a sub-RNN computes of a message need not be
 * computed twice, and of the pixels of an image most are background.
 */
final class DistinctValues {

    private static final int GOLDEN = 0x9e3779b9;

    /** The different values, the first {@link #count}. */
    float[] values = {};

    /** How many there are. */
    int count;

    /** For each value its place among the different ones. */
    int[] index = {};

    private int[] table = {};
    private int shift;

    /** Sorts out {@code size} values from {@code from} on. */
    void of(float[] source, int from, int size) {
        clear(size);
        for (int i = 0; i < size; i++) {
            index[i] = place(source[from + i]);
        }
    }

    /** Forgets all values, and makes room for so many. */
    void clear(int size) {
        if (index.length < size) {
            index = new int[size];
            values = new float[size];
            int bits = 33 - Integer.numberOfLeadingZeros(size);
            table = new int[1 << bits];
            shift = Integer.SIZE - bits;
        }
        Arrays.fill(table, -1);
        count = 0;
    }

    /** The place of a value among the different ones, the next if it is new. */
    int place(float value) {
        int bits = Float.floatToRawIntBits(value);
        int slot = (bits * GOLDEN) >>> shift;
        while (table[slot] >= 0) {
            if (Float.floatToRawIntBits(values[table[slot]]) == bits) {
                return table[slot];
            }
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = count;
        values[count] = value;
        return count++;
    }
}
