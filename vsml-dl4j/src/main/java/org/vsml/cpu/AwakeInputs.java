package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.NamedArrays;

/**
 * Which inputs of a stream take part: those that have changed ({@link
 * org.vsml.core.ConstantInputs#REST}). Compares in float, the precision that the engine reads
 * inputs in.
 */
final class AwakeInputs {

    private final int parallel;
    private final int inputs;
    private final double[] first;
    private final boolean[] awake;
    private boolean begun;

    /** Indices of the inputs that take part, ascending; replaced, not changed, when some wake. */
    private int[] present;

    private AwakeInputs(int parallel, boolean begun, double[] first, boolean[] awake) {
        this.parallel = parallel;
        this.begun = begun;
        this.first = first;
        this.awake = awake;
        inputs = awake.length;
        present = indices();
    }

    /** As a stream's learned variables have it. */
    static AwakeInputs of(NamedArrays learned, int parallel) {
        double[] first = learned.array("first_input");
        double[] values = learned.array("awake");
        boolean[] awake = new boolean[first.length / parallel];
        for (int i = 0; i < awake.length; i++) {
            // Alike for parallel examples: one input of one network.
            awake[i] = values[i] >= 1;
        }
        return new AwakeInputs(parallel, learned.array("begun")[0] >= 1, first, awake);
    }

    AwakeInputs copy() {
        return new AwakeInputs(parallel, begun, first.clone(), awake.clone());
    }

    void write(NamedArrays learned) {
        double[] values = new double[parallel * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = awake[i % inputs] ? 1 : 0;
        }
        double[] begunValues = new double[parallel];
        Arrays.fill(begunValues, begun ? 1 : 0);
        learned.set("awake", values);
        learned.set("first_input", first);
        learned.set("begun", begunValues);
    }

    boolean begun() {
        return begun;
    }

    int[] present() {
        return present;
    }

    /** Whether {@link #observe} would change which inputs take part. */
    boolean wakes(double[] examples, int offset) {
        for (int i = 0; i < first.length && begun; i++) {
            if (!awake[i % inputs] && differs(examples, offset, i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes in the next P examples, [P, inputs] from {@code offset} on.
     *
     * @return the inputs that take part in them
     */
    int[] observe(double[] examples, int offset) {
        if (!begun) {
            System.arraycopy(examples, offset, first, 0, first.length);
            begun = true;
        } else if (wakes(examples, offset)) {
            for (int i = 0; i < first.length; i++) {
                awake[i % inputs] |= differs(examples, offset, i);
            }
            present = indices();
        }
        return present;
    }

    private boolean differs(double[] examples, int offset, int i) {
        return (float) examples[offset + i] != (float) first[i];
    }

    /** All of them as long as none has changed. */
    private int[] indices() {
        int[] result = new int[inputs];
        int count = 0;
        for (int i = 0; i < inputs; i++) {
            if (awake[i]) {
                result[count++] = i;
            }
        }
        if (count > 0) {
            return Arrays.copyOf(result, count);
        }
        Arrays.setAll(result, i -> i);
        return result;
    }
}
