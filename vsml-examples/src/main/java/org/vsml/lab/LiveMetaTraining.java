package org.vsml.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.StepMetrics;
import org.vsml.meta.TimeBudget;
import org.vsml.report.LinePlot;

/**
 * Watches a meta-training run and ends it after some steps. Meta-training begins on a plateau: for
 * a while the meta loss is that of a guesser, then learning appears suddenly.
 */
final class LiveMetaTraining implements MetaTrainingListener, AutoCloseable {

    /** What tables call what is being made. */
    static final String NAME = "live";

    /** Steps whose meta losses are averaged: single ones are noisy. */
    private static final int WINDOW = 25;

    /** The plateau is left when the average is below this share of a guesser's loss. */
    private static final double LEFT = 0.9;

    /** Steps 428, 362 and 385 with seeds 1, 2 and 3. */
    private static final String USUAL = "between steps 350 and 450";

    private static final int ROWS = 10;

    private final MetaTrainer trainer;
    private final Progress.Display display;
    private final double guesser;
    private final long wanted;
    private final List<StepMetrics> steps = new ArrayList<>();
    private final List<Double> averages = new ArrayList<>();
    private final List<Double> times = new ArrayList<>();
    private TimeBudget clock;
    private int leftAfter = -1;
    private Progress progress;

    /**
     * @param classes of every task
     * @param wanted steps after which the run is stopped
     */
    LiveMetaTraining(MetaTrainer trainer, int classes, long wanted, Progress.Display display) {
        this.display = display;
        this.trainer = trainer;
        this.wanted = wanted;
        guesser = Math.log(classes);
    }

    @Override
    public void started(long step, long total) {
        clock = TimeBudget.elapsed(Double.MAX_VALUE);
        progress = display.begin("meta-train", "steps", wanted);
    }

    @Override
    public void stepped(StepMetrics metrics) {
        steps.add(metrics);
        times.add(clock.spent());
        List<StepMetrics> window = steps.subList(Math.max(0, steps.size() - WINDOW), steps.size());
        double average = window.stream().mapToDouble(StepMetrics::metaLoss).average().orElseThrow();
        averages.add(average);
        if (leftAfter < 0 && window.size() == WINDOW && average < LEFT * guesser) {
            leftAfter = steps.size() - 1;
        }
        progress.at(steps.size());
        progress.say("loss %.3f (guesser %.3f)", average, guesser);
        if (steps.size() >= wanted) {
            trainer.requestStop();
        }
    }

    /** A few rows along the way. */
    List<Quickstart.Row> rows() {
        List<Quickstart.Row> rows = new ArrayList<>();
        int piece = Math.max(1, (steps.size() + ROWS - 1) / ROWS);
        for (int from = 0; from < steps.size(); from += piece) {
            List<StepMetrics> part = steps.subList(from, Math.min(steps.size(), from + piece));
            rows.add(
                    new Quickstart.Row(
                            "live_meta_training",
                            NAME,
                            part.get(part.size() - 1).step(),
                            part.stream()
                                    .mapToDouble(StepMetrics::metaLoss)
                                    .average()
                                    .orElseThrow(),
                            null,
                            part.stream()
                                    .mapToDouble(StepMetrics::accuracy)
                                    .average()
                                    .orElseThrow(),
                            null,
                            null,
                            null,
                            ""));
        }
        return rows;
    }

    /** The averaged meta loss over the steps. */
    List<Quickstart.CurvePoint> curve() {
        List<Quickstart.CurvePoint> points = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            points.add(
                    new Quickstart.CurvePoint(
                            "live meta loss",
                            steps.get(i).step(),
                            averages.get(i),
                            Double.NaN,
                            Double.NaN));
        }
        return points;
    }

    LinePlot plot() {
        double[] x = steps.stream().mapToDouble(StepMetrics::step).toArray();
        double[] guess = new double[x.length];
        Arrays.fill(guess, guesser);
        double low = averages.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        // Down to half a guesser's loss at least: noise on the plateau should not look like
        // progress.
        return new LinePlot("live meta-training", "step", "meta loss")
                .yRange(Math.min(low, guesser / 2) * 0.9, guesser * 1.1)
                .line("guesser", x, guess)
                .line("live", x, averages.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** What came of it, in a sentence or two. */
    String verdict() {
        int last = steps.size() - 1;
        if (last < 0) {
            return "Live meta-training made no step.";
        }
        String end =
                String.format(
                        Locale.ROOT,
                        "a meta loss of %.3f after %d steps and %.0f s; a guesser has %.3f",
                        averages.get(last),
                        steps.get(last).step(),
                        times.get(last),
                        guesser);
        return leftAfter >= 0
                ? String.format(
                        Locale.ROOT,
                        "Live meta-training left the plateau of a guesser at step %d, after %.0f s, and came to %s.",
                        steps.get(leftAfter).step(),
                        times.get(leftAfter),
                        end)
                : String.format(
                        Locale.ROOT,
                        "Live meta-training has not learned to learn yet: %s. The plateau usually ends %s; at this pace a step takes %.3f s.",
                        end,
                        USUAL,
                        times.get(last) / steps.size());
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
