package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Split;
import org.vsml.episode.TestStream;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.OnlineLearner;
import org.vsml.online.StandardisedInputs;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * The whole idea in two minutes. First a learning algorithm learns digits it was never meta-trained
 * on, by running forward only, beside learners that use gradients or store what they see; then rows
 * of a table. Then a small learning algorithm is meta-trained from nothing.
 */
public final class Quickstart {

    private static final List<String> LEARNERS = List.of("sgd", "adam", "nearest_mean", "1nn");
    private static final String SET = "mnist";
    private static final String TABLE = "segment";
    private static final String LIVE_CONFIG = "quickstart";
    private static final List<Integer> HORIZONS = List.of(100, 500, 1000);

    /** Tasks of the live configuration have so many classes. */
    private static final int LIVE_CLASSES = 3;

    private static final List<Integer> LIVE_DIGITS = List.of(0, 1, 2);

    private static final int LIVE_EXAMPLES = 100;
    private static final int CURVE_POINTS = 150;

    /**
     * One row of the result.
     *
     * @param part {@code digits}, all ten by the shipped algorithm; {@code table}, rows of a table
     *     by the same; {@code live_meta_training}, one row for each part of the curve; {@code
     *     live_digits}, three digits by what came out of it
     * @param learner its name in the table
     * @param step updates of V_M so far, in meta-training
     * @param metaLoss in meta-training, mean over the steps since the row before
     * @param examples seen when the accuracy was taken
     * @param accuracy cumulative accuracy, mean over the streams or episodes
     * @param low lower end of the accuracy's 95 % interval
     * @param high upper end
     * @param seeds streams
     * @param setting the best of a grid
     */
    public record Row(
            String part,
            String learner,
            Long step,
            Double metaLoss,
            Integer examples,
            double accuracy,
            Double low,
            Double high,
            Integer seeds,
            String setting) {}

    /** One point of curve.csv; x is examples seen, or the step of meta-training. */
    public record CurvePoint(String curve, double x, double y, double low, double high) {}

    private final DataSets sets;
    private final Engine engine;
    private final int seeds;
    private final long seed;
    private final int threads;
    private final Progress.Display display;
    private final List<Row> rows = new ArrayList<>();
    private final List<CurvePoint> curve = new ArrayList<>();
    private final List<LinePlot> plots = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /**
     * @param sets with digits
     * @param engine that runs VSML
     * @param seeds streams of digits
     * @param seed of all that is random
     * @param threads streams or episodes at the same time
     */
    public Quickstart(
            DataSets sets,
            Engine engine,
            int seeds,
            long seed,
            int threads,
            Progress.Display display) {
        this.sets = sets;
        this.engine = engine;
        this.seeds = seeds;
        this.seed = seed;
        this.threads = threads;
        this.display = display;
    }

    /** Name of the image set. */
    public String set() {
        return SET;
    }

    /** Where the digits come from. */
    public String origin() {
        return sets.load(SET, Split.TEST).origin();
    }

    /** What came of it so far, in rows. */
    public Table table() {
        return Table.of(Row.class, rows);
    }

    /** What came of it so far, in sentences. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Gives a report everything that came of it. */
    public Report on(Report report) {
        report.table(table())
                .csv("curve.csv", Table.of(CurvePoint.class, curve))
                .plot("curve.png", plots.toArray(LinePlot[]::new));
        remarks.forEach(report::remark);
        return report;
    }

    /**
     * Learns digits with an algorithm and others beside it.
     *
     * @param shipped the algorithm; null if there is none
     * @param name what it was asked for by
     * @param examples of a stream
     */
    public void learnDigits(LearningAlgorithm shipped, String name, int examples) {
        require(examples >= 1, "--examples must be >= 1, got %d", examples);
        List<Contender> contenders = new ArrayList<>();
        if (shipped != null) {
            contenders.add(contender(shipped, engine, shipped.provenance().name()));
        }
        LEARNERS.forEach(learner -> contenders.add(ClassicalLearners.named(learner)));
        ComparisonResult result =
                compare(contenders, TestStream.of(SET, examples).source(sets), "digits");
        add("digits", "", "unseen digits", "digits", shipped, result);
        if (shipped == null) {
            remark(
                    "There is no learning algorithm %s in this build, so only the others are"
                            + " shown; make one with ./vsml meta-train and give its file with"
                            + " --meta-variables.",
                    name);
        }
    }

    /**
     * Learns rows of a table with an algorithm and others beside it, all with inputs standardised
     * by their running statistics.
     *
     * @param shipped the algorithm; null if there is none
     * @param examples of a stream
     */
    public void learnTable(LearningAlgorithm shipped, int examples) {
        List<Contender> contenders = new ArrayList<>();
        if (shipped != null) {
            contenders.add(
                    contender(
                            TableLearning.conditioned(shipped),
                            engine,
                            shipped.provenance().name()));
        }
        LEARNERS.forEach(
                learner ->
                        contenders.add(
                                ClassicalLearners.named(learner)
                                        .withEach(StandardisedInputs::new)));
        TestStream stream = TestStream.of(TABLE, examples);
        ComparisonResult result = compare(contenders, stream.source(DataSets.embedded()), "table");
        String title = "table " + TABLE + ": image regions of 7 kinds";
        add("table", TABLE + ": ", title, "rows", shipped, result);
    }

    private void add(
            String part,
            String prefix,
            String title,
            String unit,
            LearningAlgorithm shipped,
            ComparisonResult result) {
        addRows(part, result, horizons(result.length()));
        for (String contender : result.contenders()) {
            for (ComparisonResult.Point p : result.curve(contender, CURVE_POINTS)) {
                curve.add(
                        new CurvePoint(
                                prefix + contender,
                                p.examples(),
                                p.accuracy().mean(),
                                p.accuracy().low(),
                                p.accuracy().high()));
            }
        }
        plots.add(plot(title, unit + " seen", result));
        if (shipped != null) {
            for (int horizon : horizons(result.length())) {
                remarkOn(result, shipped.provenance().name(), horizon, unit);
            }
        }
    }

    private static LinePlot plot(String title, String xLabel, ComparisonResult result) {
        LinePlot plot = new LinePlot(title, xLabel, "share right so far").yRange(0, 1);
        for (String contender : result.contenders()) {
            plot.band(
                    contender,
                    result.curve(contender, CURVE_POINTS),
                    ComparisonResult.Point::examples,
                    p -> p.accuracy().mean(),
                    p -> p.accuracy().low(),
                    p -> p.accuracy().high());
        }
        return plot;
    }

    private static Contender contender(LearningAlgorithm algorithm, Engine engine, String name) {
        return Contender.of(OnlineLearner.pretrained(algorithm, engine).named(name));
    }

    private ComparisonResult compare(
            List<Contender> contenders, EpisodeSource streams, String task) {
        long length = streams.sample(seed).examples().length();
        try (Progress progress = display.begin(task, "examples", length * seeds)) {
            return new Comparison(contenders, streams).run(seed, seeds, threads, progress::step);
        }
    }

    private void addRows(String part, ComparisonResult result, Iterable<Integer> horizons) {
        for (String contender : result.contenders()) {
            for (int horizon : horizons) {
                ComparisonResult.Point point = result.at(contender, horizon);
                rows.add(
                        new Row(
                                part,
                                contender,
                                null,
                                null,
                                point.examples(),
                                point.accuracy().mean(),
                                point.accuracy().low(),
                                point.accuracy().high(),
                                point.accuracy().count(),
                                point.setting().equals(contender) ? "" : point.setting()));
            }
        }
    }

    private void remarkOn(ComparisonResult result, String name, int horizon, String unit) {
        double own = result.at(name, horizon).accuracy().mean();
        List<String> ahead = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        for (String other : LEARNERS) {
            double accuracy = result.at(other, horizon).accuracy().mean();
            (own > accuracy ? ahead : behind)
                    .add(String.format(Locale.ROOT, "%s (%.3f)", other, accuracy));
        }
        remark(
                "After %d %s %s is right in %.3f of its predictions%s%s.",
                horizon,
                unit,
                name,
                own,
                ahead.isEmpty() ? "" : ", more than " + String.join(", ", ahead),
                behind.isEmpty() ? "" : ", no more than " + String.join(", ", behind));
    }

    /**
     * Meta-trains a small algorithm from nothing, and lets it learn three digits.
     *
     * @param steps of meta-training
     */
    public void metaTrain(long steps) throws IOException {
        MetaTrainingConfig config = MetaTrainingConfig.named(LIVE_CONFIG);
        MetaTrainer trainer =
                MetaTrainer.of(config).engine(engine).data(sets).threads(threads).seed(seed);
        LearningAlgorithm live;
        try (LiveMetaTraining training =
                new LiveMetaTraining(trainer, LIVE_CLASSES, steps, display)) {
            live = trainer.listener(training).run().algorithm();
            rows.addAll(training.rows());
            curve.addAll(training.curve());
            plots.add(training.plot());
            remarks.add(training.verdict());
        }
        TestStream stream = new TestStream(SET, LIVE_EXAMPLES, null, LIVE_DIGITS);
        ComparisonResult result =
                compare(
                        List.of(
                                contender(live, engine, LiveMetaTraining.NAME),
                                ClassicalLearners.named("sgd"),
                                ClassicalLearners.named("adam")),
                        stream.source(sets),
                        "live digits");
        addRows("live_digits", result, List.of(result.length()));
        remark(
                "On digits %s, which it has not seen either, what came out is right in %.3f of the"
                        + " first %d predictions (a guesser: %.3f).",
                LIVE_DIGITS,
                result.at(LiveMetaTraining.NAME, result.length()).accuracy().mean(),
                result.length(),
                1.0 / LIVE_DIGITS.size());
    }

    private static Iterable<Integer> horizons(int length) {
        TreeSet<Integer> horizons = new TreeSet<>(HORIZONS);
        horizons.removeIf(horizon -> horizon > length);
        horizons.add(length);
        return horizons;
    }

    private void remark(String sentence, Object... arguments) {
        remarks.add(String.format(Locale.ROOT, sentence, arguments));
    }
}
