package org.vsml.math;

/**
 * Inner products and sums of vectors. Each adds up in a fixed order, in several partial sums: one
 * alone would wait for each addition, and the compiler may not split it, since that changes the
 * rounding.
 */
public final class Vectors {

    private Vectors() {}

    /** Σ a[i]·b[i] over the first {@code length} values. */
    public static double dot(double[] a, double[] b, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < length; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** Σ a[i]·b[i] over all values, each product rounded. */
    public static float dot(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int length = a.length;
        int i = 0;
        for (; i <= length - 8; i += 8) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
            s4 += a[i + 4] * b[i + 4];
            s5 += a[i + 5] * b[i + 5];
            s6 += a[i + 6] * b[i + 6];
            s7 += a[i + 7] * b[i + 7];
        }
        for (; i < length; i++) {
            s0 += a[i] * b[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Σ a[aFrom + i]·b[bFrom + i] over {@code count} values, by fused multiply-adds. */
    public static float fusedDot(float[] a, int aFrom, float[] b, int bFrom, int count) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            s0 = Math.fma(a[aFrom + i], b[bFrom + i], s0);
            s1 = Math.fma(a[aFrom + i + 1], b[bFrom + i + 1], s1);
            s2 = Math.fma(a[aFrom + i + 2], b[bFrom + i + 2], s2);
            s3 = Math.fma(a[aFrom + i + 3], b[bFrom + i + 3], s3);
        }
        for (; i < count; i++) {
            s0 = Math.fma(a[aFrom + i], b[bFrom + i], s0);
        }
        return (s0 + s1) + (s2 + s3);
    }

    /**
     * Σ a[i], with what each addition rounds off carried to the next (Kahan): the bits of {@code
     * Arrays.stream(a).sum()}, without its objects.
     */
    public static double sum(double[] a) {
        double sum = 0;
        double excess = 0;
        double plain = 0;
        for (double value : a) {
            double corrected = value - excess;
            double next = sum + corrected;
            excess = (next - sum) - corrected;
            sum = next;
            plain += value;
        }
        double result = sum - excess;
        // Of infinities nothing can be carried.
        return Double.isNaN(result) && Double.isInfinite(plain) ? plain : result;
    }

    /** a[i] += factor·b[i] for the first {@code length} values. */
    public static void addScaled(double[] a, double factor, double[] b, int length) {
        for (int i = 0; i < length; i++) {
            a[i] += factor * b[i];
        }
    }

    /** a[i] += factor·b[i] for all values of a. */
    public static void addScaled(float[] a, float factor, float[] b) {
        for (int i = 0; i < a.length; i++) {
            a[i] += factor * b[i];
        }
    }
}
