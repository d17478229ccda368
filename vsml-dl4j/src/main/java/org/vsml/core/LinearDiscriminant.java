package org.vsml.core;

import java.util.Arrays;
import org.vsml.math.Vectors;

/**
 * The linear part of a {@link Discriminant}, or that on its features, at work on one stream. Not
 * thread-safe.
 */
final class LinearDiscriminant {

    private final Discriminant discriminant;
    private final String prefix;
    private final int inputs;
    private final int classes;
    private final int members;
    private final boolean full;
    private final double[] count;

    // Each row is an array of its own: loops over an array from some index on are not compiled to
    // vector instructions, and take four times as long.

    /** [class][input]. */
    private final double[][] mean;

    /** [member][row][column], the diagonal alone as one row. */
    private final double[][][] inverse;

    /** [member][class][input]. */
    private final double[][][] projected;

    /** Of each ridge all temperatures. */
    private final Mixture mixture;

    /** The same sums read as least squares; null if they are not. */
    private final Regression regression;

    // What the last prediction left.
    private final double[] input;
    private final double[][] inverseInput;

    /**
     * By member, the v of S⁻¹ − v·vᵀ. What the last label made of S⁻¹ is left to the next pass
     * through it, for a large one is far longer on its way from memory than in arithmetic.
     */
    private final double[][] square;

    private final boolean[] late;

    // Scratch memory.
    private final double[] logits;
    private final double[] column;
    private final double[] ofLabel;
    private final double[] difference;
    private final double[] direction;

    /**
     * @param task what it reads and tells apart
     * @param regressed whether its sums are read as least squares too
     * @param prefix of its arrays among learned variables
     */
    LinearDiscriminant(
            Discriminant discriminant,
            TaskShape task,
            boolean regressed,
            NamedArrays learned,
            String prefix) {
        this.discriminant = discriminant;
        this.prefix = prefix;
        inputs = task.inputs();
        classes = task.classes();
        members = discriminant.ridges().size();
        full = Discriminant.isFull(inputs);
        count = learned.array(prefix + Discriminant.COUNT);
        mean = rows(learned.array(prefix + Discriminant.MEAN), 1)[0];
        inverse = rows(learned.array(prefix + Discriminant.INVERSE), members);
        if (full) {
            Arrays.stream(inverse).forEach(LinearDiscriminant::makeSymmetric);
        }
        projected = rows(learned.array(prefix + Discriminant.PROJECTED), members);
        mixture = new Mixture(learned.array(prefix + Discriminant.WEIGHT), classes);
        regression =
                regressed
                        ? new Regression(
                                learned.array(prefix + Discriminant.REGRESSION_WEIGHT),
                                members,
                                classes)
                        : null;
        input = new double[inputs];
        inverseInput = new double[members][inputs];
        square = new double[members][inputs];
        late = new boolean[members];
        logits = new double[classes];
        column = new double[inputs];
        ofLabel = new double[inputs];
        difference = new double[inputs];
        direction = new double[inputs];
    }

    /** What was saved by versions that did not keep S⁻¹ symmetric to the last bit. */
    private static void makeSymmetric(double[][] matrix) {
        for (int a = 0; a < matrix.length; a++) {
            for (int c = 0; c < a; c++) {
                double middle = (matrix[a][c] + matrix[c][a]) / 2;
                matrix[a][c] = middle;
                matrix[c][a] = middle;
            }
        }
    }

    /** Cuts values into matrices of equal size, and each of them into rows of {@link #inputs}. */
    private double[][][] rows(double[] values, int matrices) {
        int each = values.length / inputs / matrices;
        double[][][] result = new double[matrices][each][];
        for (int i = 0; i < matrices * each; i++) {
            result[i / each][i % each] = Arrays.copyOfRange(values, i * inputs, (i + 1) * inputs);
        }
        return result;
    }

    private double[] join(double[][]... matrices) {
        double[] result = new double[matrices.length * matrices[0].length * inputs];
        int to = 0;
        for (double[][] matrix : matrices) {
            for (double[] row : matrix) {
                System.arraycopy(row, 0, result, to, inputs);
                to += inputs;
            }
        }
        return result;
    }

    int classes() {
        return classes;
    }

    /** Overwrites the discriminant among learned variables. */
    void write(NamedArrays learned) {
        settle();
        learned.set(prefix + Discriminant.COUNT, count);
        learned.set(prefix + Discriminant.MEAN, join(mean));
        learned.set(prefix + Discriminant.INVERSE, join(inverse));
        learned.set(prefix + Discriminant.PROJECTED, join(projected));
        learned.set(prefix + Discriminant.WEIGHT, mixture.weights());
        if (regression != null) {
            learned.set(prefix + Discriminant.REGRESSION_WEIGHT, regression.weights());
        }
    }

    /**
     * Probabilities of an example; changes nothing that {@link #write} writes.
     *
     * @param x where x̂ [inputs] begins at {@code offset}
     * @param mixed [classes], overwritten
     */
    void predict(double[] x, int offset, double[] mixed) {
        System.arraycopy(x, offset, input, 0, inputs);
        double seen = Vectors.sum(count);
        double[] z = logits;
        for (int j = 0; j < members; j++) {
            double norm = multiplyInverse(j);
            double largest = Double.NEGATIVE_INFINITY;
            for (int b = 0; b < classes; b++) {
                // (x − μ)ᵀ S⁻¹ (x − μ), rounding apart not negative
                double distance = Math.max(0, norm + crossTerms(j, b));
                double k = count[b] + discriminant.priorCount();
                z[b] =
                        Math.log((count[b] + 1) / (seen + classes))
                                - 0.5 * (inputs + seen + 1) * Math.log1p(k / (k + 1) * distance);
                largest = Math.max(largest, z[b]);
            }
            for (int k = 0; k < Discriminant.TEMPERATURES; k++) {
                mixture.say(j * Discriminant.TEMPERATURES + k, z, largest, 1 << k);
            }
        }
        mixture.mix(mixed);
    }

    /**
     * Probabilities of the example that was predicted last, by least squares.
     *
     * @param mixed [classes], overwritten
     */
    void regress(double[] mixed) {
        for (int j = 0; j < members; j++) {
            regression.predict(j, input, mean, projected[j], count, discriminant.priorCount());
        }
        regression.mix(mixed);
    }

    /** inverseInput = S⁻¹x; returns xᵀS⁻¹x. */
    private double multiplyInverse(int j) {
        double[] product = inverseInput[j];
        if (full) {
            pass(j, 1, late[j] ? square[j] : null, input, product);
            late[j] = false;
        } else {
            for (int a = 0; a < inputs; a++) {
                product[a] = inverse[j][0][a] * input[a];
            }
        }
        double norm = 0;
        for (int a = 0; a < inputs; a++) {
            norm += product[a] * input[a];
        }
        return norm;
    }

    /**
     * One pass through S⁻¹, which becomes factor·S⁻¹ − v·vᵀ, and its product with x. The products
     * v_a·v_c are the same above and below the diagonal: nothing would hold down a difference
     * between the two, which forgetting makes larger with every example.
     *
     * @param v [inputs], or null for zeros where the factor is 1
     * @param x [inputs], or null for no product
     * @param to (factor·S⁻¹ − v·vᵀ)·x, overwritten
     */
    private void pass(int j, double factor, double[] v, double[] x, double[] to) {
        if (x != null) {
            Arrays.fill(to, 0);
        }
        for (int a = 0; a < inputs; a++) {
            double[] row = inverse[j][a];
            if (factor != 1) {
                scaleAndSubtract(row, factor, v[a], v);
            } else if (v != null && v[a] != 0) {
                Vectors.addScaled(row, -v[a], v, inputs);
            }
            if (x != null && x[a] != 0) {
                Vectors.addScaled(to, x[a], row, inputs);
            }
        }
    }

    private static void scaleAndSubtract(double[] row, double factor, double share, double[] v) {
        for (int c = 0; c < row.length; c++) {
            row[c] = factor * row[c] - share * v[c];
        }
    }

    /** Makes what was left to a later pass. */
    private void settle() {
        for (int j = 0; j < members; j++) {
            if (late[j]) {
                pass(j, 1, square[j], null, null);
                late[j] = false;
            }
        }
    }

    /** μᵀS⁻¹μ − 2·μᵀS⁻¹x. */
    private double crossTerms(int j, int b) {
        double[] ofMean = projected[j][b];
        double[] center = mean[b];
        double sum = 0;
        for (int a = 0; a < inputs; a++) {
            sum += ofMean[a] * (center[a] - 2 * input[a]);
        }
        return sum;
    }

    /** Shows the label of the example that was predicted last. */
    void learn(int label) {
        settle();
        mixture.learn(label);
        if (regression != null) {
            regression.learn(label);
        }
        double kept = discriminant.kept(inputs);
        for (int b = 0; b < classes && kept < 1; b++) {
            count[b] *= kept;
        }
        double k = count[label] + discriminant.priorCount();
        double step = 1 / (k + 1);
        for (int j = 0; j < members; j++) {
            if (full) {
                forget(j, kept, label);
                update(j, label, k * step, step);
            } else {
                forgetDiagonal(j, kept);
                updateDiagonal(j, label, k * step, step);
            }
        }
        double[] center = mean[label];
        for (int a = 0; a < inputs; a++) {
            center[a] += (input[a] - center[a]) * step;
        }
        count[label]++;
    }

    /**
     * Makes S smaller, and puts a part of the ridge back: S + ridge·e·eᵀ, where e is the input of
     * the largest element on the diagonal of S⁻¹. Leaves S⁻¹μ of the label, computed anew.
     */
    private void forget(int j, double kept, int label) {
        if (kept == 1) {
            pass(j, 1, null, mean[label], ofLabel);
            return;
        }
        double more = 1 / kept;
        double[][] matrix = inverse[j];
        int most = 0;
        for (int a = 1; a < inputs; a++) {
            if (matrix[a][a] * more > matrix[most][most] * more) {
                most = a;
            }
        }
        System.arraycopy(matrix[most], 0, column, 0, inputs);
        multiply(column, more);
        for (double[] ofMean : projected[j]) {
            multiply(ofMean, more);
        }
        multiply(inverseInput[j], more);
        double ridge = (1 - kept) * discriminant.prior(j, inputs) * inputs;
        double factor = ridge / (1 + ridge * column[most]);
        scale(Math.sqrt(factor), column, square[j]);
        pass(j, more, square[j], mean[label], ofLabel);
        for (double[] ofMean : projected[j]) {
            Vectors.addScaled(ofMean, -factor * ofMean[most], column, inputs);
        }
        Vectors.addScaled(inverseInput[j], -factor * inverseInput[j][most], column, inputs);
    }

    private void forgetDiagonal(int j, double kept) {
        if (kept < 1) {
            multiply(inverse[j][0], 1 / kept);
            for (double[] ofMean : projected[j]) {
                multiply(ofMean, 1 / kept);
            }
            multiply(inverseInput[j], 1 / kept);
            restoreDiagonal(j, (1 - kept) * discriminant.prior(j, inputs));
        }
    }

    private static void multiply(double[] values, double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    private static void scale(double factor, double[] v, double[] to) {
        for (int a = 0; a < v.length; a++) {
            to[a] = factor * v[a];
        }
    }

    private void restoreDiagonal(int j, double ridge) {
        for (int a = 0; a < inputs; a++) {
            double factor = 1 / (1 + ridge * inverse[j][0][a]);
            inverse[j][0][a] *= factor;
            inverseInput[j][a] *= factor;
            for (double[] ofMean : projected[j]) {
                ofMean[a] *= factor;
            }
        }
    }

    /**
     * Sherman-Morrison: S + share·d·dᵀ with d = x − μ, then S⁻¹μ of all classes. Rounding errors of
     * S⁻¹μ must not grow by forgetting: that of the label is computed anew, and the others change
     * by dᵀ(S⁻¹μ), in which their own error takes part, so that it shrinks as they do.
     */
    private void update(int j, int label, double share, double step) {
        System.arraycopy(ofLabel, 0, projected[j][label], 0, inputs);
        double[] center = mean[label];
        double[] d = difference;
        double[] v = direction;
        double dv = 0;
        for (int a = 0; a < inputs; a++) {
            d[a] = input[a] - center[a];
            v[a] = inverseInput[j][a] - ofLabel[a];
            dv += d[a] * v[a];
        }
        double factor = share / (1 + share * Math.max(0, dv));
        scale(Math.sqrt(factor), v, square[j]);
        late[j] = true;
        for (double[] ofMean : projected[j]) {
            double product = 0;
            for (int a = 0; a < inputs; a++) {
                product += d[a] * ofMean[a];
            }
            Vectors.addScaled(ofMean, -factor * product, v, inputs);
        }
        Vectors.addScaled(projected[j][label], (1 - factor * dv) * step, v, inputs);
    }

    private void updateDiagonal(int j, int label, double share, double step) {
        double[] diagonal = inverse[j][0];
        for (int a = 0; a < inputs; a++) {
            double moved = input[a] - mean[label][a];
            diagonal[a] = 1 / (1 / diagonal[a] + share * moved * moved);
            for (int b = 0; b < classes; b++) {
                double center = mean[b][a] + (b == label ? moved * step : 0);
                projected[j][b][a] = diagonal[a] * center;
            }
        }
    }
}
