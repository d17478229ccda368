package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import org.vsml.core.CrossEntropy;
import org.vsml.online.PrequentialCounts.Outcome;

/**
 * What the predictions of a stream are worth, each made before its label was seen (test-then-train,
 * Gama, Sebastião and Rodrigues 2013): accuracy, log loss, calibration, and accuracy beyond three
 * classifiers that know nothing of the inputs. Over all predictions, the last of them, or all with
 * weights that fade, as {@link PrequentialAccuracy} does. Not thread-safe.
 *
 * <p>All values are NaN before the first prediction; a κ is NaN too where what it compares with
 * makes no error.
 */
public final class PrequentialMetrics {

    /** Bins of equal width of the expected calibration error (Guo et al. 2017). */
    public static final int CALIBRATION_BINS = 15;

    /** A probability below this counts as this: log loss stays finite, at most 34.5. */
    private static final double SMALLEST_PROBABILITY = 1e-15;

    private final int classes;
    private final double alpha;

    /** The last outcomes, the oldest next; null without a window. */
    private final Prediction[] window;

    private long examples;
    private int lastLabel;

    private final PrequentialCounts counts;
    private double lossSum;
    private final double[] binConfidence = new double[CALIBRATION_BINS];
    private final double[] binCorrect = new double[CALIBRATION_BINS];

    private PrequentialMetrics(int classes, double alpha, int window) {
        require(classes >= 1, "classes must be >= 1, got %d", classes);
        require(alpha > 0 && alpha <= 1, "the fading factor must be in (0, 1], got %s", alpha);
        this.classes = classes;
        this.alpha = alpha;
        this.window = window == 0 ? null : new Prediction[window];
        counts = new PrequentialCounts(classes);
    }

    /** Of all predictions so far. */
    public static PrequentialMetrics cumulative(int classes) {
        return new PrequentialMetrics(classes, 1, 0);
    }

    /**
     * Of the last {@code size} predictions; of all of them until there are so many.
     *
     * @param size at least 1
     */
    public static PrequentialMetrics slidingWindow(int classes, int size) {
        require(size >= 1, "the sliding window must have a size >= 1, got %d", size);
        return new PrequentialMetrics(classes, 1, size);
    }

    /**
     * Of all predictions so far, weighted with α^age.
     *
     * @param alpha α in (0, 1]; 1 forgets nothing
     */
    public static PrequentialMetrics fadingFactor(int classes, double alpha) {
        return new PrequentialMetrics(classes, alpha, 0);
    }

    /**
     * Counts one prediction.
     *
     * @param probabilities [classes], adding up to 1; the first of the largest is the predicted
     *     class
     * @param label in [0, classes)
     */
    public void add(double[] probabilities, int label) {
        require(
                probabilities.length == classes,
                "expected %d probabilities, got %d",
                classes,
                probabilities.length);
        require(label >= 0 && label < classes, "label must be in [0, %d), got %d", classes, label);
        for (double probability : probabilities) {
            require(
                    !Double.isNaN(probability),
                    "no probability may be NaN, and the largest probability must be in (0, 1], got NaN");
        }
        add(probabilities, CrossEntropy.argMax(probabilities, 0, classes), label);
    }

    /**
     * The same where the predicted class is given: −1, no class, is never right, with the
     * confidence of class 0.
     */
    void add(double[] probabilities, int prediction, int label) {
        double confidence = probabilities[Math.max(0, prediction)];
        require(
                confidence > 0 && confidence <= 1 + 1e-6,
                "the largest probability must be in (0, 1], got %s",
                confidence);
        Prediction shown =
                new Prediction(
                        new Outcome(
                                prediction,
                                label,
                                CrossEntropy.argMax(counts.actual(), 0, classes) == label,
                                lastLabel == label),
                        confidence,
                        -Math.log(Math.max(SMALLEST_PROBABILITY, probabilities[label])));
        if (window != null) {
            int oldest = (int) (examples % window.length);
            if (window[oldest] != null) {
                count(window[oldest], -1);
            }
            window[oldest] = shown;
        } else if (alpha < 1) {
            fade();
        }
        count(shown, 1);
        examples++;
        lastLabel = label;
        if (window != null && examples % window.length == 0) {
            recount();
        }
    }

    /** Predictions counted so far, those that were forgotten included. */
    public long examples() {
        return examples;
    }

    /** Share of the predictions that were correct. */
    public double accuracy() {
        return counts.accuracy();
    }

    /** Mean of −ln p(label), in nats. */
    public double logLoss() {
        return lossSum / counts.weight();
    }

    /**
     * Expected calibration error of the predicted class: Σ_b n_b/n·|accuracy_b − mean confidence_b|
     * over {@value #CALIBRATION_BINS} bins (l, u] of confidence.
     */
    public double calibrationError() {
        double sum = 0;
        for (int b = 0; b < CALIBRATION_BINS; b++) {
            sum += Math.abs(binCorrect[b] - binConfidence[b]);
        }
        return sum / counts.weight();
    }

    /**
     * Cohen's κ: accuracy beyond that of guessing with the same shares of predicted classes, (p₀ −
     * p_c)/(1 − p_c).
     */
    public double kappa() {
        return counts.kappa();
    }

    /**
     * κ_M (Bifet et al. 2015): accuracy beyond that of always predicting the class with most labels
     * so far.
     */
    public double kappaM() {
        return counts.kappaM();
    }

    /**
     * κ_T (Žliobaitė, Bifet et al. 2015): accuracy beyond that of predicting the label of the
     * example before, which on streams in their own order is hard to beat.
     */
    public double kappaT() {
        return counts.kappaT();
    }

    private void count(Prediction shown, int sign) {
        counts.count(shown.outcome(), sign);
        lossSum += sign * shown.loss();
        int bin = (int) Math.ceil(shown.confidence() * CALIBRATION_BINS) - 1;
        bin = Math.min(CALIBRATION_BINS - 1, bin);
        binConfidence[bin] += sign * shown.confidence();
        binCorrect[bin] += shown.outcome().right() ? sign : 0;
    }

    private void fade() {
        counts.fade(alpha);
        lossSum *= alpha;
        for (int i = 0; i < CALIBRATION_BINS; i++) {
            binConfidence[i] *= alpha;
            binCorrect[i] *= alpha;
        }
    }

    /** Adds what is in the window up afresh, so that rounding errors do not pile up. */
    private void recount() {
        counts.clear();
        lossSum = 0;
        Arrays.fill(binConfidence, 0);
        Arrays.fill(binCorrect, 0);
        for (Prediction shown : window) {
            count(shown, 1);
        }
    }

    private record Prediction(Outcome outcome, double confidence, double loss) {}
}
