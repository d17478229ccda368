package org.vsml.baselines;

import java.util.Arrays;
import org.vsml.math.Vectors;

/**
 * P = (λI + Σ w·uuᵀ)⁻¹, kept up to date by the formula of Sherman and Morrison: each new term takes
 * s·(Pu)(Pu)ᵀ away, s = w/(1 + w·uᵀPu). In double, for rounding adds up.
 *
 * <p>The lower triangle is stored, and terms are taken away from it several at a time: what a large
 * matrix costs is the way through memory, and so it is gone once for a product and a sixteenth of
 * the times for the terms.
 */
final class SymmetricInverse {

    private static final int PENDING = 16;

    private final double[][] lower;

    /** P is what {@link #lower} holds minus the sum of vvᵀ over these. */
    private final double[][] pending;

    private int pendingCount;

    /** λ⁻¹·I. */
    SymmetricInverse(int size, double ridge) {
        lower = new double[size][];
        for (int i = 0; i < size; i++) {
            lower[i] = new double[i + 1];
            lower[i][i] = 1 / ridge;
        }
        pending = new double[PENDING][size];
    }

    /** Writes P·x into {@code product}. */
    void times(double[] x, double[] product) {
        Arrays.fill(product, 0);
        for (int i = 0; i < lower.length; i++) {
            double[] row = lower[i];
            Vectors.addScaled(product, x[i], row, i);
            product[i] += Vectors.dot(row, x, i + 1);
        }
        for (int k = 0; k < pendingCount; k++) {
            double[] v = pending[k];
            Vectors.addScaled(product, -Vectors.dot(v, x, v.length), v, v.length);
        }
    }

    /** Takes s·vvᵀ away, s not negative. */
    void subtractSquare(double s, double[] v) {
        double root = Math.sqrt(s);
        double[] scaled = pending[pendingCount++];
        for (int i = 0; i < v.length; i++) {
            scaled[i] = root * v[i];
        }
        if (pendingCount == PENDING) {
            for (int i = 0; i < lower.length; i++) {
                for (double[] term : pending) {
                    Vectors.addScaled(lower[i], -term[i], term, i + 1);
                }
            }
            pendingCount = 0;
        }
    }
}
