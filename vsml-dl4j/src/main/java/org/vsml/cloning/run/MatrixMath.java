package org.vsml.cloning.run;

/**
 * Products of small row-major matrices in single precision, in loops that the JIT compiler turns
 * into vector instructions: the innermost runs along four rows of the result at once.
 */
public final class MatrixMath {

    private static final int BLOCK = 4;

    private MatrixMath() {}

    /**
     * {@code c += a · b}.
     *
     * @param a [m, k], read only
     * @param b [k, n], read only
     * @param c [m, n]
     */
    public static void addProduct(float[] a, float[] b, float[] c, int m, int k, int n) {
        add(a, k, 1, b, c, m, k, n);
    }

    /**
     * {@code c += aᵀ · b}.
     *
     * @param a [k, m], read only
     * @param b [k, n], read only
     * @param c [m, n]
     */
    public static void addTransposedProduct(float[] a, float[] b, float[] c, int m, int k, int n) {
        add(a, 1, m, b, c, m, k, n);
    }

    /** Element (i, r) of a is at {@code i · iStep + r · rStep}. */
    private static void add(
            float[] a, int iStep, int rStep, float[] b, float[] c, int m, int k, int n) {
        int blockedRows = m - m % BLOCK;
        int blocked = k - k % BLOCK;
        for (int i = 0; i < blockedRows; i += BLOCK) {
            for (int r = 0; r < blocked; r += BLOCK) {
                addBlock(a, i * iStep + r * rStep, iStep, rStep, b, r * n, c, i * n, n);
            }
        }
        for (int i = 0; i < m; i++) {
            for (int r = i < blockedRows ? blocked : 0; r < k; r++) {
                addRow(a[i * iStep + r * rStep], b, r * n, c, i * n, n);
            }
        }
    }

    private static void addRow(float factor, float[] b, int from, float[] c, int row, int n) {
        for (int j = 0; j < n; j++) {
            c[row + j] = Math.fma(factor, b[from + j], c[row + j]);
        }
    }

    /** Four rows of c get four rows of b each: eight loads for sixteen multiply-adds. */
    private static void addBlock(
            float[] a, int at, int iStep, int rStep, float[] b, int b0, float[] c, int c0, int n) {
        int b1 = b0 + n;
        int b2 = b1 + n;
        int b3 = b2 + n;
        int c1 = c0 + n;
        int c2 = c1 + n;
        int c3 = c2 + n;
        int row1 = at + iStep;
        int row2 = row1 + iStep;
        int row3 = row2 + iStep;
        float a00 = a[at];
        float a01 = a[at + rStep];
        float a02 = a[at + 2 * rStep];
        float a03 = a[at + 3 * rStep];
        float a10 = a[row1];
        float a11 = a[row1 + rStep];
        float a12 = a[row1 + 2 * rStep];
        float a13 = a[row1 + 3 * rStep];
        float a20 = a[row2];
        float a21 = a[row2 + rStep];
        float a22 = a[row2 + 2 * rStep];
        float a23 = a[row2 + 3 * rStep];
        float a30 = a[row3];
        float a31 = a[row3 + rStep];
        float a32 = a[row3 + 2 * rStep];
        float a33 = a[row3 + 3 * rStep];
        for (int j = 0; j < n; j++) {
            float v0 = b[b0 + j];
            float v1 = b[b1 + j];
            float v2 = b[b2 + j];
            float v3 = b[b3 + j];
            c[c0 + j] =
                    Math.fma(
                            a03,
                            v3,
                            Math.fma(a02, v2, Math.fma(a01, v1, Math.fma(a00, v0, c[c0 + j]))));
            c[c1 + j] =
                    Math.fma(
                            a13,
                            v3,
                            Math.fma(a12, v2, Math.fma(a11, v1, Math.fma(a10, v0, c[c1 + j]))));
            c[c2 + j] =
                    Math.fma(
                            a23,
                            v3,
                            Math.fma(a22, v2, Math.fma(a21, v1, Math.fma(a20, v0, c[c2 + j]))));
            c[c3 + j] =
                    Math.fma(
                            a33,
                            v3,
                            Math.fma(a32, v2, Math.fma(a31, v1, Math.fma(a30, v0, c[c3 + j]))));
        }
    }
}
