package org.vsml.reference;

import java.util.List;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;
import org.vsml.core.Vsml;

/** The sub-RNN with one set of meta variables: a micro tick, and the messages it sends. */
final class ReferenceSubRnn {

    private final SubRnn rnn;
    private final double stateClip;
    private final NamedArrays meta;
    private final String prefix;
    private final double[][] w_f;
    private final double[][] w_b;
    private final double[][] w_h;
    private final double[][] w_c;
    private final double[] bias;

    /**
     * @param prefix of the names of its arrays among the meta variables
     */
    ReferenceSubRnn(Vsml model, NamedArrays meta, String prefix) {
        this.meta = meta;
        this.prefix = prefix;
        rnn = model.subRnn();
        stateClip = model.dynamics().stateClip();
        w_f = matrix(SubRnnArrays.FORWARD_INPUT);
        w_b = matrix(SubRnnArrays.BACKWARD_INPUT);
        w_h = matrix(SubRnnArrays.RECURRENT);
        w_c = rnn.coordinates() ? matrix(SubRnnArrays.COORDINATES) : null;
        bias = meta.array(prefix + SubRnnArrays.BIAS);
    }

    /**
     * One micro tick.
     *
     * @param m_f forward message [N']
     * @param m_b backward message [N'']
     * @param coordinates where the sub-RNN is [5]; ignored unless it is told
     * @param h [N], changed
     * @param c [N], changed by an LSTM
     */
    void tick(double[] m_f, double[] m_b, double[] coordinates, double[] h, double[] c) {
        double[] z = bias.clone();
        addProduct(z, m_f, w_f);
        addProduct(z, m_b, w_b);
        if (rnn.coordinates()) {
            addProduct(z, coordinates, w_c);
        }
        switch (rnn.cell()) {
            case LSTM -> {
                addProduct(z, h, w_h);
                lstm(z, h, c);
            }
            case GRU -> gru(z, h);
            case VANILLA -> {
                addProduct(z, h, w_h);
                for (int n = 0; n < h.length; n++) {
                    h[n] = Math.tanh(z[n]);
                }
            }
        }
    }

    private void lstm(double[] z, double[] h, double[] c) {
        int size = rnn.stateSize();
        for (int n = 0; n < size; n++) {
            double i = sigmoid(z[n] + rnn.inputGateShift());
            double g = Math.tanh(z[size + n]);
            double f = sigmoid(z[2 * size + n] + rnn.forgetGateShift());
            double o = sigmoid(z[3 * size + n]);
            c[n] = Math.max(-stateClip, Math.min(stateClip, f * c[n] + i * g));
            h[n] = o * Math.tanh(c[n]);
        }
    }

    /**
     * @param z without what h contributes
     */
    private void gru(double[] z, double[] h) {
        int size = rnn.stateSize();
        double[] fromHidden = new double[3 * size];
        addProduct(fromHidden, h, w_h);
        double[] reset = new double[size];
        for (int n = 0; n < size; n++) {
            reset[n] = h[n] * sigmoid(z[n] + fromHidden[n]);
        }
        double[] fromReset = new double[3 * size];
        addProduct(fromReset, reset, w_h);
        for (int n = 0; n < size; n++) {
            double u = sigmoid(z[size + n] + fromHidden[size + n] + rnn.inputGateShift());
            double candidate = Math.tanh(z[2 * size + n] + fromReset[2 * size + n]);
            h[n] = (1 - u) * h[n] + u * candidate;
        }
    }

    /** What a sub-RNN with hidden state h sends up, [N']. */
    double[] forwardMessage(double[] h) {
        return message(SubRnnArrays.FORWARD, h);
    }

    /** What a sub-RNN with hidden state h sends down, [N'']. */
    double[] backwardMessage(double[] h) {
        return message(SubRnnArrays.BACKWARD, h);
    }

    private double[] message(String direction, double[] h) {
        double[] message = meta.array(prefix + direction + SubRnnArrays.OFFSET);
        addProduct(message, h, matrix(direction + SubRnnArrays.WEIGHTS));
        if (rnn.layerNorm()) {
            double mean = 0;
            double variance = 0;
            for (double m : message) {
                mean += m / message.length;
            }
            for (double m : message) {
                variance += (m - mean) * (m - mean) / message.length;
            }
            double[] scale = meta.array(prefix + direction + SubRnnArrays.NORM_SCALE);
            double[] offset = meta.array(prefix + direction + SubRnnArrays.NORM_OFFSET);
            for (int m = 0; m < message.length; m++) {
                message[m] =
                        (message[m] - mean)
                                        / Math.sqrt(variance + SubRnn.LAYER_NORM_EPSILON)
                                        * scale[m]
                                + offset[m];
            }
        }
        return message;
    }

    private double[][] matrix(String name) {
        List<Integer> shape = meta.layout().entry(prefix + name).shape();
        double[] flat = meta.array(prefix + name);
        double[][] matrix = new double[shape.get(0)][shape.get(1)];
        for (int row = 0; row < matrix.length; row++) {
            System.arraycopy(flat, row * shape.get(1), matrix[row], 0, shape.get(1));
        }
        return matrix;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void addProduct(double[] z, double[] row, double[][] matrix) {
        for (int r = 0; r < row.length; r++) {
            add(z, matrix[r], row[r]);
        }
    }

    /** sum += factor · x. */
    static void add(double[] sum, double[] x, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += x[i] * factor;
        }
    }
}
