package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Locale;
import java.util.function.Consumer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.online.PrequentialScores;

/**
 * Counts every prediction that a {@link VsmlClassifier} makes before it learns the label, and keeps
 * accuracy, kappa, kappa-M and kappa-T over all of them, over a sliding window, and fading. Give it
 * to {@code setListeners} like any listener; other networks make no such predictions. Thread-safe.
 */
public final class PrequentialListener extends BaseTrainingListener {

    private static final Logger LOG = LoggerFactory.getLogger(PrequentialListener.class);

    private final int printEvery;
    private final Consumer<String> printer;
    private final PrequentialScores all = PrequentialScores.cumulative();
    private final PrequentialScores window;
    private final PrequentialScores fading;

    /**
     * The scores at one moment; NaN where there is nothing to compare with.
     *
     * @param accuracy share of correct predictions
     * @param kappa against guessing with the same frequencies
     * @param kappaM against the most frequent label so far
     * @param kappaT against the last label again
     */
    public record Scores(double accuracy, double kappa, double kappaM, double kappaT) {

        private static Scores of(PrequentialScores scores) {
            return new Scores(scores.accuracy(), scores.kappa(), scores.kappaM(), scores.kappaT());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "accuracy %.4f, kappa %.4f, kappa-M %.4f, kappa-T %.4f",
                    accuracy,
                    kappa,
                    kappaM,
                    kappaT);
        }
    }

    /** A window of 1,000 examples, the fading factor 0.999, and nothing printed. */
    public PrequentialListener() {
        this(1000, 0.999, 0);
    }

    /**
     * A listener that logs the window's scores.
     *
     * @param window examples of the sliding window, at least 1
     * @param alpha fading factor in (0, 1]
     * @param printEvery examples from one line of the log to the next; 0 for none
     */
    public PrequentialListener(int window, double alpha, int printEvery) {
        this(window, alpha, printEvery, LOG::info);
    }

    PrequentialListener(int window, double alpha, int printEvery, Consumer<String> printer) {
        require(printEvery >= 0, "printEvery must be >= 0, got %d", printEvery);
        this.window = PrequentialScores.slidingWindow(window);
        this.fading = PrequentialScores.fadingFactor(alpha);
        this.printEvery = printEvery;
        this.printer = printer;
    }

    synchronized void predicted(int predicted, int label) {
        all.add(predicted, label);
        window.add(predicted, label);
        fading.add(predicted, label);
        if (printEvery > 0 && all.count() % printEvery == 0) {
            printer.accept(
                    String.format(Locale.ROOT, "%,d examples: %s", all.count(), Scores.of(window)));
        }
    }

    /** Labelled examples counted. */
    public synchronized long examples() {
        return all.count();
    }

    /** Over all examples. */
    public synchronized Scores cumulative() {
        return Scores.of(all);
    }

    /** Over the last examples. */
    public synchronized Scores windowed() {
        return Scores.of(window);
    }

    /** Fading. */
    public synchronized Scores fading() {
        return Scores.of(fading);
    }
}
