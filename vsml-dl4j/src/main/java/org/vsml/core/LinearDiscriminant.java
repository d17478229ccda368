package org.vsml.core;

import java.util.Arrays;

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

    /** Overwrites the discriminant among learned variables. */
    void write(NamedArrays learned) {
        learned.set(prefix + Discriminant.COUNT, count);
        learned.set(prefix + Discriminant.MEAN, mean);
        learned.set(prefix + Discriminant.INVERSE, join(inverse));
        learned.set(prefix + Discriminant.PROJECTED, join(projected));
        learned.set(prefix + Discriminant.WEIGHT, weight);
    }

    /**
     * Logarithms of the probabilities of an example; changes nothing that {@link #write} writes.
     *
     * @param x where x̂ [inputs] begins at {@code offset}
     * @return [classes]
     */
    double[] predict(double[] x, int offset) {
        System.arraycopy(x, offset, input, 0, inputs);
        double seen = Arrays.stream(count).sum();
        double[] mixed = new double[classes];
        for (int j = 0; j < members; j++) {
            double square = multiplyInverse(j);
            double[] z = new double[classes];
            double largest = Double.NEGATIVE_INFINITY;
            for (int b = 0; b < classes; b++) {
                // (x − μ)ᵀ S⁻¹ (x − μ), rounding apart not negative
                double distance = Math.max(0, square + crossTerms(j, b));
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
        for (int b = 0; b < classes; b++) {
            mixed[b] = Math.log(mixed[b]);
        }
        return mixed;
    }

    /** inverseInput = S⁻¹x; returns xᵀS⁻¹x. */
    private double multiplyInverse(int j) {
        double[] product = inverseInput[j];
        double[] matrix = inverse[j];
        if (full) {
            product(matrix, input, 0, product);
        } else {
            for (int a = 0; a < inputs; a++) {
                product[a] = matrix[a] * input[a];
            }
        }
        double square = 0;
        for (int a = 0; a < inputs; a++) {
            square += product[a] * input[a];
        }
        return square;
    }

    /** A symmetric matrix times what begins at {@code offset}. */
    private static void product(double[] matrix, double[] x, int offset, double[] to) {
        Arrays.fill(to, 0);
        for (int a = 0; a < to.length; a++) {
            if (x[offset + a] != 0) {
                addScaled(x[offset + a], matrix, a * to.length, to);
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
        double total = 0;
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= probabilities[i][label];
            total += weight[i];
        }
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (1 - SHARED) * weight[i] / total + SHARED / weight.length;
        }
        double kept = discriminant.kept(inputs);
        if (kept < 1) {
            forget(kept);
        }
        double k = count[label] + discriminant.priorCount();
        double step = 1 / (k + 1);
        for (int j = 0; j < members; j++) {
            if (full) {
                update(j, label, k * step, step);
            } else {
                updateDiagonal(j, label, k * step, step);
            }
        }
        int row = label * inputs;
        for (int a = 0; a < inputs; a++) {
            mean[row + a] += (input[a] - mean[row + a]) * step;
        }
        count[label]++;
    }

    /** Makes S and n smaller, and puts a part of the ridge back. */
    private void forget(double kept) {
        for (int b = 0; b < classes; b++) {
            count[b] *= kept;
        }
        for (int j = 0; j < members; j++) {
            multiply(inverse[j], 1 / kept);
            multiply(projected[j], 1 / kept);
            multiply(inverseInput[j], 1 / kept);
            double ridge = (1 - kept) * discriminant.prior(j, inputs);
            if (full) {
                restore(j, ridge * inputs);
            } else {
                restoreDiagonal(j, ridge);
            }
        }
    }

    private static void multiply(double[] values, double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    /** S + ridge·e·eᵀ, where e is the input of the largest element on the diagonal of S⁻¹. */
    private void restore(int j, double ridge) {
        double[] matrix = inverse[j];
        int most = 0;
        for (int a = 1; a < inputs; a++) {
            if (matrix[a * inputs + a] > matrix[most * inputs + most]) {
                most = a;
            }
        }
        double[] column = Arrays.copyOfRange(matrix, most * inputs, (most + 1) * inputs);
        double factor = ridge / (1 + ridge * column[most]);
        subtractSquare(factor, column, matrix);
        for (int b = 0; b < classes; b++) {
            double product = projected[j][b * inputs + most];
            addScaled(-factor * product, column, projected[j], b * inputs);
        }
        addScaled(-factor * inverseInput[j][most], column, inverseInput[j], 0);
    }

    /**
     * S⁻¹ − factor·v·vᵀ, with products that are the same above and below the diagonal: nothing
     * would hold down a difference between the two, which forgetting makes larger with every
     * example.
     */
    private static void subtractSquare(double factor, double[] v, double[] matrix) {
        double root = Math.sqrt(factor);
        double[] scaled = new double[v.length];
        for (int a = 0; a < v.length; a++) {
            scaled[a] = root * v[a];
        }
        for (int a = 0; a < v.length; a++) {
            if (scaled[a] != 0) {
                addScaled(-scaled[a], scaled, matrix, a * v.length);
            }
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
        double[] matrix = inverse[j];
        double[] ofMean = projected[j];
        int row = label * inputs;
        double[] ofLabel = new double[inputs];
        product(matrix, mean, row, ofLabel);
        System.arraycopy(ofLabel, 0, ofMean, row, inputs);
        double[] d = new double[inputs];
        double[] v = new double[inputs];
        double dv = 0;
        for (int a = 0; a < inputs; a++) {
            d[a] = input[a] - mean[row + a];
            v[a] = inverseInput[j][a] - ofLabel[a];
            dv += d[a] * v[a];
        }
        double factor = share / (1 + share * Math.max(0, dv));
        subtractSquare(factor, v, matrix);
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
            double difference = input[a] - mean[label * inputs + a];
            diagonal[a] = 1 / (1 / diagonal[a] + share * difference * difference);
            for (int b = 0; b < classes; b++) {
                double moved = mean[b * inputs + a] + (b == label ? difference * step : 0);
                projected[j][b * inputs + a] = diagonal[a] * moved;
            }
        }
    }
}
