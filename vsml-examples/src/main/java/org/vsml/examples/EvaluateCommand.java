package org.vsml.examples;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Split;
import org.vsml.episode.TestStream;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.MetricsAt;
import org.vsml.online.OnlineLearner;
import org.vsml.online.StandardisedInputs;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Meta-tests learning algorithms prequentially on streams of image sets, beside the learners that
 * anyone would try first.
 */
@Command(
        name = "evaluate",
        description = "Meta-tests learning algorithms on image sets beside classical learners.",
        mixinStandardHelpOptions = true)
public final class EvaluateCommand extends ReportingCommand {

    private static final String NONE = "none";

    /** Examples that the accuracy in a window looks back. */
    private static final int METRICS_WINDOW = 500;

    private static final List<Integer> DEFAULT_HORIZONS = List.of(100, 500, 2000, 10_000);

    @Option(
            names = "--meta-variables",
            paramLabel = "NAME|FILE",
            split = ",",
            description =
                    "Learning algorithms, by name or file; none for none (default: "
                            + OnlineLearner.DEFAULT_ALGORITHM
                            + ").")
    private List<String> algorithms = List.of(OnlineLearner.DEFAULT_ALGORITHM);

    @Option(
            names = "--learners",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Learners beside them: sgd, adam, sgd_hidden, adam_hidden, sgd_convolution,"
                            + " adam_convolution, nearest_mean, 1nn, knn, lda, sgd_hidden_relu,"
                            + " adam_hidden_relu, sgd_wide, adam_wide, lda_wide, knn_window, rls, passive_aggressive, arow,"
                            + " naive_bayes, rff_rls_256, rff_lda_256 (and 1024, 4096), hedge;"
                            + " none for none (default: sgd,adam,nearest_mean,1nn,lda).")
    private List<String> learners = List.of("sgd", "adam", "nearest_mean", "1nn", "lda");

    @Option(
            names = "--sets",
            paramLabel = "NAME",
            split = ",",
            description = "Image sets (default: mnist,fashion_mnist).")
    private List<String> sets = List.of("mnist", "fashion_mnist");

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "2000",
            description =
                    "Examples of a stream, test part first; a small set ends early"
                            + " (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--horizons",
            paramLabel = "N",
            split = ",",
            description =
                    "Numbers of examples to report at (default: 100,500,2000,10000 and the end).")
    private List<Integer> horizons = List.of();

    @Option(
            names = "--conditioned",
            description =
                    "Give learners inputs standardised by their own running mean and variance,"
                            + " clipped at 5 (learning algorithms get them as they come).")
    private boolean conditioned;

    @Option(
            names = "--metrics",
            description =
                    "Write metrics.csv too: log loss, calibration error, kappa, kappa-M, kappa-T"
                            + " and accuracy of the last 500; learners' scores are calibrated.")
    private boolean metrics;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "16",
            description = "Streams of each set (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the streams (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Streams at the same time (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "cpu, samediff or auto (default: ${DEFAULT-VALUE}).")
    private String engineName;

    @Mixin private DataOption data;

    /** One row of the result. */
    public record Row(
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

    EvaluateCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Evaluates as {@code ./vsml evaluate} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws IOException {
        return CommandLine.populateCommand(new EvaluateCommand(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        require(examples >= 1, "--examples must be >= 1, got %d", examples);
        for (int horizon : horizons) {
            require(horizon >= 1, "--horizons must be >= 1, got %d", horizon);
        }
        Engine engine = Algorithms.engine(engineName);
        List<Contender> contenders = contenders(engine);
        DataSets dataSets = DataSets.in(data.folder);
        Map<String, EpisodeSource> streams = new LinkedHashMap<>();
        for (String set : sets) {
            streams.put(set, TestStream.of(set, examples).source(dataSets));
        }

        StreamResults results = new StreamResults();
        try (Progress progress =
                new Progress("evaluate", "examples", (long) examples * seeds * streams.size())) {
            for (String set : streams.keySet()) {
                progress.say("%s", set);
                Comparison comparison = new Comparison(contenders, streams.get(set));
                if (metrics) {
                    List<Integer> at = horizons.isEmpty() ? DEFAULT_HORIZONS : horizons;
                    ComparisonResult result =
                            comparison.run(
                                    seed,
                                    seeds,
                                    threads,
                                    new MetricsAt(at, METRICS_WINDOW),
                                    progress::step);
                    results.add(set, result, reported(result.length()));
                    results.addMetrics(set, result, reported(result.length()));
                } else {
                    ComparisonResult result = comparison.run(seed, seeds, threads, progress::step);
                    results.add(set, result, reported(result.length()));
                }
            }
        }
        return results.on(
                new Report("evaluate", seed, config(dataSets)).engine(engine.name()), "evaluate");
    }

    private List<Contender> contenders(Engine engine) throws IOException {
        List<Contender> contenders = new ArrayList<>();
        for (String name : algorithms) {
            if (!name.equals(NONE)) {
                LearningAlgorithm algorithm = Algorithms.named(name);
                String known = algorithm.provenance().name();
                boolean taken = contenders.stream().anyMatch(c -> c.name().equals(known));
                contenders.add(
                        Contender.of(
                                OnlineLearner.pretrained(algorithm, engine)
                                        .named(taken ? name : known)));
            }
        }
        for (String name : learners) {
            if (!name.equals(NONE)) {
                contenders.add(learner(name));
            }
        }
        return contenders;
    }

    private Contender learner(String name) {
        Contender learner = ClassicalLearners.named(name);
        if (conditioned) {
            learner = learner.withEach(StandardisedInputs::new);
        }
        return metrics ? ClassicalLearners.calibrated(learner) : learner;
    }

    private Map<String, Object> config(DataSets dataSets) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", algorithms);
        config.put("learners", learners);
        config.put("sets", sets);
        Map<String, String> origins = new LinkedHashMap<>();
        for (String set : sets) {
            origins.put(set, dataSets.load(set, Split.TEST).origin());
        }
        config.put("origins", origins);
        config.put("examples", examples);
        config.put("horizons", horizons);
        config.put("seeds", seeds);
        if (conditioned) {
            config.put("conditioned", true);
        }
        if (metrics) {
            config.put("metrics_window", METRICS_WINDOW);
        }
        return config;
    }

    /** Horizons beyond the end of the streams stand for the end. */
    private Iterable<Integer> reported(int length) {
        TreeSet<Integer> reported = new TreeSet<>();
        for (int horizon : horizons.isEmpty() ? DEFAULT_HORIZONS : horizons) {
            if (horizon <= length || !horizons.isEmpty()) {
                reported.add(Math.min(horizon, length));
            }
        }
        if (horizons.isEmpty()) {
            reported.add(length);
        }
        return reported;
    }
}
