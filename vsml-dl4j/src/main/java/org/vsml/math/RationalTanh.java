package org.vsml.math;

/**
 * tanh x ≈ x·p(x²)/q(x²) on |x| ≤ {@link #BOUND}, beyond which it is ±1 to rounding; the error is
 * below 1e-6, absolute and relative, and no value exceeds 1. The coefficients minimise the largest
 * relative error (1.3e-7 before rounding) for p of degree 3 and q of degree 4, scaled so that q(0)
 * = 1: a product of denominators then stays far from overflow.
 */
public final class RationalTanh {

    /** Arguments are clamped to ± this. */
    public static final float BOUND = 7.9f;

    /** Coefficient of x in the numerator. */
    public static final float P1 = 0.9999999f;

    /** Coefficient of x³ in the numerator. */
    public static final float P3 = 0.12934418f;

    /** Coefficient of x⁵ in the numerator. */
    public static final float P5 = 0.0029604733f;

    /** Coefficient of x⁷ in the numerator. */
    public static final float P7 = 1.1531839E-5f;

    /** Constant of the denominator. */
    public static final float Q0 = 1;

    /** Coefficient of x² in the denominator. */
    public static final float Q2 = 0.46267644f;

    /** Coefficient of x⁴ in the denominator. */
    public static final float Q4 = 0.023854082f;

    /** Coefficient of x⁶ in the denominator. */
    public static final float Q6 = 2.4001204E-4f;

    /** Coefficient of x⁸ in the denominator. */
    public static final float Q8 = 2.492548E-7f;

    private RationalTanh() {}
}
