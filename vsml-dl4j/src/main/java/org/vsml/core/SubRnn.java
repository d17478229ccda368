package org.vsml.core;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireWithin;

import java.util.function.Consumer;

/**
 * The tiny recurrent network, an LSTM unless said otherwise, that stands in the place of every
 * weight (paper, section 3 and appendix C).
 *
 * <p>With forward message m_f, backward message m_b and state (h, c) one micro tick of the LSTM is
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
 * @param inputGateShift added to the pre-activation of the input gate (of a GRU's update gate)
 * @param forgetGateShift added to the pre-activation of the LSTM's forget gate
 * @param cell the recurrence; optional in JSON, default LSTM
 * @param coordinates whether every sub-RNN is told where it is (paper, appendix C): c·w_c is added
 *     to z, where c are its {@link Coordinates}; optional in JSON, default false
 */
public record SubRnn(
        int stateSize,
        int forwardMessageSize,
        int backwardMessageSize,
        boolean layerNorm,
        double inputGateShift,
        double forgetGateShift,
        CellType cell,
        Boolean coordinates) {

    /** Added to the variance in layer normalisation. */
    public static final double LAYER_NORM_EPSILON = 1e-5;

    /** The sizes of paper section 4.2: 2,384 meta variables. */
    public static final SubRnn PAPER = new SubRnn(16, 8, 8, false, -5, 5);

    private static final int MAX_SIZE = 4096;

    /** A sigmoid is 0 or 1 long before. */
    private static final double MAX_SHIFT = 1000;

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
        requireWithin(inputGateShift, -MAX_SHIFT, MAX_SHIFT, "inputGateShift");
        requireWithin(forgetGateShift, -MAX_SHIFT, MAX_SHIFT, "forgetGateShift");
        cell = cell == null ? CellType.LSTM : cell;
        coordinates = coordinates != null && coordinates;
    }

    /** An LSTM without coordinates. */
    public SubRnn(
            int stateSize,
            int forwardMessageSize,
            int backwardMessageSize,
            boolean layerNorm,
            double inputGateShift,
            double forgetGateShift) {
        this(
                stateSize,
                forwardMessageSize,
                backwardMessageSize,
                layerNorm,
                inputGateShift,
                forgetGateShift,
                CellType.LSTM,
                false);
    }

    /** This sub-RNN with another state size N and the same message sizes. */
    public SubRnn withStateSize(int size) {
        return copy(fields -> fields.stateSize = size);
    }

    /** This sub-RNN with N' = N'' = {@code size}. */
    public SubRnn withMessageSize(int size) {
        return copy(
                fields -> {
                    fields.forwardMessageSize = size;
                    fields.backwardMessageSize = size;
                });
    }

    /** This sub-RNN with or without normalisation of outgoing messages. */
    public SubRnn withLayerNorm(boolean normalised) {
        return copy(fields -> fields.layerNorm = normalised);
    }

    /** This sub-RNN with another shift of the input gate. */
    public SubRnn withInputGateShift(double shift) {
        return copy(fields -> fields.inputGateShift = shift);
    }

    /** This sub-RNN with another shift of the forget gate. */
    public SubRnn withForgetGateShift(double shift) {
        return copy(fields -> fields.forgetGateShift = shift);
    }

    /** This sub-RNN with another recurrence. */
    public SubRnn withCell(CellType type) {
        return copy(fields -> fields.cell = type);
    }

    /** This sub-RNN with or without coordinates. */
    public SubRnn withCoordinates(boolean fed) {
        return copy(fields -> fields.coordinates = fed);
    }

    /** Width of the pre-activation z: 4·N for an LSTM, 3·N for a GRU, N for a vanilla RNN. */
    public int gateSize() {
        return cell.parts() * stateSize;
    }

    private SubRnn copy(Consumer<Fields> change) {
        Fields fields = new Fields(this);
        change.accept(fields);
        return fields.build();
    }

    /** The components of a sub-RNN, to change some of them. */
    private static final class Fields {
        int stateSize;
        int forwardMessageSize;
        int backwardMessageSize;
        boolean layerNorm;
        double inputGateShift;
        double forgetGateShift;
        CellType cell;
        Boolean coordinates;

        Fields(SubRnn subRnn) {
            stateSize = subRnn.stateSize;
            forwardMessageSize = subRnn.forwardMessageSize;
            backwardMessageSize = subRnn.backwardMessageSize;
            layerNorm = subRnn.layerNorm;
            inputGateShift = subRnn.inputGateShift;
            forgetGateShift = subRnn.forgetGateShift;
            cell = subRnn.cell;
            coordinates = subRnn.coordinates;
        }

        SubRnn build() {
            return new SubRnn(
                    stateSize,
                    forwardMessageSize,
                    backwardMessageSize,
                    layerNorm,
                    inputGateShift,
                    forgetGateShift,
                    cell,
                    coordinates);
        }
    }
}
