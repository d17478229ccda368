package org.vsml.cpu;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Arrays for the states that gradients need, given back and taken again. A meta-gradient of 784
 * inputs keeps 2 MB an example; memory that the process touches for the first time, and states that
 * the garbage collector moves, cost as much as the kernels. Keeps no more than was in use at one
 * time. Thread-safe.
 */
final class StateArrays {

    /** Sizes between a power of two and the next one, so that tasks of like sizes share arrays. */
    private static final int SIZES_IN_AN_OCTAVE = 8;

    /**
     * Floats that the head of an array takes the room of: an array that begins a little beyond a
     * power of two would fill two regions of the heap.
     */
    private static final int HEAD = 4;

    /** By length, the one that was used longest ago first. */
    private final Map<Integer, Deque<float[]>> free = new LinkedHashMap<>(16, 0.75f, true);

    private long inUse;
    private long mostInUse;
    private long kept;

    /** An array of at least this length, whose values are whatever was left in it. */
    synchronized float[] take(int length) {
        int size = roundUp(length);
        Deque<float[]> ofSize = free.get(size);
        float[] array = ofSize == null ? null : ofSize.poll();
        if (array == null) {
            array = new float[size];
        } else {
            kept -= size;
        }
        inUse += size;
        mostInUse = Math.max(mostInUse, inUse);
        letGo();
        return array;
    }

    /** What its owner has done with: an array of {@link #take}, or another of the same length. */
    synchronized void giveBack(float[] array) {
        inUse -= array.length;
        kept += array.length;
        free.computeIfAbsent(array.length, size -> new ArrayDeque<>()).push(array);
        letGo();
    }

    private void letGo() {
        Iterator<Deque<float[]>> oldest = free.values().iterator();
        while (kept + inUse > mostInUse) {
            Deque<float[]> ofSize = oldest.next();
            while (kept + inUse > mostInUse && !ofSize.isEmpty()) {
                kept -= ofSize.poll().length;
            }
        }
    }

    /** The length of the array that {@link #take} hands out. */
    static int roundUp(int length) {
        long whole = (long) length + HEAD;
        long step = Math.max(1, Long.highestOneBit(whole) / SIZES_IN_AN_OCTAVE);
        long rounded = (whole + step - 1) / step * step - HEAD;
        return (int) Math.min(Integer.MAX_VALUE, rounded);
    }
}
