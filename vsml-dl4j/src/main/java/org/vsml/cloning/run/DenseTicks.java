package org.vsml.cloning.run;

import java.util.Arrays;
import org.vsml.math.Vectors;

/**
 * Two micro ticks of all sub-RNNs of a dense layer A → B (equation 7 and appendix C), as {@link
 * ClonedBackpropagation} has them: every sub-RNN starts from {@code h = 0} and {@code c = (w/scale,
 * b/scale, 0, …)}.
 *
 * <p>Nothing is approximated, but much need not be computed again. In the first tick w and b reach
 * only the first two units, {@code h = 0}; all other units depend on the messages alone, so that
 * they are the same for all sub-RNNs which read the same. Of the second tick, w and b enter the
 * pre-activations through two rows of w_h. Where no layer reads the message that a layer sends
 * down, only the two retained channels of the cell are computed.
 *
 * <p>Not thread-safe.
 */
final class DenseTicks {

    private static final int W = ClonedBackpropagation.WEIGHT;
    private static final int B = ClonedBackpropagation.BIAS;

    /** Numbers that say what the two retained units do in both ticks, see {@link #retained}. */
    private static final int RETAINED = 24;

    private static final int BLOCK = 32;

    /** Different values of an input that are computed at a time: a few MB. */
    private static final int DISTINCT_LIMIT = 1024;

    private final LstmWeights lstm;
    private final int units;
    private final int gates;
    private final int inputs;
    private final int outputs;

    /** Retained channels of the cells, [outputs, inputs] each. */
    private final float[] weightCell;

    private final float[] biasCell;

    private final DistinctValues distinct = new DistinctValues();

    // The first tick of many (x, e): gates [n, 4N], cells and hidden states [n, N].
    private float[] firstGates = {};
    private float[] firstCell = {};
    private float[] firstHidden = {};

    // The second tick of the sub-RNNs of one input: [outputs, ...].
    private float[] bases = {};
    private float[] messages = {};
    private int[] known = {};
    private final float[] columnGates;
    private final float[] columnCell;
    private final float[] columnHidden;
    private final float[] secondBase;

    // The second tick of some sub-RNNs of one output.
    private final float[] blockGates;
    private final float[] blockCell;
    private final float[] blockHidden;

    // What happens to the retained channels: rows of w_h and columns of the retained units.
    private final float[] retainedColumns;
    private float[] retainedTable = {};
    private final float[][] retainedRows;
    private final float[][] work;

    /**
     * @param weightCell w/scale [outputs, inputs]; read whenever something is computed
     * @param biasCell b/scale [outputs, inputs]
     */
    DenseTicks(LstmWeights lstm, int inputs, int outputs, float[] weightCell, float[] biasCell) {
        this.lstm = lstm;
        this.inputs = inputs;
        this.outputs = outputs;
        this.weightCell = weightCell;
        this.biasCell = biasCell;
        units = lstm.units;
        gates = lstm.gates;
        columnGates = new float[outputs * gates];
        columnCell = new float[outputs * units];
        columnHidden = new float[outputs * units];
        secondBase = new float[gates];
        blockGates = new float[BLOCK * gates];
        blockCell = new float[BLOCK * units];
        blockHidden = new float[BLOCK * units];
        retainedColumns = new float[6 * units];
        for (int q = 0; q < 6; q++) {
            int column = q % 3 * units + q / 3;
            for (int k = 2; k < units; k++) {
                retainedColumns[q * units + k] = lstm.recurrent[k * gates + column];
            }
        }
        retainedRows = new float[RETAINED][inputs];
        work = new float[10][inputs];
    }

    /**
     * The forward pass, without error; the state stays what it is.
     *
     * @param x forward messages [examples, inputs]
     * @param y [examples, outputs], overwritten with the sums of the sub-RNNs' forward messages
     */
    void forward(float[] x, int examples, float[] y) {
        Arrays.fill(y, 0, examples * outputs, inputs * lstm.forwardOffset);
        int from = 0;
        while (from < inputs) {
            // As many inputs at a time as have few enough different values, but at least one.
            distinct.clear(Math.max(DISTINCT_LIMIT, examples) + examples);
            int to = from;
            while (to < inputs && (to == from || distinct.count <= DISTINCT_LIMIT)) {
                for (int p = 0; p < examples; p++) {
                    distinct.place(x[p * inputs + to]);
                }
                to++;
            }
            first(distinct.values, distinct.count, 0);
            firstToSecond();
            for (int a = from; a < to; a++) {
                addMessages(x, a, examples, y);
            }
            from = to;
        }
    }

    /** Adds to every output's message those of the sub-RNNs that read input a. */
    private void addMessages(float[] x, int a, int examples, float[] y) {
        if (messages.length < distinct.count * outputs) {
            messages = new float[distinct.count * outputs];
            known = new int[distinct.count];
        }
        Arrays.fill(known, 0, distinct.count, -1);
        int computed = 0;
        for (int p = 0; p < examples; p++) {
            int d = distinct.place(x[p * inputs + a]);
            if (known[d] < 0) {
                known[d] = computed++;
                column(d, a, known[d] * outputs);
            }
            int row = p * outputs;
            int message = known[d] * outputs;
            for (int b = 0; b < outputs; b++) {
                y[row + b] += messages[message + b];
            }
        }
    }

    /**
     * The backward pass of one example: adds to the retained channels' changes what this example
     * makes of them.
     *
     * @param x forward messages [examples, inputs] of the forward pass, fed back
     * @param e backward messages [examples, outputs]
     * @param example which example
     * @param weightChange c'(w) − c(w), [outputs, inputs], added to
     * @param biasChange c'(b) − c(b), [outputs, inputs], added to
     * @param down [examples, inputs]; the example's row is overwritten with the sums of the
     *     sub-RNNs' backward messages; null where no layer reads them
     */
    void backward(
            float[] x,
            float[] e,
            int example,
            float[] weightChange,
            float[] biasChange,
            float[] down) {
        if (down == null) {
            distinct.of(x, example * inputs, inputs);
            for (int b = 0; b < outputs; b++) {
                retained(e[example * outputs + b], b, weightChange, biasChange);
            }
            return;
        }
        Arrays.fill(down, example * inputs, (example + 1) * inputs, outputs * lstm.backwardOffset);
        float[] some = new float[BLOCK];
        for (int from = 0; from < inputs; from += BLOCK) {
            int count = Math.min(BLOCK, inputs - from);
            System.arraycopy(x, example * inputs + from, some, 0, count);
            for (int b = 0; b < outputs; b++) {
                float error = e[example * outputs + b];
                first(some, count, error);
                complete(some, count, error, b, from, weightChange, biasChange);
                for (int l = 0; l < count; l++) {
                    down[example * inputs + from + l] +=
                            Vectors.fusedDot(blockHidden, l * units, lstm.backwardOutput, 0, units);
                }
            }
        }
    }

    /**
     * The first tick with c = 0: gates, cell and hidden state for each x and one e. What w and b
     * add in the first two units comes later.
     */
    private void first(float[] x, int count, float e) {
        if (firstCell.length < count * units) {
            firstGates = new float[count * gates];
            firstCell = new float[count * units];
            firstHidden = new float[count * units];
        }
        System.arraycopy(lstm.bias, 0, secondBase, 0, gates);
        LstmArithmetic.addScaled(e, lstm.backward, 0, secondBase, 0, gates);
        for (int l = 0; l < count; l++) {
            System.arraycopy(secondBase, 0, firstGates, l * gates, gates);
            LstmArithmetic.addScaled(x[l], lstm.forward, 0, firstGates, l * gates, gates);
        }
        Activations.tanh(firstGates, count * gates);
        for (int l = 0; l < count; l++) {
            LstmArithmetic.candidate(firstGates, l * gates, firstCell, l * units, units);
        }
        System.arraycopy(firstCell, 0, firstHidden, 0, count * units);
        Activations.tanh(firstHidden, count * units);
        for (int l = 0; l < count; l++) {
            LstmArithmetic.open(firstGates, l * gates + 3 * units, firstHidden, l * units, units);
            firstHidden[l * units + W] = 0;
            firstHidden[l * units + B] = 0;
        }
    }

    /**
     * Pre-activations of the second tick for each x of {@link #first}, without what w and b add.
     */
    private void firstToSecond() {
        int count = distinct.count;
        if (bases.length < count * gates) {
            bases = new float[count * gates];
        }
        for (int d = 0; d < count; d++) {
            System.arraycopy(lstm.bias, 0, bases, d * gates, gates);
            LstmArithmetic.addScaled(distinct.values[d], lstm.forward, 0, bases, d * gates, gates);
        }
        MatrixMath.addProduct(firstHidden, lstm.recurrent, bases, count, units, gates);
    }

    /** Forward messages of the sub-RNNs (a, 0 … B − 1), which read the d-th different x. */
    private void column(int d, int a, int to) {
        for (int b = 0; b < outputs; b++) {
            System.arraycopy(bases, d * gates, columnGates, b * gates, gates);
            System.arraycopy(firstCell, d * units, columnCell, b * units, units);
            tellState(b * inputs + a, d, columnGates, columnCell, b);
        }
        second(columnGates, columnCell, columnHidden, outputs);
        for (int b = 0; b < outputs; b++) {
            messages[to + b] =
                    Vectors.fusedDot(columnHidden, b * units, lstm.forwardOutput, 0, units);
        }
    }

    /**
     * First tick of the units that hold w and b, and what their hidden states add to the second
     * tick's pre-activations.
     */
    private void tellState(int subRnn, int d, float[] gate, float[] cell, int l) {
        int f = d * gates + 2 * units;
        int o = f + units;
        int c = d * units;
        float w =
                Math.fma(
                        LstmArithmetic.sigmoid(firstGates[f + W]),
                        weightCell[subRnn],
                        firstCell[c + W]);
        float b =
                Math.fma(
                        LstmArithmetic.sigmoid(firstGates[f + B]),
                        biasCell[subRnn],
                        firstCell[c + B]);
        cell[l * units + W] = w;
        cell[l * units + B] = b;
        LstmArithmetic.addTwoScaled(
                LstmArithmetic.sigmoid(firstGates[o + W]) * Activations.tanh(w),
                W * gates,
                LstmArithmetic.sigmoid(firstGates[o + B]) * Activations.tanh(b),
                B * gates,
                lstm.recurrent,
                gate,
                l * gates,
                gates);
    }

    /** The second tick: pre-activations and cells after the first to hidden states and cells. */
    private void second(float[] gate, float[] cell, float[] hidden, int count) {
        Activations.tanh(gate, count * gates);
        for (int l = 0; l < count; l++) {
            LstmArithmetic.nextCell(gate, l * gates, cell, l * units, units);
        }
        System.arraycopy(cell, 0, hidden, 0, count * units);
        Activations.tanh(hidden, count * units);
        for (int l = 0; l < count; l++) {
            LstmArithmetic.open(gate, l * gates + 3 * units, hidden, l * units, units);
        }
    }

    /** The second tick of the sub-RNNs (from … from + count − 1, b), with all units. */
    private void complete(
            float[] x,
            int count,
            float e,
            int b,
            int from,
            float[] weightChange,
            float[] biasChange) {
        System.arraycopy(lstm.bias, 0, secondBase, 0, gates);
        LstmArithmetic.addScaled(e, lstm.backward, 0, secondBase, 0, gates);
        for (int l = 0; l < count; l++) {
            System.arraycopy(secondBase, 0, blockGates, l * gates, gates);
            LstmArithmetic.addScaled(x[l], lstm.forward, 0, blockGates, l * gates, gates);
        }
        MatrixMath.addProduct(firstHidden, lstm.recurrent, blockGates, count, units, gates);
        System.arraycopy(firstCell, 0, blockCell, 0, count * units);
        for (int l = 0; l < count; l++) {
            tellState(b * inputs + from + l, l, blockGates, blockCell, l);
        }
        second(blockGates, blockCell, blockHidden, count);
        for (int l = 0; l < count; l++) {
            int subRnn = b * inputs + from + l;
            weightChange[subRnn] += blockCell[l * units + W] - weightCell[subRnn];
            biasChange[subRnn] += blockCell[l * units + B] - biasCell[subRnn];
        }
    }

    /**
     * Both ticks of all sub-RNNs of output b, as far as the retained channels depend on them. For
     * each different x a row of numbers is made; the sub-RNNs fetch theirs, and run side by side.
     */
    private void retained(float e, int b, float[] weightChange, float[] biasChange) {
        int count = distinct.count;
        first(distinct.values, count, e);
        if (retainedTable.length < count * RETAINED) {
            retainedTable = new float[count * RETAINED];
        }
        for (int d = 0; d < count; d++) {
            describe(distinct.values[d], e, d);
        }
        for (int q = 0; q < 12; q++) {
            LstmArithmetic.gather(
                    retainedTable, RETAINED, q, distinct.index, retainedRows[q], inputs);
        }
        int row = b * inputs;
        // First tick: hidden states of the two units.
        float[] hiddenW = work[0];
        float[] cellW = work[1];
        float[] hiddenB = work[2];
        float[] cellB = work[3];
        LstmArithmetic.firstRetained(retainedRows, 0, weightCell, row, cellW, hiddenW, inputs);
        LstmArithmetic.firstRetained(retainedRows, 3, biasCell, row, cellB, hiddenB, inputs);
        // Second tick: their cells.
        secondRetained(6, W, hiddenW, hiddenB, cellW);
        LstmArithmetic.addDifference(cellW, weightCell, row, weightChange, inputs);
        secondRetained(9, B, hiddenW, hiddenB, cellB);
        LstmArithmetic.addDifference(cellB, biasCell, row, biasChange, inputs);
    }

    /**
     * For the d-th x of {@link #first}: of the first tick (f, i·g, o) of both units, of the second
     * tick the pre-activations (i, g, f) of both without what w and b add.
     */
    private void describe(float x, float e, int d) {
        int at = d * RETAINED;
        for (int channel = 0; channel <= 1; channel++) {
            int gate = d * gates + channel;
            retainedTable[at + 3 * channel] = LstmArithmetic.sigmoid(firstGates[gate + 2 * units]);
            retainedTable[at + 3 * channel + 1] = firstCell[d * units + channel];
            retainedTable[at + 3 * channel + 2] =
                    LstmArithmetic.sigmoid(firstGates[gate + 3 * units]);
        }
        for (int q = 0; q < 6; q++) {
            int column = q % 3 * units + q / 3;
            float messages =
                    Math.fma(
                            x,
                            lstm.forward[column],
                            Math.fma(e, lstm.backward[column], lstm.bias[column]));
            retainedTable[at + 6 + q] =
                    messages
                            + Vectors.fusedDot(
                                    firstHidden, d * units, retainedColumns, q * units, units);
        }
    }

    private void secondRetained(
            int q, int channel, float[] hiddenW, float[] hiddenB, float[] cell) {
        for (int gate = 0; gate < 3; gate++) {
            int column = gate * units + channel;
            LstmArithmetic.preActivation(
                    retainedRows[q + gate],
                    lstm.recurrent[W * gates + column],
                    hiddenW,
                    lstm.recurrent[B * gates + column],
                    hiddenB,
                    work[4 + gate],
                    inputs);
            Activations.tanh(work[4 + gate], inputs);
        }
        LstmArithmetic.retain(work[4], work[5], work[6], cell, inputs);
    }
}
