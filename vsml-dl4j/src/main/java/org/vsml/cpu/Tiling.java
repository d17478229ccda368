package org.vsml.cpu;

import java.util.Arrays;

/** So many indices cut into tiles of the kernels' width; the last one may be padded. */
final class Tiling {

    final int width;
    final int tiles;
    private final int count;
    private final float[] fullMask;
    private final float[] lastMask;

    Tiling(TileKernels kernels, int count) {
        this.count = count;
        width = kernels.width();
        tiles = (count + width - 1) / width;
        fullMask = new float[width];
        Arrays.fill(fullMask, 1);
        lastMask = new float[width];
        Arrays.fill(lastMask, 0, count - (tiles - 1) * width, 1);
    }

    /** The first index of a tile. */
    int first(int tile) {
        return tile * width;
    }

    /** Lanes of a tile that are not padding. */
    int used(int tile) {
        return Math.min(width, count - tile * width);
    }

    boolean isPadded(int tile) {
        return used(tile) < width;
    }

    /** [width], 1, or 0 for lanes that only pad. */
    float[] mask(int tile) {
        return tile == tiles - 1 ? lastMask : fullMask;
    }
}
