package org.vsml.lab.paper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vsml.core.Learner;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Split;
import org.vsml.episode.TaskDistribution;
import org.vsml.lab.StreamResults;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.Interval;
import org.vsml.online.LearnerAlgorithm;
import org.vsml.online.OnlineAlgorithm;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/** What figures have in common: contenders, comparisons, curves, and the report made of them. */
final class Measurements {

    private final Laboratory laboratory;
    private final Figure figure;
    private final Effort effort;
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> curve = new ArrayList<>();
    private final List<LinePlot> plots = new ArrayList<>();

    Measurements(Laboratory laboratory, Figure figure, Effort effort) {
        this.laboratory = laboratory;
        this.figure = figure;
        this.effort = effort;
    }

    /** Meta-trained, with its name in tables. */
    Contender contender(String name, Entrant entrant) throws IOException {
        LearningAlgorithm algorithm = laboratory.algorithm(entrant.training());
        Learner learner = algorithm.learner(laboratory.engine());
        OnlineAlgorithm online =
                entrant.parallel() == 1
                        ? new LearnerAlgorithm(name, learner, algorithm.metaVariables())
                        : new BatchedAlgorithm(
                                learner, algorithm.metaVariables(), entrant.parallel());
        return new Contender(name, List.of(online));
    }

    /** Runs all contenders over the streams of a set. */
    ComparisonResult compare(List<Contender> contenders, TestSet test, int examples)
            throws IOException {
        int length = Math.min(examples, effort.examples());
        laboratory.say(
                String.format(
                        Locale.ROOT,
                        "  %s, %d examples, %d seeds, %d learners",
                        test.name(),
                        length,
                        effort.seeds(),
                        contenders.size()));
        return laboratory
                .outcomes()
                .compare(
                        contenders,
                        test.name(),
                        test.source(laboratory.data(), length),
                        length,
                        effort.seeds());
    }

    /** Runs all contenders over few-shot episodes of the unseen part of a set. */
    ComparisonResult compareFewShot(List<Contender> contenders, TestSet test, int ways, int shots)
            throws IOException {
        laboratory.say(
                String.format(
                        Locale.ROOT,
                        "  %s, %d episodes, %d learners",
                        test.name(),
                        effort.seeds(),
                        contenders.size()));
        TaskDistribution.FewShot task =
                new TaskDistribution.FewShot(
                        List.of(test.set()), Split.TEST, ways, shots, test.view(), false);
        EpisodeSource episodes =
                EpisodeDistribution.of(EpisodeDistribution.Component.fewShot(task))
                        .source(laboratory.data());
        return laboratory
                .outcomes()
                .compare(contenders, test.name(), episodes, ways * shots + 1, effort.seeds());
    }

    /**
     * Accuracy on the last examples alone.
     *
     * @param accuracy of the setting that is best at it
     * @param setting its name
     */
    record Last(Interval accuracy, String setting) {}

    /** Accuracy of a contender on the last {@code count} examples of the streams. */
    static Last last(ComparisonResult result, Contender contender, int count) {
        Last best = null;
        for (OnlineAlgorithm setting : contender.settings()) {
            int length = result.length();
            double[] last = result.accuracies(contender.name(), setting.name(), length);
            double[] before = result.accuracies(contender.name(), setting.name(), length - count);
            for (int i = 0; i < last.length; i++) {
                last[i] = (last[i] * length - before[i] * (length - count)) / count;
            }
            Interval accuracy = Interval.ofProportions(last);
            if (best == null || accuracy.mean() > best.accuracy().mean()) {
                best = new Last(accuracy, setting.name());
            }
        }
        return best;
    }

    /** Notes what a contender reached at these numbers of examples, and its curve. */
    void note(
            ComparisonResult result,
            String contender,
            Training training,
            String method,
            TestSet test,
            List<Integer> horizons) {
        String trainedOn = training == null ? "" : training.set().name();
        boolean unseen = training != null && !training.set().contains(test.set());
        for (int horizon : horizons) {
            if (horizon <= result.length()) {
                rows.add(
                        Row.of(
                                figure.number(),
                                trainedOn,
                                method,
                                test,
                                unseen,
                                result.at(contender, horizon)));
            }
        }
        for (ComparisonResult.Point point : result.curve(contender, StreamResults.CURVE_POINTS)) {
            curve.add(Row.of(figure.number(), trainedOn, method, test, unseen, point));
        }
    }

    /** Adds a panel with the curves of all contenders. */
    void plot(String title, ComparisonResult result) {
        plots.add(StreamResults.plot(title, "examples seen", result));
    }

    /** Everything that was noted, as a result with curves and their plot. */
    FigureResult result(Table table, List<Claim> claims) throws IOException {
        Report report =
                report().csv("curve.csv", Table.of(Row.class, curve))
                        .plot("figure.png", plots.toArray(new LinePlot[0]));
        return result(report, table, claims);
    }

    /** The report of the rows noted so far. */
    Report report() throws IOException {
        return new Report("paper-figure-" + figure.number(), laboratory.seed(), config())
                .engine(laboratory.engine().name())
                .table(Table.of(Row.class, rows))
                .csv("figure.csv", Table.of(Row.class, rows));
    }

    FigureResult result(Report report, Table table, List<Claim> claims) throws IOException {
        return new FigureResult(
                figure.number(),
                figure.title(),
                figure.protocol(),
                report,
                rows,
                table,
                "figure.png",
                claims,
                trained());
    }

    void add(Row row) {
        rows.add(row);
    }

    List<Row> rows() {
        return rows;
    }

    private Map<String, Object> config() throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("figure", figure.number());
        config.put("title", figure.title());
        config.put("protocol", figure.protocol());
        config.put("effort", effort);
        config.put("trained", trained().rows());
        return config;
    }

    private Table trained() throws IOException {
        Table table =
                new Table(
                        "algorithm",
                        "steps",
                        "examples",
                        "processor_minutes",
                        "accuracy",
                        "below_paper");
        for (Training training : figure.trainings()) {
            Map<String, Double> log = laboratory.algorithm(training).provenance().trainingLog();
            double examples = log.getOrDefault("examples", Double.NaN);
            table.row(
                    training.name(),
                    (long) (double) log.getOrDefault("steps", 0.0),
                    (long) examples,
                    log.get("processor_minutes"),
                    log.get("accuracy"),
                    Math.round(Laboratory.PAPER_EXAMPLES / Math.max(1, examples)));
        }
        return table;
    }
}
