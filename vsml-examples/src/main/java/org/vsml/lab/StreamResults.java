package org.vsml.lab;

import java.util.ArrayList;
import java.util.List;
import org.vsml.online.ComparisonResult;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/** Comparisons on streams of several sets as a table, curves and plots, a panel for each set. */
public final class StreamResults {

    /** Points of a curve in curve.csv, more or less: steps of at most 3 %. */
    public static final int CURVE_POINTS = 200;

    /** One row of the result. */
    public record StreamScores(
            String set,
            String learner,
            int examples,
            double accuracy,
            double low,
            double high,
            int seeds,
            String setting) {}

    /** One row of metrics.csv. */
    public record MetricsRow(
            String set,
            String learner,
            int examples,
            double accuracy,
            double logLoss,
            double calibrationError,
            double kappa,
            double kappaM,
            double kappaT,
            double windowAccuracy,
            String setting,
            double lowestLogLoss,
            String lowestLogLossSetting) {}

    private final List<StreamScores> rows = new ArrayList<>();
    private final List<StreamScores> curve = new ArrayList<>();
    private final List<LinePlot> plots = new ArrayList<>();
    private final List<MetricsRow> metrics = new ArrayList<>();

    /**
     * Adds what came out on a set.
     *
     * @param horizons numbers of examples in the table
     */
    public void add(String set, ComparisonResult result, Iterable<Integer> horizons) {
        for (String contender : result.contenders()) {
            for (int horizon : horizons) {
                rows.add(row(set, result.at(contender, horizon)));
            }
            for (ComparisonResult.Point point : result.curve(contender, CURVE_POINTS)) {
                curve.add(row(set, point));
            }
        }
        plots.add(plot(set, "examples seen", result));
    }

    /** The learning curves of all contenders. */
    public static LinePlot plot(String title, String xLabel, ComparisonResult result) {
        LinePlot plot = new LinePlot(title, xLabel, "cumulative accuracy").yRange(0, 1);
        for (String contender : result.contenders()) {
            plot.band(
                    contender,
                    result.curve(contender),
                    ComparisonResult.Point::examples,
                    p -> p.accuracy().mean(),
                    p -> p.accuracy().low(),
                    p -> p.accuracy().high());
        }
        return plot;
    }

    /** Adds what else was measured on a set, to metrics.csv. */
    void addMetrics(String set, ComparisonResult result, Iterable<Integer> horizons) {
        for (String contender : result.contenders()) {
            for (int horizon : horizons) {
                ComparisonResult.Metrics m = result.metrics(contender, horizon);
                metrics.add(
                        new MetricsRow(
                                set,
                                m.contender(),
                                m.examples(),
                                m.accuracy(),
                                m.logLoss(),
                                m.calibrationError(),
                                m.kappa(),
                                m.kappaM(),
                                m.kappaT(),
                                m.windowAccuracy(),
                                m.setting(),
                                m.lowestLogLoss(),
                                m.lowestLogLossSetting()));
            }
        }
    }

    /** Completes a report; the table is also NAME.csv. */
    public Report on(Report report, String name) {
        if (!metrics.isEmpty()) {
            Table table = Table.of(MetricsRow.class, metrics);
            report.csv("metrics.csv", table).rows("metrics", table);
        }
        return report.table(Table.of(StreamScores.class, rows))
                .csv(name + ".csv", Table.of(StreamScores.class, rows))
                .csv("curve.csv", Table.of(StreamScores.class, curve))
                .plot("curve.png", plots.toArray(new LinePlot[0]));
    }

    private static StreamScores row(String set, ComparisonResult.Point point) {
        return new StreamScores(
                set,
                point.contender(),
                point.examples(),
                point.accuracy().mean(),
                point.accuracy().low(),
                point.accuracy().high(),
                point.accuracy().count(),
                point.setting());
    }
}
