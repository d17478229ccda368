package org.vsml.cloning;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

/** Products of row-major matrices in Java arrays, by the BLAS that ND4J's CPU backend brings. */
final class Blas {

    private Blas() {}

    /** {@code c += a · b} with a [m, k], b [k, n], c [m, n]. */
    static void addProduct(float[] a, float[] b, float[] c, int m, int k, int n) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 1, c, n);
    }

    /** {@code c = aᵀ · b} with a [k, m], b [k, n], c [m, n]. */
    static void transposedProduct(float[] a, float[] b, float[] c, int m, int k, int n) {
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1, a, m, b, n, 0, c, n);
    }

    /** {@code c = a · bᵀ} with a [m, k], b [n, k], c [m, n]. */
    static void productWithTransposed(float[] a, float[] b, float[] c, int m, int k, int n) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, k, b, k, 0, c, n);
    }
}
