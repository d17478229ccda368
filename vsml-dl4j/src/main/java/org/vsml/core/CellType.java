package org.vsml.core;

/**
 * The recurrence inside a sub-RNN. With x = m_f·w_f + m_b·w_b + bias (and coordinates, if they are
 * fed) each computes a new state from the old one; the letters name parts of width N, in the order
 * in which they lie in the weights.
 */
public enum CellType {
    /** Long short-term memory (equation 7): parts i, g, f, o; state h and c. The default. */
    LSTM(4, true),
    /**
     * Gated recurrent unit: parts r, u, n; state h.
     *
     * <pre>
     *   r = sigmoid(x_r + h·w_h_r),  u = sigmoid(x_u + h·w_h_u + inputGateShift)
     *   n = tanh(x_n + (r∘h)·w_h_n),  h' = (1 − u)·h + u·n
     * </pre>
     */
    GRU(3, false),
    /** The minimal sub-RNN of equation 4: h' = tanh(x + h·w_h); state h. */
    VANILLA(1, false);

    private final int parts;
    private final boolean keepsCell;

    CellType(int parts, boolean keepsCell) {
        this.parts = parts;
        this.keepsCell = keepsCell;
    }

    /** Parts of the pre-activation, N values each. */
    public int parts() {
        return parts;
    }

    /** Whether there is a cell c beside the hidden state h. */
    public boolean keepsCell() {
        return keepsCell;
    }
}
