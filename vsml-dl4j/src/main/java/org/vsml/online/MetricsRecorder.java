package org.vsml.online;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vsml.core.CrossEntropy;

/** Metrics of one run at some numbers of examples. */
final class MetricsRecorder {

    private final int classes;
    private final TreeSet<Integer> horizons = new TreeSet<>();
    private final PrequentialMetrics all;
    private final PrequentialMetrics last;
    private final NavigableMap<Integer, double[]> recorded = new TreeMap<>();

    MetricsRecorder(int classes, int length, MetricsAt at) {
        this.classes = classes;
        horizons.addAll(at.horizons());
        horizons.add(length);
        all = PrequentialMetrics.cumulative(classes);
        last = PrequentialMetrics.slidingWindow(classes, at.window());
    }

    /** Counts the prediction with the scores of row {@code example}. */
    void add(double[] scores, int example, int label) {
        int prediction = CrossEntropy.argMax(scores, example * classes, classes);
        double[] probabilities = CrossEntropy.softmax(scores, example * classes, classes);
        for (int c = 0; c < classes; c++) {
            if (!Double.isFinite(probabilities[c])) {
                // What a learner says that has seen nothing, or has diverged.
                Arrays.fill(probabilities, 1.0 / classes);
            }
        }
        all.add(probabilities, prediction, label);
        last.add(probabilities, prediction, label);
        int examples = (int) all.examples();
        if (horizons.contains(examples)) {
            recorded.put(
                    examples,
                    new double[] {
                        all.accuracy(),
                        all.logLoss(),
                        all.calibrationError(),
                        all.kappa(),
                        all.kappaM(),
                        all.kappaT(),
                        last.accuracy()
                    });
        }
    }

    /**
     * By number of examples: accuracy, log loss, calibration error, κ, κ_M, κ_T, accuracy in the
     * window.
     */
    NavigableMap<Integer, double[]> recorded() {
        return recorded;
    }
}
