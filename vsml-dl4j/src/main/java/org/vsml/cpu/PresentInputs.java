package org.vsml.cpu;

import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;

/**
 * Between the arrays of all inputs and those of a smaller network that has only some of them.
 *
 * @param indices the inputs of the smaller network, ascending
 * @param inputs number of all inputs
 */
record PresentInputs(int[] indices, int inputs) {

    /**
     * The learned variables of the smaller network.
     *
     * @param all learned variables, or their gradient, of all inputs
     * @param layout of the smaller network
     */
    NamedArrays learnedVariables(NamedArrays all, ArrayLayout layout) {
        NamedArrays result = NamedArrays.zeros(layout);
        for (ArrayLayout.Entry entry : layout.entries()) {
            int from = all.layout().offset(entry.name());
            int to = layout.offset(entry.name());
            if (isOfInputs(entry)) {
                take(all.values(), from, result.values(), to, entry.size() / indices.length);
            } else {
                System.arraycopy(all.values(), from, result.values(), to, entry.size());
            }
        }
        return result;
    }

    /** The reverse: other inputs keep their values in {@code all}. */
    void putLearnedVariables(NamedArrays of, NamedArrays all) {
        for (ArrayLayout.Entry entry : of.layout().entries()) {
            int from = of.layout().offset(entry.name());
            int to = all.layout().offset(entry.name());
            if (isOfInputs(entry)) {
                put(of.values(), from, all.values(), to, entry.size() / indices.length);
            } else {
                System.arraycopy(of.values(), from, all.values(), to, entry.size());
            }
        }
    }

    /** Rows of all inputs to rows of the present ones. */
    double[] take(double[] rows, int offset, int count) {
        double[] result = new double[count * indices.length];
        take(rows, offset, result, 0, count);
        return result;
    }

    /** One row of all inputs to one of the present ones, which is overwritten. */
    void take(double[] row, double[] result) {
        take(row, 0, result, 0, 1);
    }

    /** Rows of the present inputs into rows of all. */
    void put(double[] rows, double[] all, int offset) {
        put(rows, 0, all, offset, rows.length / indices.length);
    }

    private void take(double[] all, int from, double[] rows, int to, int count) {
        for (int row = 0; row < count; row++) {
            int source = from + row * inputs;
            int target = to + row * indices.length;
            for (int i = 0; i < indices.length; i++) {
                rows[target + i] = all[source + indices[i]];
            }
        }
    }

    private void put(double[] rows, int from, double[] all, int to, int count) {
        for (int row = 0; row < count; row++) {
            int source = from + row * indices.length;
            int target = to + row * inputs;
            for (int i = 0; i < indices.length; i++) {
                all[target + indices[i]] = rows[source + i];
            }
        }
    }

    /** The states of the first layer, whose last axis is that of the inputs. */
    private static boolean isOfInputs(ArrayLayout.Entry entry) {
        return entry.name().equals("hidden.0") || entry.name().equals("cell.0");
    }
}
