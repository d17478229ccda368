package org.vsml.online;

import java.util.Arrays;

/**
 * How often predictions of a stream agree with its labels, and how often three classifiers would
 * that look at no example: guessing with the frequencies of the predictions (Cohen's κ), the most
 * frequent label so far (κ_M, Bifet et al. 2015), the last label again (κ_T, Žliobaitė et al.
 * 2015). κ = (p − p₀)/(1 − p₀), p the accuracy and p₀ that of the other classifier.
 */
final class PrequentialCounts {

    /** A prediction of no class. */
    static final int NONE = -1;

    private double weight;
    private double correct;
    private double majorityCorrect;
    private double noChangeCorrect;
    private double[] predicted;
    private double[] actual;

    /** No predictions yet, of so many classes. */
    PrequentialCounts(int classes) {
        predicted = new double[classes];
        actual = new double[classes];
    }

    /**
     * A prediction, and whether the classifiers it is compared with are right.
     *
     * @param predicted class, or {@link #NONE}, which is never right
     * @param majorityRight whether the most frequent label so far is the label
     * @param noChangeRight whether the label before is the label
     */
    record Outcome(int predicted, int label, boolean majorityRight, boolean noChangeRight) {

        boolean right() {
            return predicted == label;
        }
    }

    /** Makes room for more classes. */
    void grow(int classes) {
        if (classes > actual.length) {
            predicted = Arrays.copyOf(predicted, classes);
            actual = Arrays.copyOf(actual, classes);
        }
    }

    /** Counts an outcome, with sign 1, or takes it back, with −1. */
    void count(Outcome outcome, int sign) {
        weight += sign;
        correct += outcome.right() ? sign : 0;
        majorityCorrect += outcome.majorityRight() ? sign : 0;
        noChangeCorrect += outcome.noChangeRight() ? sign : 0;
        if (outcome.predicted() != NONE) {
            predicted[outcome.predicted()] += sign;
        }
        actual[outcome.label()] += sign;
    }

    /** Multiplies all counts by α. */
    void fade(double alpha) {
        weight *= alpha;
        correct *= alpha;
        majorityCorrect *= alpha;
        noChangeCorrect *= alpha;
        for (int c = 0; c < actual.length; c++) {
            predicted[c] *= alpha;
            actual[c] *= alpha;
        }
    }

    /** Forgets all outcomes. */
    void clear() {
        fade(0);
    }

    /** Outcomes counted, weighted. */
    double weight() {
        return weight;
    }

    /** How often each class was the label, weighted; not to be changed. */
    double[] actual() {
        return actual;
    }

    /** Share of correct predictions; NaN without any. */
    double accuracy() {
        return correct / weight;
    }

    double kappa() {
        double chance = 0;
        for (int c = 0; c < actual.length; c++) {
            chance += predicted[c] / weight * (actual[c] / weight);
        }
        return beyond(chance);
    }

    double kappaM() {
        return beyond(majorityCorrect / weight);
    }

    double kappaT() {
        return beyond(noChangeCorrect / weight);
    }

    private double beyond(double reference) {
        return reference < 1 ? (accuracy() - reference) / (1 - reference) : Double.NaN;
    }
}
