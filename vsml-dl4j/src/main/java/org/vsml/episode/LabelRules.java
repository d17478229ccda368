package org.vsml.episode;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.vsml.episode.TaskDistribution.Tables;
import org.vsml.episode.TaskDistribution.Tables.Boundary;

/**
 * Random functions of standardised variables to classes, for {@link TableSampler}. Where a function
 * has a threshold on its value, this is a quantile over the episode, so that classes are as
 * frequent as their weights ask for.
 */
final class LabelRules {

    private static final int MAX_DEPTH = 12;

    private final Tables task;
    private final int classes;
    private final double[] weights;
    private final double[][] values;
    private final int count;
    private final RandomGenerator random;
    private final int[] relevant;
    private final int[] continuous;

    /**
     * @param weights relative frequency of each class
     * @param values [variables][examples], of mean 0 and variance 1
     */
    LabelRules(
            Tables task,
            int classes,
            double[] weights,
            TableSampler.Columns columns,
            double[][] values,
            RandomGenerator random) {
        this.task = task;
        this.classes = classes;
        this.weights = weights;
        this.values = values;
        this.count = values[0].length;
        this.random = random;
        relevant = IntStream.range(0, values.length).filter(columns::relevant).toArray();
        int[] smooth = Arrays.stream(relevant).filter(columns::continuous).toArray();
        continuous = smooth.length >= 2 ? smooth : relevant;
    }

    /** Draws a function and gives its value for all examples. */
    int[] labels(Boundary boundary) {
        return switch (boundary) {
            case LINEAR -> largest(linear());
            case NETWORK -> largest(network());
            case TREE -> tree();
            case GRID -> grid();
            case RINGS -> bands(distances(some(random.nextInt(2, 5))), random.nextInt(1, 3));
            case PRODUCTS -> bands(products(), 1);
            case SPIRAL -> spiral();
            case CLUSTERS ->
                    throw new IllegalArgumentException("clusters are drawn before columns");
        };
    }

    /** A class, as frequent as its weight. */
    static int weighted(double[] weights, RandomGenerator random) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double left = random.nextDouble() * sum;
        int chosen = 0;
        while (chosen < weights.length - 1 && left >= weights[chosen]) {
            left -= weights[chosen++];
        }
        return chosen;
    }

    /** [classes][examples] */
    private double[][] linear() {
        double[] importance = importance();
        double[][] scores = new double[classes][count];
        for (double[] score : scores) {
            for (int d : relevant) {
                TableSampler.add(score, values[d], importance[d] * random.nextGaussian());
            }
        }
        return scores;
    }

    /** A hidden layer of bounded units; [classes][examples]. */
    private double[][] network() {
        double[] importance = importance();
        int hidden = task.hidden().draw(random);
        double gain = task.gain().draw(random) / Math.sqrt(relevant.length);
        double[][] scores = new double[classes][count];
        double[] unit = new double[count];
        for (int h = 0; h < hidden; h++) {
            Arrays.fill(unit, random.nextGaussian());
            for (int d : relevant) {
                TableSampler.add(unit, values[d], gain * importance[d] * random.nextGaussian());
            }
            for (int i = 0; i < count; i++) {
                unit[i] /= 1 + Math.abs(unit[i]);
            }
            for (double[] score : scores) {
                TableSampler.add(score, unit, random.nextGaussian());
            }
        }
        return scores;
    }

    private double[] importance() {
        double[] result = new double[values.length];
        Arrays.setAll(result, d -> Math.exp(0.5 * random.nextGaussian()));
        return result;
    }

    /** The class whose score is the largest for its mean and weight. */
    private int[] largest(double[][] scores) {
        for (int c = 0; c < classes; c++) {
            TableSampler.standardise(scores[c]);
        }
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                double score = scores[c][i] + Math.log(weights[c]);
                if (score > best) {
                    best = score;
                    labels[i] = c;
                }
            }
        }
        return labels;
    }

    private int[] tree() {
        int depth = task.depth().draw(random);
        while (1 << depth < classes && depth < MAX_DEPTH) {
            depth++;
        }
        int[] variables = new int[1 << depth];
        double[] thresholds = new double[1 << depth];
        for (int node = 1; node < variables.length; node++) {
            variables[node] = relevant[random.nextInt(relevant.length)];
            thresholds[node] = 0.7 * random.nextGaussian();
        }
        int[] leaves = cells(1 << depth);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            int node = 1;
            for (int level = 0; level < depth; level++) {
                boolean right = values[variables[node]][i] > thresholds[node];
                node = 2 * node + (right ? 1 : 0);
            }
            labels[i] = leaves[node - leaves.length];
        }
        return labels;
    }

    /** Every class in turn as far as there is room, the other cells by weight; in random order. */
    private int[] cells(int number) {
        int[] result = new int[number];
        for (int i = 0; i < number; i++) {
            result[i] = i < classes ? i : weighted(weights, random);
        }
        Draws.shuffleFront(result, number, random);
        return result;
    }

    /**
     * A chequerboard: each of a few variables is cut at quantiles; few classes are the sum of the
     * cell's coordinates modulo their number (exclusive or, parity), many are random by cell.
     */
    private int[] grid() {
        int[] chosen = some(random.nextInt(2, 4));
        int parts = 2 + random.nextInt(2);
        while (Math.pow(parts, chosen.length) < classes) {
            parts++;
        }
        int number = (int) Math.pow(parts, chosen.length);
        int[] cells = classes > 3 ? cells(number) : null;
        int[] at = new int[count];
        double[] equal = new double[parts];
        Arrays.fill(equal, 1);
        for (int d : chosen) {
            int[] part = quantiles(values[d], equal);
            for (int i = 0; i < count; i++) {
                at[i] = cells == null ? (at[i] + part[i]) % classes : at[i] * parts + part[i];
            }
        }
        return cells == null ? at : Arrays.stream(at).map(cell -> cells[cell]).toArray();
    }

    /** Squared distance from a random point in some variables. */
    private double[] distances(int[] chosen) {
        double[] result = new double[count];
        for (int d : chosen) {
            double centre = 0.5 * random.nextGaussian();
            for (int i = 0; i < count; i++) {
                double away = values[d][i] - centre;
                result[i] += away * away;
            }
        }
        return result;
    }

    /** A random sum of products of two variables. */
    private double[] products() {
        double[] result = new double[count];
        int terms = random.nextInt(1, 2 + continuous.length);
        for (int term = 0; term < terms; term++) {
            double[] first = values[continuous[random.nextInt(continuous.length)]];
            double[] second = values[continuous[random.nextInt(continuous.length)]];
            double factor = random.nextGaussian();
            for (int i = 0; i < count; i++) {
                result[i] += factor * first[i] * second[i];
            }
        }
        return result;
    }

    /** Angle around a point plus a multiple of the distance from it. */
    private int[] spiral() {
        int[] chosen = some(2);
        double[] first = values[chosen[0]];
        double[] second = values[chosen[chosen.length - 1]];
        double turns = random.nextDouble(0.2, 1);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            double angle = Math.atan2(second[i], first[i]) / (2 * Math.PI);
            double winding = angle + turns * Math.hypot(first[i], second[i]);
            labels[i] = Math.min(classes - 1, (int) (classes * (winding - Math.floor(winding))));
        }
        return labels;
    }

    /** Bands of a value between quantiles, {@code repeats} for each class. */
    private int[] bands(double[] value, int repeats) {
        double[] shares = new double[classes * repeats];
        Arrays.setAll(shares, band -> weights[band % classes]);
        int[] labels = quantiles(value, shares);
        for (int i = 0; i < count; i++) {
            labels[i] %= classes;
        }
        return labels;
    }

    /** In which of adjacent intervals with these shares of the examples a value is. */
    private static int[] quantiles(double[] value, double[] shares) {
        double[] sorted = value.clone();
        Arrays.sort(sorted);
        double total = Arrays.stream(shares).sum();
        double[] limits = new double[shares.length - 1];
        double below = 0;
        for (int k = 0; k < limits.length; k++) {
            below += shares[k];
            limits[k] = sorted[Math.min(sorted.length - 1, (int) (below / total * sorted.length))];
        }
        int[] result = new int[value.length];
        for (int i = 0; i < value.length; i++) {
            while (result[i] < limits.length && value[i] >= limits[result[i]]) {
                result[i]++;
            }
        }
        return result;
    }

    private int[] some(int wanted) {
        return Draws.some(continuous, Math.min(wanted, continuous.length), random);
    }
}
