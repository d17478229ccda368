package org.vsml.core;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireFinite;

/**
 * The tiny LSTM that stands in the place of every weight (paper, section 3 and appendix C).
 *
 * <p>With forward message m_f, backward message m_b and state (h, c) one micro tick is
 *
 * <pre>
 *   z = m_f·w_f + m_b·w_b + h·w_h + bias, split in order i, g, f, o      (equation 7)
 *   c' = sigmoid(f + forgetGateShift)·c + sigmoid(i + inputGateShift)·tanh(g)
 *   h' = sigmoid(o)·tanh(c')
 * </pre>
 *
 * @param stateSize N, floats in each of h and c
 * @param forwardMessageSize N', channels of a forward message; more than the output channel it is
 *     read from
 * @param backwardMessageSize N'', channels of a backward message; at least 2: channel 0 of the last
 *     one carries the error, channel 1 the label
 * @param layerNorm whether outgoing messages are normalised per sub-RNN, before they are averaged
 * @param inputGateShift added to the pre-activation of the input gate
 * @param forgetGateShift added to the pre-activation of the forget gate
 */
public record SubRnn(
        int stateSize,
        int forwardMessageSize,
        int backwardMessageSize,
        boolean layerNorm,
        double inputGateShift,
        double forgetGateShift) {

    /** Added to the variance in layer normalisation. */
    public static final double LAYER_NORM_EPSILON = 1e-5;

    /** The sizes of paper section 4.2: 2,384 meta variables. */
    public static final SubRnn PAPER = new SubRnn(16, 8, 8, false, -5, 5);

    private static final int MAX_SIZE = 4096;

    public SubRnn {
        require(
                stateSize >= 1 && stateSize <= MAX_SIZE,
                "stateSize must be in [1, %d], got %d",
                MAX_SIZE,
                stateSize);
        require(
                forwardMessageSize >= 2 && forwardMessageSize <= MAX_SIZE,
                "forwardMessageSize must be in [2, %d] (input and output channels), got %d",
                MAX_SIZE,
                forwardMessageSize);
        require(
                backwardMessageSize >= 2 && backwardMessageSize <= MAX_SIZE,
                "backwardMessageSize must be in [2, %d] (error and label channels), got %d",
                MAX_SIZE,
                backwardMessageSize);
        requireFinite(inputGateShift, "inputGateShift");
        requireFinite(forgetGateShift, "forgetGateShift");
    }

    /** This sub-RNN with another state size N and the same message sizes. */
    public SubRnn withStateSize(int size) {
        return new SubRnn(
                size,
                forwardMessageSize,
                backwardMessageSize,
                layerNorm,
                inputGateShift,
                forgetGateShift);
    }

    /** This sub-RNN with N' = N'' = {@code size}. */
    public SubRnn withMessageSize(int size) {
        return new SubRnn(stateSize, size, size, layerNorm, inputGateShift, forgetGateShift);
    }

    /** This sub-RNN with or without normalisation of outgoing messages. */
    public SubRnn withLayerNorm(boolean normalised) {
        return new SubRnn(
                stateSize,
                forwardMessageSize,
                backwardMessageSize,
                normalised,
                inputGateShift,
                forgetGateShift);
    }

    /** Width of the pre-activation z: 4·N. */
    public int gateSize() {
        return 4 * stateSize;
    }
}
