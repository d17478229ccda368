package org.vsml.cpu;

import java.util.Arrays;

/**
 * An episode's memory as a stretch of it sees it: which of its examples the stretch has, and which
 * inputs take part.
 *
 * @param memory of the whole episode
 * @param inputs of the whole episode, [T, inputs]
 * @param size inputs of an example
 * @param first example of the stretch
 * @param present indices of the inputs that take part, ascending
 */
record MemoryView(EpisodeMemory memory, double[] inputs, int size, int first, int[] present) {

    /** A whole episode in which all inputs take part. */
    static MemoryView whole(EpisodeMemory memory, double[] inputs, int size) {
        int[] all = new int[size];
        Arrays.setAll(all, i -> i);
        return new MemoryView(memory, inputs, size, 0, all);
    }

    void observe(DenseLayer layer, float[] state, int t) {
        memory.observe(layer, state, inputs, (first + t) * size, present);
    }

    void observeAdjoint(DenseLayer layer, float[] state, float[] ofState, int t) {
        memory.observeAdjoint(layer, state, ofState, first + t);
    }
}
