package org.vsml.online;

import static org.vsml.core.Checks.require;

import org.vsml.online.PrequentialCounts.Outcome;

/**
 * Accuracy of a stream of predictions, each made before its label was seen, and how far it is above
 * three classifiers that look at no example: one that guesses with the frequencies of the
 * predictions (Cohen's kappa), one that says the most frequent label so far (kappa-M, Bifet et al.
 * 2015), and one that says the last label again (kappa-T, Žliobaitė et al. 2015). Where labels come
 * in runs, as in Elec2, accuracy alone deceives: the last label again is right 85 times in 100.
 *
 * <p>κ = (p − p₀)/(1 − p₀), p the accuracy and p₀ that of the other classifier: 1 is perfect, 0 no
 * better, below 0 worse; NaN where the other is always right. All counts are of the same window, or
 * fade alike. Not thread-safe.
 */
public final class PrequentialScores {

    /** What stands for a prediction that named no class, such as one from scores that are NaN. */
    public static final int NONE = PrequentialCounts.NONE;

    private final double alpha;
    private final Outcome[] window; // the last outcomes, the oldest next; or null
    private final PrequentialCounts counts = new PrequentialCounts(0);
    private long seen;
    private int lastLabel = NONE;

    private PrequentialScores(double alpha, int size) {
        this.alpha = alpha;
        window = size == 0 ? null : new Outcome[size];
    }

    /** Of all predictions so far. */
    public static PrequentialScores cumulative() {
        return new PrequentialScores(1, 0);
    }

    /**
     * Of the last {@code size} predictions.
     *
     * @param size at least 1
     */
    public static PrequentialScores slidingWindow(int size) {
        require(size >= 1, "the sliding window must have a size >= 1, got %d", size);
        return new PrequentialScores(1, size);
    }

    /**
     * Of all predictions, counted with weight α^age.
     *
     * @param alpha α in (0, 1]; 1 forgets nothing
     */
    public static PrequentialScores fadingFactor(double alpha) {
        require(alpha > 0 && alpha <= 1, "the fading factor must be in (0, 1], got %s", alpha);
        return new PrequentialScores(alpha, 0);
    }

    /**
     * Counts one prediction.
     *
     * @param predicted class, or {@link #NONE}, which is never right
     * @param label class, at least 0
     */
    public void add(int predicted, int label) {
        require(label >= 0, "label must be >= 0, got %d", label);
        require(predicted >= NONE, "predicted must be a class or -1 for none, got %d", predicted);
        counts.grow(Math.max(predicted, label) + 1);
        Outcome outcome = new Outcome(predicted, label, majority() == label, lastLabel == label);
        if (alpha < 1) {
            counts.fade(alpha);
        }
        if (window != null) {
            int oldest = (int) (seen % window.length);
            if (window[oldest] != null) {
                counts.count(window[oldest], -1);
            }
            window[oldest] = outcome;
        }
        counts.count(outcome, 1);
        lastLabel = label;
        seen++;
    }

    /** Predictions counted since the start, faded and forgotten ones included. */
    public long count() {
        return seen;
    }

    /** Share of correct predictions; NaN before the first. */
    public double accuracy() {
        return counts.accuracy();
    }

    /** Cohen's kappa. */
    public double kappa() {
        return counts.kappa();
    }

    /** Kappa-M, against the most frequent label among those before each prediction. */
    public double kappaM() {
        return counts.kappaM();
    }

    /** Kappa-T, against the label before each prediction; the first of all has none. */
    public double kappaT() {
        return counts.kappaT();
    }

    /** The most frequent label, the first of equals; {@link #NONE} before the first. */
    private int majority() {
        double[] labels = counts.actual();
        int best = NONE;
        for (int b = 0; b < labels.length; b++) {
            if (labels[b] > 0 && (best == NONE || labels[b] > labels[best])) {
                best = b;
            }
        }
        return best;
    }
}
