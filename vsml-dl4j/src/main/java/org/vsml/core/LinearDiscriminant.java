package org.vsml.core;

import java.util.Arrays;
import org.vsml.math.Vectors;

/**
 * The linear part of a {@link Discriminant}, or that on its features, at work on one stream. Not
 * thread-safe.
 */
final class LinearDiscriminant {

    /** What every member of the mixture grants to every class. */
    private static final double SMOOTHING = 0.01;

    /** Share of the weights that is spread over all members after each example. */
    private static final double SHARED = 0.01;

    private final Discriminant discriminant;
    private final String prefix;
    private final int inputs;
    private final int classes;
    private final int members;
    private final boolean full;
    private final double[] count;
    private final double[] mean;

    /** By member. */
    private final double[][] inverse;

    private final double[][] projected;
    private final double[] weight;

    // What the last prediction left.
    private final double[] input;
    private final double[][] inverseInput;
    private final double[][] probabilities;

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
     * @param prefix of its arrays among learned variables
     */
    LinearDiscriminant(
            Discriminant discriminant, TaskShape task, NamedArrays learned, String prefix) {
        this.discriminant = discriminant;
        this.prefix = prefix;
        inputs = task.inputs();
        classes = task.classes();
        members = discriminant.ridges().size();
        full = Discriminant.isFull(inputs);
        count = learned.array(prefix + Discriminant.COUNT);
        mean = learned.array(prefix + Discriminant.MEAN);
        inverse = split(learned.array(prefix + Discriminant.INVERSE));
        if (full) {
            Arrays.stream(inverse).forEach(matrix -> makeSymmetric(matrix, inputs));
        }
        projected = split(learned.array(prefix + Discriminant.PROJECTED));
        weight = learned.array(prefix + Discriminant.WEIGHT);
        input = new double[inputs];
        inverseInput = new double[members][inputs];
        probabilities = new double[weight.length][classes];
        square = new double[members][inputs];
        late = new boolean[members];
        logits = new double[classes];
        column = new double[inputs];
        ofLabel = new double[inputs];
        difference = new double[inputs];
        direction = new double[inputs];
    }

    /** What was saved by versions that did not keep S⁻¹ symmetric to the last bit. */
    private static void makeSymmetric(double[] matrix, int size) {
        for (int a = 0; a < size; a++) {
            for (int c = 0; c < a; c++) {
                double middle = (matrix[a * size + c] + matrix[c * size + a]) / 2;
                matrix[a * size + c] = middle;
                matrix[c * size + a] = middle;
            }
        }
    }

    private double[][] split(double[] values) {
        int size = values.length / members;
        double[][] result = new double[members][];
        Arrays.setAll(result, j -> Arrays.copyOfRange(values, j * size, (j + 1) * size));
        return result;
    }

    private static double[] join(double[][] parts) {
        double[] result = new double[parts.length * parts[0].length];
        for (int j = 0; j < parts.length; j++) {
            System.arraycopy(parts[j], 0, result, j * parts[j].length, parts[j].length);
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
        learned.set(prefix + Discriminant.MEAN, mean);
        learned.set(prefix + Discriminant.INVERSE, join(inverse));
        learned.set(prefix + Discriminant.PROJECTED, join(projected));
        learned.set(prefix + Discriminant.WEIGHT, weight);
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
        Arrays.fill(mixed, 0);
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
                int member = j * Discriminant.TEMPERATURES + k;
                double[] p = probabilities[member];
                double sum = 0;
                for (int b = 0; b < classes; b++) {
                    p[b] = Math.exp((z[b] - largest) / (1 << k));
                    sum += p[b];
                }
                for (int b = 0; b < classes; b++) {
                    p[b] = (p[b] / sum + SMOOTHING) / (1 + classes * SMOOTHING);
                    mixed[b] += weight[member] * p[b];
                }
            }
        }
    }

    /** inverseInput = S⁻¹x; returns xᵀS⁻¹x. */
    private double multiplyInverse(int j) {
        double[] product = inverseInput[j];
        if (full) {
            pass(j, 1, late[j] ? square[j] : null, input, 0, product);
            late[j] = false;
        } else {
            for (int a = 0; a < inputs; a++) {
                product[a] = inverse[j][a] * input[a];
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
     * @param v [inputs], or null for zeros
     * @param x where a vector begins at {@code offset}, or null for no product
     * @param to (factor·S⁻¹ − v·vᵀ)·x, overwritten
     */
    private void pass(int j, double factor, double[] v, double[] x, int offset, double[] to) {
        double[] matrix = inverse[j];
        if (x != null) {
            Arrays.fill(to, 0);
        }
        for (int a = 0; a < inputs; a++) {
            int row = a * inputs;
            if (factor != 1) {
                multiply(matrix, row, inputs, factor);
            }
            if (v != null && v[a] != 0) {
                addScaled(-v[a], v, matrix, row);
            }
            if (x != null && x[offset + a] != 0) {
                addScaled(x[offset + a], matrix, row, to);
            }
        }
    }

    /** Makes what was left to a later pass. */
    private void settle() {
        for (int j = 0; j < members; j++) {
            if (late[j]) {
                pass(j, 1, square[j], null, 0, null);
                late[j] = false;
            }
        }
    }

    private static void addScaled(double factor, double[] matrix, int row, double[] to) {
        for (int c = 0; c < to.length; c++) {
            to[c] += factor * matrix[row + c];
        }
    }

    /** μᵀS⁻¹μ − 2·μᵀS⁻¹x. */
    private double crossTerms(int j, int b) {
        double[] ofMean = projected[j];
        double sum = 0;
        for (int a = 0; a < inputs; a++) {
            int i = b * inputs + a;
            sum += ofMean[i] * (mean[i] - 2 * input[a]);
        }
        return sum;
    }

    /** Shows the label of the example that was predicted last. */
    void learn(int label) {
        settle();
        double total = 0;
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= probabilities[i][label];
            total += weight[i];
        }
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (1 - SHARED) * weight[i] / total + SHARED / weight.length;
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
        int row = label * inputs;
        for (int a = 0; a < inputs; a++) {
            mean[row + a] += (input[a] - mean[row + a]) * step;
        }
        count[label]++;
    }

    /**
     * Makes S smaller, and puts a part of the ridge back: S + ridge·e·eᵀ, where e is the input of
     * the largest element on the diagonal of S⁻¹. Leaves S⁻¹μ of the label, computed anew.
     */
    private void forget(int j, double kept, int label) {
        if (kept == 1) {
            pass(j, 1, null, mean, label * inputs, ofLabel);
            return;
        }
        double more = 1 / kept;
        double[] matrix = inverse[j];
        int most = 0;
        for (int a = 1; a < inputs; a++) {
            if (matrix[a * inputs + a] * more > matrix[most * inputs + most] * more) {
                most = a;
            }
        }
        System.arraycopy(matrix, most * inputs, column, 0, inputs);
        multiply(column, 0, inputs, more);
        multiply(projected[j], 0, projected[j].length, more);
        multiply(inverseInput[j], 0, inputs, more);
        double ridge = (1 - kept) * discriminant.prior(j, inputs) * inputs;
        double factor = ridge / (1 + ridge * column[most]);
        scale(Math.sqrt(factor), column, square[j]);
        pass(j, more, square[j], mean, label * inputs, ofLabel);
        for (int b = 0; b < classes; b++) {
            double product = projected[j][b * inputs + most];
            addScaled(-factor * product, column, projected[j], b * inputs);
        }
        addScaled(-factor * inverseInput[j][most], column, inverseInput[j], 0);
    }

    private void forgetDiagonal(int j, double kept) {
        if (kept < 1) {
            multiply(inverse[j], 0, inputs, 1 / kept);
            multiply(projected[j], 0, projected[j].length, 1 / kept);
            multiply(inverseInput[j], 0, inputs, 1 / kept);
            restoreDiagonal(j, (1 - kept) * discriminant.prior(j, inputs));
        }
    }

    private static void multiply(double[] values, int from, int length, double factor) {
        for (int i = 0; i < length; i++) {
            values[from + i] *= factor;
        }
    }

    private static void scale(double factor, double[] v, double[] to) {
        for (int a = 0; a < v.length; a++) {
            to[a] = factor * v[a];
        }
    }

    private void restoreDiagonal(int j, double ridge) {
        for (int a = 0; a < inputs; a++) {
            double factor = 1 / (1 + ridge * inverse[j][a]);
            inverse[j][a] *= factor;
            inverseInput[j][a] *= factor;
            for (int b = 0; b < classes; b++) {
                projected[j][b * inputs + a] *= factor;
            }
        }
    }

    /**
     * Sherman-Morrison: S + share·d·dᵀ with d = x − μ, then S⁻¹μ of all classes. Rounding errors of
     * S⁻¹μ must not grow by forgetting: that of the label is computed anew, and the others change
     * by dᵀ(S⁻¹μ), in which their own error takes part, so that it shrinks as they do.
     */
    private void update(int j, int label, double share, double step) {
        double[] ofMean = projected[j];
        int row = label * inputs;
        System.arraycopy(ofLabel, 0, ofMean, row, inputs);
        double[] d = difference;
        double[] v = direction;
        double dv = 0;
        for (int a = 0; a < inputs; a++) {
            d[a] = input[a] - mean[row + a];
            v[a] = inverseInput[j][a] - ofLabel[a];
            dv += d[a] * v[a];
        }
        double factor = share / (1 + share * Math.max(0, dv));
        scale(Math.sqrt(factor), v, square[j]);
        late[j] = true;
        for (int b = 0; b < classes; b++) {
            double product = 0;
            for (int a = 0; a < inputs; a++) {
                product += d[a] * ofMean[b * inputs + a];
            }
            addScaled(-factor * product, v, ofMean, b * inputs);
        }
        addScaled((1 - factor * dv) * step, v, ofMean, row);
    }

    private static void addScaled(double factor, double[] v, double[] matrix, int row) {
        for (int c = 0; c < v.length; c++) {
            matrix[row + c] += factor * v[c];
        }
    }

    private void updateDiagonal(int j, int label, double share, double step) {
        double[] diagonal = inverse[j];
        for (int a = 0; a < inputs; a++) {
            double moved = input[a] - mean[label * inputs + a];
            diagonal[a] = 1 / (1 / diagonal[a] + share * moved * moved);
            for (int b = 0; b < classes; b++) {
                double center = mean[b * inputs + a] + (b == label ? moved * step : 0);
                projected[j][b * inputs + a] = diagonal[a] * center;
            }
        }
    }
}
