package org.vsml.cpu;

/**
 * tanh x ≈ x·p(x²)/q(x²) on |x| ≤ {@link #BOUND}, beyond which it is ±1 to rounding; absolute error
 * below 1e-6. The coefficients are the minimax ones in common use for 32-bit floats, scaled so that
 * q(0) = 1: a product of four denominators then stays far from overflow.
 */
public final class RationalTanh {

    /** Arguments are clamped to ± this. */
    public static final float BOUND = 7.9f;

    private static final double SCALE = 1 / 4.89352518554385e-03;

    /** Coefficient of x in the numerator. */
    public static final float P1 = (float) (4.89352455891786e-03 * SCALE);

    /** Coefficient of x³ in the numerator. */
    public static final float P3 = (float) (6.37261928875436e-04 * SCALE);

    /** Coefficient of x⁵ in the numerator. */
    public static final float P5 = (float) (1.48572235717979e-05 * SCALE);

    /** Coefficient of x⁷ in the numerator. */
    public static final float P7 = (float) (5.12229709037114e-08 * SCALE);

    /** Coefficient of x⁹ in the numerator. */
    public static final float P9 = (float) (-8.60467152213735e-11 * SCALE);

    /** Coefficient of x¹¹ in the numerator. */
    public static final float P11 = (float) (2.00018790482477e-13 * SCALE);

    /** Coefficient of x¹³ in the numerator. */
    public static final float P13 = (float) (-2.76076847742355e-16 * SCALE);

    /** Constant of the denominator. */
    public static final float Q0 = 1;

    /** Coefficient of x² in the denominator. */
    public static final float Q2 = (float) (2.26843463243900e-03 * SCALE);

    /** Coefficient of x⁴ in the denominator. */
    public static final float Q4 = (float) (1.18534705686654e-04 * SCALE);

    /** Coefficient of x⁶ in the denominator. */
    public static final float Q6 = (float) (1.19825839466702e-06 * SCALE);

    private RationalTanh() {}
}
