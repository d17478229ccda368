package org.vsml.examples;

import java.util.ArrayList;
import java.util.List;
import org.vsml.online.ComparisonResult;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/** Comparisons on streams of several sets as a table, curves and plots, a panel for each set. */
final class StreamResults {

    /** Points of a curve in curve.csv, more or less: steps of at most 3 %. */
    private static final int CURVE_POINTS = 200;

    private final List<EvaluateCommand.Row> rows = new ArrayList<>();
    private final List<EvaluateCommand.Row> curve = new ArrayList<>();
    private final List<LinePlot> plots = new ArrayList<>();
    private final List<EvaluateCommand.MetricsRow> metrics = new ArrayList<>();

    /**
     * Adds what came out on a set.
     *
     * @param horizons numbers of examples in the table
     */
    void add(String set, ComparisonResult result, Iterable<Integer> horizons) {
        LinePlot plot = new LinePlot(set, "examples seen", "cumulative accuracy").yRange(0, 1);
        for (String contender : result.contenders()) {
            for (int horizon : horizons) {
                rows.add(row(set, result.at(contender, horizon)));
            }
            for (ComparisonResult.Point point : result.curve(contender, CURVE_POINTS)) {
                curve.add(row(set, point));
            }
            plot.band(
                    contender,
                    result.curve(contender),
                    ComparisonResult.Point::examples,
                    p -> p.accuracy().mean(),
                    p -> p.accuracy().low(),
                    p -> p.accuracy().high());
        }
        plots.add(plot);
    }

    /** Adds what else was measured on a set, to metrics.csv. */
    void addMetrics(String set, ComparisonResult result, Iterable<Integer> horizons) {
        for (String contender : result.contenders()) {
            for (int horizon : horizons) {
                ComparisonResult.Metrics m = result.metrics(contender, horizon);
                metrics.add(
                        new EvaluateCommand.MetricsRow(
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
    Report on(Report report, String name) {
        if (!metrics.isEmpty()) {
            Table table = Table.of(EvaluateCommand.MetricsRow.class, metrics);
            report.csv("metrics.csv", table).rows("metrics", table);
        }
        return report.table(Table.of(EvaluateCommand.Row.class, rows))
                .csv(name + ".csv", Table.of(EvaluateCommand.Row.class, rows))
                .csv("curve.csv", Table.of(EvaluateCommand.Row.class, curve))
                .plot("curve.png", plots.toArray(new LinePlot[0]));
    }

    private static EvaluateCommand.Row row(String set, ComparisonResult.Point point) {
        return new EvaluateCommand.Row(
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
