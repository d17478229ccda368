package org.vsml.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.episode.DataSets;
import org.vsml.lab.StreamResults;
import org.vsml.lab.StreamTest;
import org.vsml.online.Contender;
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
        description =
                "Meta-tests learning algorithms on image sets and tables beside classical learners.",
        mixinStandardHelpOptions = true)
final class EvaluateCommand extends ReportingCommand {

    /** Examples that the accuracy in a window looks back. */
    private static final int METRICS_WINDOW = 500;

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
                            + " adam_hidden_relu, knn_window, rls, passive_aggressive, arow,"
                            + " naive_bayes, rff_rls_256, rff_lda_256 (and 1024, 4096), hedge;"
                            + " none for none (default: sgd,adam,nearest_mean,1nn,lda).")
    private List<String> learners = List.of("sgd", "adam", "nearest_mean", "1nn", "lda");

    @Option(
            names = "--ablations",
            description =
                    "Also each learning algorithm without one of its parts, and the unlearned mix of"
                            + " general-1 and nearest neighbours (algorithms with a memory only).")
    private boolean ablations;

    @Option(
            names = "--sets",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Image sets, or tables NAME.csv[.gz] with the class in the last column"
                            + " (default: mnist,fashion_mnist).")
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
            names = "--in-order",
            description =
                    "Examples come in the order of their files instead of one drawn for each seed.")
    private boolean inOrder;

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
        Engine engine = Algorithms.engine(engineName);
        DataSets dataSets = DataSets.in(data.folder);
        StreamTest test =
                new StreamTest(
                        Contenders.of(algorithms, ablations, learners, this::changed, engine),
                        sets,
                        null,
                        examples,
                        inOrder,
                        horizons,
                        seeds,
                        seed,
                        threads,
                        metrics ? METRICS_WINDOW : 0);
        StreamResults results = test.run("evaluate", dataSets, ConsoleProgress::new);
        return results.on(
                new Report("evaluate", seed, config(test.origins(dataSets))).engine(engine.name()),
                "evaluate");
    }

    private Contender changed(Contender contender) {
        Contender learner = conditioned ? contender.withEach(StandardisedInputs::new) : contender;
        return metrics ? ClassicalLearners.calibrated(learner) : learner;
    }

    private Map<String, Object> config(Map<String, String> origins) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", algorithms);
        config.put("learners", learners);
        config.put("sets", sets);
        config.put("origins", origins);
        config.put("examples", examples);
        if (inOrder) {
            config.put("in_order", true);
        }
        config.put("horizons", horizons);
        config.put("seeds", seeds);
        if (ablations) {
            config.put("ablations", true);
        }
        if (conditioned) {
            config.put("conditioned", true);
        }
        if (metrics) {
            config.put("metrics_window", METRICS_WINDOW);
        }
        return config;
    }
}
