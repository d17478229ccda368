package org.vsml.cpu;

import java.util.Arrays;

/**
 * An episode's memory as a stretch of it sees it: which of its examples the stretch has, and which
 * inputs take part.
 *
 * @param memory of the whole episode
 * @param inputs of the whole episode
 * @param first example of the stretch
 * @param present indices of the inputs that take part, ascending
 */
record MemoryView(EpisodeMemory memory, MemoryInputs inputs, int first, int[] present) {

    /** A whole episode in which all inputs take part. */
    static MemoryView whole(EpisodeMemory memory, MemoryInputs inputs) {
        int[] all = new int[inputs.size];
        Arrays.setAll(all, i -> i);
        return new MemoryView(memory, inputs, 0, all);
    }

    /** The same memory for another stretch. */
    MemoryView stretch(int from, int[] takingPart) {
        return new MemoryView(memory, inputs, from, takingPart);
    }

    void observe(TiledDense layer, float[] state, int t) {
        memory.observe(layer, state, inputs, first + t, present);
    }

    /** Whether the last prediction was of the first example, as it is now. */
    boolean isPredicted() {
        return memory.hasPredicted(inputs, first, present);
    }

    void observeAdjoint(TiledDense layer, float[] state, float[] ofState, int t) {
        memory.adjoint().observe(layer, state, ofState, inputs, first + t);
    }
}
