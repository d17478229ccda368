package org.vsml.cpu;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Which unit's message each lane of a tiling reads or writes. */
final class LaneUnits {

    /** For lanes without a unit: positions where a kernel reaches beyond the border. */
    static final int NONE = -1;

    private final Tiling tiling;
    private final int[] units;

    /**
     * @param unitOf from an index of the tiling to a unit or {@link #NONE}; no unit twice
     */
    LaneUnits(Tiling tiling, int count, IntUnaryOperator unitOf) {
        this.tiling = tiling;
        units = new int[count];
        Arrays.setAll(units, unitOf);
    }

    /**
     * From messages [units, channels] to a tile of {@code channels} rows, zero in lanes without a
     * unit.
     */
    void gather(float[] messages, int channels, int tile, Slice to) {
        int width = tiling.width;
        int first = tiling.first(tile);
        int used = tiling.used(tile);
        float[] rows = to.array();
        for (int m = 0; m < channels; m++) {
            int row = to.offset() + m * width;
            for (int l = 0; l < used; l++) {
                int unit = units[first + l];
                rows[row + l] = unit == NONE ? 0 : messages[unit * channels + m];
            }
            Arrays.fill(rows, row + used, row + width, 0);
        }
    }

    /** Adds a tile of {@code channels} rows to messages [units, channels]. */
    void add(Slice from, int channels, int tile, float[] messages) {
        int first = tiling.first(tile);
        int used = tiling.used(tile);
        for (int m = 0; m < channels; m++) {
            int row = from.offset() + m * tiling.width;
            for (int l = 0; l < used; l++) {
                int unit = units[first + l];
                if (unit != NONE) {
                    messages[unit * channels + m] += from.array()[row + l];
                }
            }
        }
    }

    /** Row m of messages [units, channels] becomes factor · row m of a tile + constant. */
    void put(Slice from, int channels, int m, int tile, float factor, float constant, float[] to) {
        int first = tiling.first(tile);
        int row = from.offset() + m * tiling.width;
        for (int l = 0; l < tiling.used(tile); l++) {
            to[units[first + l] * channels + m] = factor * from.array()[row + l] + constant;
        }
    }
}
