package org.vsml.cloning;

/**
 * Some (x, w, b, e) tuples and what backpropagation makes of them (paper, figure 4): {@code y =
 * tanh(x)·w + b}, {@code e' = e·w·(1 − tanh²x)}, {@code Δw = −rate·e·tanh(x)}, {@code Δb = −bias
 * rate·e}. One value of each for every tuple.
 */
final class TupleBlock {

    /** Tuples of a group. */
    static final int GROUP = 32;

    final int size;

    /**
     * How many groups the block begins with: each of tuples of one unit on one example, whose
     * outputs are summed in one message.
     */
    int groups;

    final float[] x;
    final float[] w;
    final float[] b;
    final float[] e;
    final float[] y;
    final float[] messageDown;
    final float[] deltaW;
    final float[] deltaB;

    TupleBlock(int size) {
        this.size = size;
        x = new float[size];
        w = new float[size];
        b = new float[size];
        e = new float[size];
        y = new float[size];
        messageDown = new float[size];
        deltaW = new float[size];
        deltaB = new float[size];
    }

    /** Computes the targets from the tuples. */
    void target(double rate, double biasRate) {
        for (int i = 0; i < size; i++) {
            double tanh = Math.tanh(x[i]);
            y[i] = (float) (tanh * w[i] + b[i]);
            messageDown[i] = (float) (e[i] * w[i] * (1 - tanh * tanh));
            deltaW[i] = (float) (-rate * e[i] * tanh);
            deltaB[i] = (float) (-biasRate * e[i]);
        }
    }
}
