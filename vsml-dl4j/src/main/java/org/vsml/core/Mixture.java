package org.vsml.core;

import java.util.Arrays;

/**
 * Probabilities of several members, mixed by how well each has predicted: weights are multiplied by
 * the probability that each gave the label, and a part of them is shared. Not thread-safe.
 */
final class Mixture {

    /** What every member grants to every class. */
    private static final double SMOOTHING = 0.01;

    /** Share of the weights that is spread over all members after each example. */
    private static final double SHARED = 0.01;

    private final double[] weight;

    /** What each member said last, [members][classes]. */
    private final double[][] probabilities;

    /**
     * @param weight of each member, adding up to 1; changed
     */
    Mixture(double[] weight, int classes) {
        this.weight = weight;
        probabilities = new double[weight.length][classes];
    }

    double[] weights() {
        return weight;
    }

    /** What a member says, to be written. */
    double[] member(int i) {
        return probabilities[i];
    }

    /** A member says the softmax of logits/temperature, a little of it spread over all classes. */
    void say(int member, double[] logits, double largest, double temperature) {
        double[] p = probabilities[member];
        double sum = 0;
        for (int b = 0; b < p.length; b++) {
            p[b] = Math.exp((logits[b] - largest) / temperature);
            sum += p[b];
        }
        for (int b = 0; b < p.length; b++) {
            p[b] = (p[b] / sum + SMOOTHING) / (1 + p.length * SMOOTHING);
        }
    }

    /**
     * The members, mixed.
     *
     * @param mixed [classes], overwritten
     */
    void mix(double[] mixed) {
        Arrays.fill(mixed, 0);
        for (int i = 0; i < weight.length; i++) {
            for (int b = 0; b < mixed.length; b++) {
                mixed[b] += weight[i] * probabilities[i][b];
            }
        }
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
    }
}
