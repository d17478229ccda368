package org.vsml.cloning.run;

/**
 * Elementwise functions in single precision, written so that the JIT compiler turns their loops
 * into vector instructions.
 */
public final class Activations {

    /** Beyond it the approximation, and tanh in float, are ±1. */
    private static final float TANH_LIMIT = 7.905311f;

    // Numerator (odd) and denominator (even) of the minimax approximation used in Eigen.
    private static final float A1 = 0.0048935246f;
    private static final float A3 = 0.00063726195f;
    private static final float A5 = 1.48572235e-05f;
    private static final float A7 = 5.1222973e-08f;
    private static final float A9 = -8.604672e-11f;
    private static final float A11 = 2.000188e-13f;
    private static final float A13 = -2.7607684e-16f;
    private static final float B0 = 0.004893525f;
    private static final float B2 = 0.0022684347f;
    private static final float B4 = 0.00011853471f;
    private static final float B6 = 1.1982584e-06f;

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
