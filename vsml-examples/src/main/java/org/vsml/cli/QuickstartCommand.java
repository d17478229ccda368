package org.vsml.cli;

import static org.vsml.core.Checks.require;

import org.vsml.lab.LiveMetaTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The whole idea in two minutes. First the shipped learning algorithm learns digits it was never
 * meta-trained on, by running forward only, beside learners that use gradients or store what they
 * see. Then a small learning algorithm is meta-trained from nothing.
 */
@Command(
        name = "quickstart",
        description = {
            "Learns unseen digits online with a meta-trained algorithm, beside tuned SGD, tuned"
                    + " Adam, nearest class mean and 1-nearest-neighbour; then meta-trains a small"
                    + " algorithm live.",
            "Under two minutes on two cores; needs no data and no network."
        },
        mixinStandardHelpOptions = true)
public final class QuickstartCommand extends ReportingCommand {

    private static final List<String> LEARNERS = List.of("sgd", "adam", "nearest_mean", "1nn");
    private static final String SET = "mnist";
    private static final String LIVE_CONFIG = "quickstart";
    private static final List<Integer> HORIZONS = List.of(100, 500, 1000);

    /** Tasks of the live configuration have so many classes. */
    private static final int LIVE_CLASSES = 3;

    private static final List<Integer> LIVE_DIGITS = List.of(0, 1, 2);

    private static final int LIVE_EXAMPLES = 100;
    private static final int CURVE_POINTS = 150;

    @Option(
            names = "--meta-variables",
            paramLabel = "NAME|FILE",
            defaultValue = OnlineLearner.DEFAULT_ALGORITHM,
            description = "The learning algorithm, by name or file (default: ${DEFAULT-VALUE}).")
    private String algorithm;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Digits of a stream (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "8",
            description = "Streams (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Live meta-training; 0 for none (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with the full sets (default: the samples that come along).")
    private Path data;

    /**
     * One row of the result.
     *
     * @param part {@code digits}, all ten by the shipped algorithm; {@code live_meta_training}, one
     *     row for each part of the curve; {@code live_digits}, three digits by what came out of it
     * @param learner who
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

    @Mixin private RunOptions run;

    private final List<Row> rows = new ArrayList<>();
    private final List<CurvePoint> curve = new ArrayList<>();
    private final List<LinePlot> plots = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private String origin;

    QuickstartCommand() {}

    /** Prints the tables. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Runs as {@code ./vsml quickstart} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws IOException {
        return CommandLine.populateCommand(new QuickstartCommand(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        require(examples >= 1, "--examples must be >= 1, got %d", examples);
        require(
                seconds >= 0 && seconds <= 1e6,
                "--seconds must be in [0, 1000000], got %s",
                seconds);
        Engine engine = run.engine();
        DataSets sets = data == null ? DataSets.embedded() : DataSets.in(data);
        origin = sets.load(SET, Split.TEST).origin();
        learnDigits(engine, sets);
        if (seconds > 0) {
            say(Table.of(Row.class, rows).text());
            say(String.join("\n", remarks) + '\n');
            metaTrain(engine, sets);
        }
        Report report =
                new Report("quickstart", run.seed, config())
                        .engine(engine.name())
                        .table(Table.of(Row.class, rows))
                        .csv("curve.csv", Table.of(CurvePoint.class, curve))
                        .plot("curve.png", plots.toArray(LinePlot[]::new));
        remarks.forEach(report::remark);
        return report;
    }

    private void learnDigits(Engine engine, DataSets sets) throws IOException {
        List<Contender> contenders = new ArrayList<>();
        LearningAlgorithm shipped = shipped();
        if (shipped != null) {
            contenders.add(contender(shipped, engine, shipped.provenance().name()));
        }
        for (String name : LEARNERS) {
            contenders.add(ClassicalLearners.named(name));
        }
        ComparisonResult result =
                compare(contenders, TestStream.of(SET, examples).source(sets), "digits");
        addRows("digits", result, horizons(result.length()));
        LinePlot plot =
                new LinePlot("unseen digits", "digits seen", "cumulative accuracy").yRange(0, 1);
        for (Contender contender : contenders) {
            List<ComparisonResult.Point> points = result.curve(contender.name(), CURVE_POINTS);
            for (ComparisonResult.Point p : points) {
                curve.add(
                        new CurvePoint(
                                contender.name(),
                                p.examples(),
                                p.accuracy().mean(),
                                p.accuracy().low(),
                                p.accuracy().high()));
            }
            plot.band(
                    contender.name(),
                    points,
                    ComparisonResult.Point::examples,
                    p -> p.accuracy().mean(),
                    p -> p.accuracy().low(),
                    p -> p.accuracy().high());
        }
        plots.add(plot);
        if (shipped == null) {
            remark(
                    "There is no learning algorithm %s in this build, so only the others are"
                            + " shown; make one with ./vsml meta-train and give its file with"
                            + " --meta-variables.",
                    algorithm);
        } else {
            for (int horizon : horizons(result.length())) {
                remarkOn(result, shipped.provenance().name(), horizon);
            }
        }
    }

    /** Null if the build has none of this name; a file that is given must be there. */
    private LearningAlgorithm shipped() throws IOException {
        boolean isDefault = algorithm.equals(OnlineLearner.DEFAULT_ALGORITHM);
        return isDefault && !LearningAlgorithm.isOnClassPath(algorithm)
                ? null
                : Algorithms.named(algorithm);
    }

    private static Contender contender(LearningAlgorithm algorithm, Engine engine, String name) {
        return Contender.of(OnlineLearner.pretrained(algorithm, engine).named(name));
    }

    private ComparisonResult compare(
            List<Contender> contenders, EpisodeSource streams, String task) {
        long length = streams.sample(run.seed).examples().length();
        try (Progress progress = new Progress(task, "examples", length * seeds)) {
            return new Comparison(contenders, streams)
                    .run(run.seed, seeds, run.threads, progress::step);
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

    private void remarkOn(ComparisonResult result, String name, int horizon) {
        double own = result.at(name, horizon).accuracy().mean();
        List<String> ahead = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        for (String other : LEARNERS) {
            double accuracy = result.at(other, horizon).accuracy().mean();
            (own > accuracy ? ahead : behind)
                    .add(String.format(Locale.ROOT, "%s (%.3f)", other, accuracy));
        }
        remark(
                "After %d digits %s is right in %.3f of its predictions%s%s.",
                horizon,
                name,
                own,
                ahead.isEmpty() ? "" : ", more than " + String.join(", ", ahead),
                behind.isEmpty() ? "" : ", no more than " + String.join(", ", behind));
    }

    private void metaTrain(Engine engine, DataSets sets) throws IOException {
        MetaTrainingConfig config = MetaTrainingConfig.named(LIVE_CONFIG);
        MetaTrainer trainer =
                MetaTrainer.of(config)
                        .engine(engine)
                        .data(sets)
                        .threads(run.threads)
                        .seed(run.seed);
        LearningAlgorithm live;
        try (LiveMetaTraining training = new LiveMetaTraining(trainer, LIVE_CLASSES, seconds)) {
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

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", algorithm);
        config.put("set", SET);
        config.put("origin", origin);
        config.put("examples", examples);
        config.put("seeds", seeds);
        config.put("seconds", seconds);
        config.put("threads", run.threads);
        return config;
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
