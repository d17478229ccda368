package org.vsml.cloning.run;

/**
 * Elementwise functions in single precision, written so that the JIT compiler turns their loops
 * into vector instructions.
 */
public final class Activations {

    /** Beyond it the approximation, and tanh in float, are ±1. */
    private static final float TANH_LIMIT = 7.90531110763549805f;

    // Numerator (odd) and denominator (even) of the minimax approximation used in Eigen.
    private static final float A1 = 4.89352455891786e-03f;
    private static final float A3 = 6.37261928875436e-04f;
    private static final float A5 = 1.48572235717979e-05f;
    private static final float A7 = 5.12229709037114e-08f;
    private static final float A9 = -8.60467152213735e-11f;
    private static final float A11 = 2.00018790482477e-13f;
    private static final float A13 = -2.76076847742355e-16f;
    private static final float B0 = 4.89352518554385e-03f;
    private static final float B2 = 2.26843463243900e-03f;
    private static final float B4 = 1.18534705686654e-04f;
    private static final float B6 = 1.19825839466702e-06f;

    private Activations() {}

    /** tanh with an absolute error below 1e-6. */
    public static float tanh(float value) {
        float x = Math.max(-TANH_LIMIT, Math.min(TANH_LIMIT, value));
        float s = x * x;
        float p = A13;
        p = Math.fma(p, s, A11);
        p = Math.fma(p, s, A9);
        p = Math.fma(p, s, A7);
        p = Math.fma(p, s, A5);
        p = Math.fma(p, s, A3);
        p = Math.fma(p, s, A1);
        float q = B6;
        q = Math.fma(q, s, B4);
        q = Math.fma(q, s, B2);
        q = Math.fma(q, s, B0);
        return x * p / q;
    }

    /** {@link #tanh(float)} of the first {@code count} values, in place. */
    public static void tanh(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = tanh(values[i]);
        }
    }
}
