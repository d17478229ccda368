package org.vsml.cpu;

/**
 * Where a tile, or a row of numbers, begins in an array. Made once and kept as a field; a slice of
 * a larger array is moved from tile to tile, so that inner loops allocate nothing. Sizes are the
 * reader's to know. Belongs to one thread.
 */
public final class Slice {

    private float[] array;
    private int offset;
    private final int step;

    /**
     * A slice of tiles that follow each other.
     *
     * @param step floats from the beginning of one tile to that of the next
     */
    Slice(float[] array, int offset, int step) {
        this.array = array;
        this.offset = offset;
        this.step = step;
    }

    /** A slice of one tile, or of tiles of which one at a time is used. */
    Slice(float[] array) {
        this(array, 0, 0);
    }

    /** A new array of zeros. */
    static Slice zeros(int size) {
        return new Slice(new float[size]);
    }

    /** Not yet anywhere: to be moved before it is used. */
    static Slice unset() {
        return new Slice(null);
    }

    /** The whole array. */
    public float[] array() {
        return array;
    }

    /** Floats before the first one of this slice. */
    public int offset() {
        return offset;
    }

    /** Floats between the beginnings of two tiles that are used together. */
    public int step() {
        return step;
    }

    /** Moves this slice; returns it. */
    Slice at(int newOffset) {
        offset = newOffset;
        return this;
    }

    /** Moves this slice to another array; returns it. */
    Slice at(float[] newArray, int newOffset) {
        array = newArray;
        offset = newOffset;
        return this;
    }
}
