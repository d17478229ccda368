package org.vsml.cloning;

import org.vsml.cloning.run.Activations;
import org.vsml.cloning.run.ClonedBackpropagation;

/**
 * How far a sub-RNN is from backpropagation on a block of tuples, and the gradient of that with
 * respect to the meta variables: both micro ticks of both passes, forward and by hand backward. Not
 * thread-safe; one for each thread.
 */
final class TupleLoss {

    /** Sums of squared errors over tuples, unweighted; those of Δ in units of the rate. */
    static final class Errors {
        double loss;
        double output;
        double message;
        long groups;
        double messageDown;
        double deltaW;
        double deltaB;
        long tuples;

        void add(Errors other) {
            loss += other.loss;
            output += other.output;
            message += other.message;
            groups += other.groups;
            messageDown += other.messageDown;
            deltaW += other.deltaW;
            deltaB += other.deltaB;
            tuples += other.tuples;
        }
    }

    private final CloneVariables layout;
    private final TargetWeights weights;
    private final float scale;
    private final double rate;
    private final double biasRate;
    private final float forgetShift;
    private final float inputShift;
    private final int units;
    private final int gates;
    private final int size;

    private final Tick first;
    private final Tick second;
    private final float[] cell0;
    private final float[] shared;
    private final float[] recurrent;
    private final float[] recurrentGradient;
    private final float[] dHidden;
    private final float[] dCell;
    private final float[] dGates;
    private final float[] dShared;
    private final float[] noError;
    private final double[] difference;
    private final double[] pulled;

    /** What one micro tick computes, kept for the way back. */
    private final class Tick {
        final float[] gate = new float[size * gates];
        final float[] cell = new float[size * units];
        final float[] tanhCell = new float[size * units];
        final float[] hidden = new float[size * units];
    }

    TupleLoss(
            ClonedBackpropagation config,
            CloneVariables layout,
            TargetWeights weights,
            double rate,
            double biasRate,
            int size) {
        this.layout = layout;
        this.weights = weights;
        this.rate = rate;
        this.biasRate = biasRate;
        this.size = size;
        scale = (float) config.scale();
        forgetShift = (float) config.subRnn().forgetGateShift();
        inputShift = (float) config.subRnn().inputGateShift();
        units = layout.units;
        gates = 4 * units;
        first = new Tick();
        second = new Tick();
        cell0 = new float[size * units];
        shared = new float[size * gates];
        recurrent = new float[units * gates];
        recurrentGradient = new float[units * gates];
        dHidden = new float[size * units];
        dCell = new float[size * units];
        dGates = new float[size * gates];
        dShared = new float[size * gates];
        noError = new float[size];
        difference = new double[size];
        pulled = new double[size];
    }

    /**
     * Adds the gradient of the weighted loss, summed over the tuples, to {@code gradient}; null for
     * the errors alone.
     */
    Errors evaluate(float[] variables, TupleBlock block, float[] gradient) {
        load(variables);
        Errors errors = new Errors();
        errors.tuples = size;
        for (int l = 0; l < size; l++) {
            cell0[l * units + ClonedBackpropagation.WEIGHT] = block.w[l] / scale;
            cell0[l * units + ClonedBackpropagation.BIAS] = block.b[l] / scale;
        }
        forwardPass(variables, block, gradient, errors);
        backwardPass(variables, block, gradient, errors);
        return errors;
    }

    private void forwardPass(float[] variables, TupleBlock block, float[] gradient, Errors errors) {
        ticks(variables, block.x, noError);
        java.util.Arrays.fill(dCell, 0);
        int out = layout.forwardOutput;
        for (int l = 0; l < size; l++) {
            difference[l] = message(variables, out, layout.forwardOffset, l) - block.y[l];
            pulled[l] = 2 * weights.output() * difference[l];
            errors.output += difference[l] * difference[l];
            errors.loss += weights.output() * difference[l] * difference[l];
        }
        for (int group = 0; group < block.groups; group++) {
            int from = group * TupleBlock.GROUP;
            double mean = 0;
            for (int l = from; l < from + TupleBlock.GROUP; l++) {
                mean += difference[l] / TupleBlock.GROUP;
            }
            errors.message += mean * mean;
            errors.groups++;
            errors.loss += weights.message() * TupleBlock.GROUP * mean * mean;
            for (int l = from; l < from + TupleBlock.GROUP; l++) {
                pulled[l] += 2 * weights.message() * mean;
            }
        }
        if (gradient != null) {
            for (int l = 0; l < size; l++) {
                pull(variables, gradient, out, layout.forwardOffset, l, (float) pulled[l]);
            }
            back(block.x, noError, gradient);
        }
    }

    private void backwardPass(
            float[] variables, TupleBlock block, float[] gradient, Errors errors) {
        ticks(variables, block.x, block.e);
        java.util.Arrays.fill(dCell, 0);
        int out = layout.backwardOutput;
        double relative = weights.relative() * weights.relative();
        for (int l = 0; l < size; l++) {
            // Small errors must have small consequences: they are most of what a network is fed.
            double small = relative / (block.e[l] * block.e[l] + relative);
            float down = message(variables, out, layout.backwardOffset, l) - block.messageDown[l];
            errors.messageDown += down * down;
            double weight = weights.messageDown() * small;
            errors.loss += weight * down * down;
            pull(variables, gradient, out, layout.backwardOffset, l, (float) (2 * weight * down));

            errors.deltaW +=
                    retained(block.deltaW[l], rate, weights.deltaW() * small, l, 0, errors);
            errors.deltaB +=
                    retained(block.deltaB[l], biasRate, weights.deltaB() * small, l, 1, errors);
        }
        if (gradient != null) {
            back(block.x, block.e, gradient);
        }
    }

    /** Squared error of a retained channel in units of the rate. */
    private double retained(
            float target, double unit, double weight, int l, int channel, Errors errors) {
        int at = l * units + channel;
        double error = ((second.cell[at] - cell0[at]) * scale - target) / unit;
        errors.loss += weight * error * error;
        dCell[at] += (float) (2 * weight * error * scale / unit);
        return error * error;
    }

    private float message(float[] variables, int out, int offset, int l) {
        float sum = variables[offset];
        for (int k = 0; k < units; k++) {
            sum += second.hidden[l * units + k] * variables[out + k];
        }
        return sum;
    }

    private void pull(
            float[] variables, float[] gradient, int out, int offset, int l, float dMessage) {
        if (gradient == null) {
            return;
        }
        gradient[offset] += dMessage;
        for (int k = 0; k < units; k++) {
            dHidden[l * units + k] = dMessage * variables[out + k];
            gradient[out + k] += dMessage * second.hidden[l * units + k];
        }
    }

    private void load(float[] variables) {
        System.arraycopy(variables, layout.recurrent, recurrent, 0, recurrent.length);
    }

    private void ticks(float[] variables, float[] x, float[] e) {
        for (int l = 0; l < size; l++) {
            System.arraycopy(variables, layout.bias, shared, l * gates, gates);
            addScaled(x[l], variables, layout.forwardInput, shared, l * gates, gates);
            addScaled(e[l], variables, layout.errorInput, shared, l * gates, gates);
        }
        System.arraycopy(shared, 0, first.gate, 0, shared.length);
        tick(first, cell0);
        System.arraycopy(shared, 0, second.gate, 0, shared.length);
        Blas.addProduct(first.hidden, recurrent, second.gate, size, units, gates);
        tick(second, first.cell);
    }

    /** Equation 7 and the LSTM; from pre-activations, which become activations. */
    private void tick(Tick t, float[] cell) {
        float[] gate = t.gate;
        for (int l = 0; l < size; l++) {
            int row = l * gates;
            affine(gate, row, units, 0.5f, 0.5f * inputShift);
            affine(gate, row + 2 * units, units, 0.5f, 0.5f * forgetShift);
            affine(gate, row + 3 * units, units, 0.5f, 0);
        }
        Activations.tanh(gate, gate.length);
        for (int l = 0; l < size; l++) {
            int row = l * gates;
            affine(gate, row, units, 0.5f, 0.5f);
            affine(gate, row + 2 * units, 2 * units, 0.5f, 0.5f);
            cells(gate, row, cell, t.cell, l * units, units);
        }
        System.arraycopy(t.cell, 0, t.tanhCell, 0, t.cell.length);
        Activations.tanh(t.tanhCell, t.tanhCell.length);
        for (int l = 0; l < size; l++) {
            multiply(gate, l * gates + 3 * units, t.tanhCell, t.hidden, l * units, units);
        }
    }

    /** From dHidden and dCell of the second tick to the gradient. */
    private void back(float[] x, float[] e, float[] gradient) {
        tickBack(second, first.cell);
        System.arraycopy(dGates, 0, dShared, 0, dGates.length);
        Blas.transposedProduct(first.hidden, dGates, recurrentGradient, units, size, gates);
        addScaled(1, recurrentGradient, 0, gradient, layout.recurrent, recurrentGradient.length);
        Blas.productWithTransposed(dGates, recurrent, dHidden, size, gates, units);
        tickBack(first, cell0);
        addScaled(1, dGates, 0, dShared, 0, dShared.length);
        for (int l = 0; l < size; l++) {
            addScaled(x[l], dShared, l * gates, gradient, layout.forwardInput, gates);
            addScaled(e[l], dShared, l * gates, gradient, layout.errorInput, gates);
            addScaled(1, dShared, l * gates, gradient, layout.bias, gates);
        }
    }

    private static void addScaled(
            float factor, float[] from, int at, float[] into, int offset, int count) {
        for (int j = 0; j < count; j++) {
            into[offset + j] = Math.fma(factor, from[at + j], into[offset + j]);
        }
    }

    /** One tick's adjoint: dHidden, dCell of its result to dGates and dCell of the cell before. */
    private void tickBack(Tick t, float[] before) {
        for (int l = 0; l < size; l++) {
            int row = l * gates;
            int c = l * units;
            outputBack(t.gate, row, t.tanhCell, dHidden, dCell, dGates, c, units);
            inputBack(t.gate, row, dCell, dGates, c, units);
            forgetBack(t.gate, row, before, dCell, dGates, c, units);
        }
    }

    private static void affine(float[] values, int from, int count, float factor, float offset) {
        for (int k = from; k < from + count; k++) {
            values[k] = Math.fma(factor, values[k], offset);
        }
    }

    private static void multiply(float[] a, int from, float[] b, float[] into, int at, int count) {
        for (int k = 0; k < count; k++) {
            into[at + k] = a[from + k] * b[at + k];
        }
    }

    private static void cells(float[] gate, int i, float[] before, float[] cell, int c, int units) {
        int g = i + units;
        int f = g + units;
        for (int k = 0; k < units; k++) {
            cell[c + k] = gate[f + k] * before[c + k] + gate[i + k] * gate[g + k];
        }
    }

    private static void outputBack(
            float[] gate,
            int row,
            float[] tanhCell,
            float[] dHidden,
            float[] dCell,
            float[] dGates,
            int c,
            int units) {
        int o = row + 3 * units;
        for (int k = 0; k < units; k++) {
            float tanh = tanhCell[c + k];
            float out = gate[o + k];
            float dh = dHidden[c + k];
            dCell[c + k] = Math.fma(dh * out, 1 - tanh * tanh, dCell[c + k]);
            dGates[o + k] = dh * tanh * out * (1 - out);
        }
    }

    private static void inputBack(
            float[] gate, int i, float[] dCell, float[] dGates, int c, int units) {
        int g = i + units;
        for (int k = 0; k < units; k++) {
            float in = gate[i + k];
            float candidate = gate[g + k];
            float dc = dCell[c + k];
            dGates[i + k] = dc * candidate * in * (1 - in);
            dGates[g + k] = dc * in * (1 - candidate * candidate);
        }
    }

    private static void forgetBack(
            float[] gate,
            int row,
            float[] before,
            float[] dCell,
            float[] dGates,
            int c,
            int units) {
        int f = row + 2 * units;
        for (int k = 0; k < units; k++) {
            float forget = gate[f + k];
            float dc = dCell[c + k];
            dGates[f + k] = dc * before[c + k] * forget * (1 - forget);
            dCell[c + k] = dc * forget;
        }
    }
}
