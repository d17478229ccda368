package org.vsml.cloning.run;

import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;

/**
 * V_M in the form in which ticks are computed: single precision, channel 0 of the messages alone,
 * gates in order i, g, f, o. Since {@code sigmoid(z) = ½ + ½·tanh(z/2)}, everything that makes the
 * pre-activations of i, f and o is halved beforehand; shifts are part of the bias.
 */
final class LstmWeights {

    private static final String PREFIX = "sub_rnn.0.";

    /** Position of the candidate g among the gates, the one that is no sigmoid. */
    private static final int CANDIDATE = 1;

    private static final int FORGET = 2;

    final int units;
    final int gates;

    /** From the forward message, [4N]. */
    final float[] forward;

    /** From the backward message, [4N]. */
    final float[] backward;

    /** From h, [N, 4N]. */
    final float[] recurrent;

    /** [4N]. */
    final float[] bias;

    /** To the forward message: [N], and its offset. */
    final float[] forwardOutput;

    final float forwardOffset;

    /** To the backward message: [N], and its offset. */
    final float[] backwardOutput;

    final float backwardOffset;

    LstmWeights(NamedArrays metaVariables, SubRnn subRnn) {
        units = subRnn.stateSize();
        gates = subRnn.gateSize();
        forward = halved(metaVariables, SubRnnArrays.FORWARD_INPUT, 1);
        backward = halved(metaVariables, SubRnnArrays.BACKWARD_INPUT, 1);
        recurrent = halved(metaVariables, SubRnnArrays.RECURRENT, units);
        bias = halved(metaVariables, SubRnnArrays.BIAS, 1);
        for (int k = 0; k < units; k++) {
            bias[k] += (float) (0.5 * subRnn.inputGateShift());
            bias[FORGET * units + k] += (float) (0.5 * subRnn.forgetGateShift());
        }
        forwardOutput =
                channel(metaVariables, SubRnnArrays.FORWARD_WEIGHTS, subRnn.forwardMessageSize());
        forwardOffset = (float) metaVariables.array(PREFIX + SubRnnArrays.FORWARD_OFFSET)[0];
        backwardOutput =
                channel(metaVariables, SubRnnArrays.BACKWARD_WEIGHTS, subRnn.backwardMessageSize());
        backwardOffset = (float) metaVariables.array(PREFIX + SubRnnArrays.BACKWARD_OFFSET)[0];
    }

    private float[] halved(NamedArrays metaVariables, String name, int rows) {
        double[] source = metaVariables.array(PREFIX + name);
        float[] result = new float[rows * gates];
        for (int i = 0; i < result.length; i++) {
            boolean candidate = i % gates / units == CANDIDATE;
            result[i] = (float) (candidate ? source[i] : 0.5 * source[i]);
        }
        return result;
    }

    private float[] channel(NamedArrays metaVariables, String name, int channels) {
        double[] source = metaVariables.array(PREFIX + name);
        float[] result = new float[units];
        for (int k = 0; k < units; k++) {
            result[k] = (float) source[k * channels];
        }
        return result;
    }
}
