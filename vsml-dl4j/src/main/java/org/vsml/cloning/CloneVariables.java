package org.vsml.cloning;

import java.util.random.RandomGenerator;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnnArrays;

/**
 * The meta variables that cloning trains, in one flat vector: those of message channel 0. All other
 * channels stay zero. Order: w_f [4N], w_b [4N], w_h [N, 4N], bias [4N], fwd_w [N], fwd_b [1],
 * bwd_w [N], bwd_b [1].
 */
final class CloneVariables {

    private static final String PREFIX = "sub_rnn.0.";

    final int units;
    final int forwardInput = 0;
    final int errorInput;
    final int recurrent;
    final int bias;
    final int forwardOutput;
    final int forwardOffset;
    final int backwardOutput;
    final int backwardOffset;
    final int size;

    CloneVariables(int units) {
        this.units = units;
        int gates = 4 * units;
        errorInput = gates;
        recurrent = errorInput + gates;
        bias = recurrent + units * gates;
        forwardOutput = bias + gates;
        forwardOffset = forwardOutput + units;
        backwardOutput = forwardOffset + 1;
        backwardOffset = backwardOutput + units;
        size = backwardOffset + 1;
    }

    /**
     * Random values. Weights as in {@link org.vsml.core.Vsml#initialMetaVariables}, but the fan-in
     * is that of the channels in use. Biases of the input gate, 0 elsewhere, are chosen so that the
     * retained channels begin as what they are to be, weights that change by small amounts.
     *
     * @param forgetBias of the retained channels
     * @param inputBias of the weight's and of the bias's channel
     */
    float[] initial(RandomGenerator random, double forgetBias, double[] inputBias) {
        float[] values = new float[size];
        fill(values, forwardInput, 2 * 4 * units, 1, random);
        fill(values, recurrent, units * 4 * units, 1 / Math.sqrt(units), random);
        fill(values, forwardOutput, units, 1 / Math.sqrt(units), random);
        fill(values, backwardOutput, units, 1 / Math.sqrt(units), random);
        for (int k = 0; k < inputBias.length; k++) {
            values[bias + k] = (float) inputBias[k];
            values[bias + 2 * units + k] = (float) forgetBias;
        }
        return values;
    }

    /** V_M of a configuration; channels other than 0 are zero. */
    NamedArrays metaVariables(float[] values, ClonedBackpropagation config) {
        NamedArrays result = NamedArrays.zeros(config.metaVariableLayout());
        int forward = config.subRnn().forwardMessageSize();
        int backward = config.subRnn().backwardMessageSize();
        put(values, forwardInput, 4 * units, result, SubRnnArrays.FORWARD_INPUT, 1);
        put(values, errorInput, 4 * units, result, SubRnnArrays.BACKWARD_INPUT, 1);
        put(values, recurrent, units * 4 * units, result, SubRnnArrays.RECURRENT, 1);
        put(values, bias, 4 * units, result, SubRnnArrays.BIAS, 1);
        put(values, forwardOutput, units, result, SubRnnArrays.FORWARD_WEIGHTS, forward);
        put(values, forwardOffset, 1, result, SubRnnArrays.FORWARD_OFFSET, forward);
        put(values, backwardOutput, units, result, SubRnnArrays.BACKWARD_WEIGHTS, backward);
        put(values, backwardOffset, 1, result, SubRnnArrays.BACKWARD_OFFSET, backward);
        return result;
    }

    /** The trained part of V_M. */
    float[] values(NamedArrays metaVariables, ClonedBackpropagation config) {
        float[] values = new float[size];
        int forward = config.subRnn().forwardMessageSize();
        int backward = config.subRnn().backwardMessageSize();
        get(metaVariables, SubRnnArrays.FORWARD_INPUT, 1, values, forwardInput, 4 * units);
        get(metaVariables, SubRnnArrays.BACKWARD_INPUT, 1, values, errorInput, 4 * units);
        get(metaVariables, SubRnnArrays.RECURRENT, 1, values, recurrent, units * 4 * units);
        get(metaVariables, SubRnnArrays.BIAS, 1, values, bias, 4 * units);
        get(metaVariables, SubRnnArrays.FORWARD_WEIGHTS, forward, values, forwardOutput, units);
        get(metaVariables, SubRnnArrays.FORWARD_OFFSET, forward, values, forwardOffset, 1);
        get(metaVariables, SubRnnArrays.BACKWARD_WEIGHTS, backward, values, backwardOutput, units);
        get(metaVariables, SubRnnArrays.BACKWARD_OFFSET, backward, values, backwardOffset, 1);
        return values;
    }

    private static void get(
            NamedArrays from, String name, int step, float[] into, int at, int count) {
        int offset = from.layout().offset(PREFIX + name);
        for (int i = 0; i < count; i++) {
            into[at + i] = (float) from.values()[offset + i * step];
        }
    }

    private static void put(
            float[] from, int at, int count, NamedArrays into, String name, int step) {
        int offset = into.layout().offset(PREFIX + name);
        for (int i = 0; i < count; i++) {
            into.values()[offset + i * step] = from[at + i];
        }
    }

    private static void fill(
            float[] values, int from, int count, double deviation, RandomGenerator random) {
        for (int i = from; i < from + count; i++) {
            double draw;
            do {
                draw = random.nextGaussian();
            } while (Math.abs(draw) > 2);
            values[i] = (float) (draw * deviation);
        }
    }
}
