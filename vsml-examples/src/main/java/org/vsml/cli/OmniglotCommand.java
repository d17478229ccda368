package org.vsml.cli;

import static org.vsml.core.Checks.require;

import org.vsml.lab.FewShotTest;
import org.vsml.lab.PiecewiseMetaTraining;
import org.vsml.meta.Deepening;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.Split;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;
import org.vsml.online.OnlineAlgorithm;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Few-shot learning of Omniglot's characters (paper, appendix B and figure 18): meta-trained on the
 * background characters, tested on the evaluation characters beside gradient descent and nearest
 * neighbours.
 */
@Command(
        name = "omniglot",
        description = "Meta-trains and tests 5-way, 1-shot learning of Omniglot's characters.",
        mixinStandardHelpOptions = true)
public final class OmniglotCommand extends ReportingCommand {

    /** What the learners beside it see: the image as it is, and coarser, which blurs strokes. */
    private static final Map<String, View> VIEWS = views();

    /** Learners whose accuracy the curve is shown beside. */
    private static final int BESIDE = 3;

    /** Written as it grows, so that it outlives a run that is stopped. */
    private static final String CURVE = "curve.csv";

    /** One step an example wants larger rates than a long stream. */
    private static final double[] RATES = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1};

    @Option(
            names = "--config",
            paramLabel = "NAME|FILE.yaml",
            defaultValue = "omniglot",
            description =
                    "A meta-training configuration whose last phase has a few_shot component"
                            + " (default: ${DEFAULT-VALUE}).")
    private String configName;

    @Option(
            names = "--meta-variables",
            paramLabel = "FILE",
            description = "Test this learning algorithm instead of meta-training one.")
    private Path metaVariables;

    @Option(
            names = "--deepen",
            paramLabel = "FILE",
            description =
                    "Start with this learning algorithm of a single layer as the output layer above"
                            + " random hidden layers.")
    private Path shallow;

    @Option(
            names = "--init",
            paramLabel = "FILE",
            description = "Start from the meta variables of this learning algorithm.")
    private Path init;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps between points of the curve (default: ${DEFAULT-VALUE}).")
    private long every;

    @Option(
            names = "--episodes",
            paramLabel = "N",
            defaultValue = "600",
            description = "Episodes of the test (default: ${DEFAULT-VALUE}).")
    private int episodes;

    @Option(
            names = "--learners",
            paramLabel = "NAME",
            split = ",",
            description = "Learners beside it, as for evaluate (default: 1nn and all of descent).")
    private List<String> learners =
            List.of(
                    "1nn",
                    "sgd",
                    "adam",
                    "sgd_hidden",
                    "adam_hidden",
                    "sgd_convolution",
                    "adam_convolution");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: VSML_DATA).")
    private Path data;

    @Mixin private MetaTrainingBudget budget;

    @Mixin private RunOptions run;

    /** One row of the result. */
    public record Row(
            String learner,
            String view,
            double accuracy,
            double low,
            double high,
            int episodes,
            String setting) {}

    /** One point of the curve over meta-training. */
    public record CurvePoint(
            long step, double processorMinutes, double accuracy, double low, double high) {}

    OmniglotCommand() {}

    private static Map<String, View> views() {
        Map<String, View> views = new LinkedHashMap<>();
        views.put("full", new View.Full());
        views.put("14x14", new View.Resized(14, 14));
        views.put("7x7", new View.Resized(7, 7));
        return views;
    }

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /**
     * Runs as {@code ./vsml omniglot} does with these options; checkpoints go to {@code --out},
     * nothing else is written.
     */
    public static Report runExample(String... args) throws IOException {
        OmniglotCommand command = new OmniglotCommand();
        new CommandLine(command).parseArgs(args);
        return command.report();
    }

    @Override
    protected Report report() throws IOException {
        require(episodes >= 2, "--episodes must be >= 2, got %d", episodes);
        run.check();
        MetaTrainingConfig config = Algorithms.config(configName);
        TaskDistribution.FewShot task = fewShot(config);
        DataSets dataSets = DataSets.in(data);
        Engine engine = run.engine();
        FewShotTest test =
                new FewShotTest(
                        dataSets,
                        task.sets().get(0),
                        task.ways(),
                        task.shots(),
                        episodes,
                        run.seed);
        List<CurvePoint> curve = new ArrayList<>();
        LearningAlgorithm algorithm =
                metaVariables == null
                        ? metaTrain(config, task, engine, dataSets, test, curve)
                        : LearningAlgorithm.load(metaVariables);

        List<Row> rows = new ArrayList<>();
        Contender own = contender(algorithm, engine);
        rows.add(row(own.name(), shown(task.view()), test.run(own, task.view())));
        for (Contender other : others()) {
            for (Map.Entry<String, View> view : VIEWS.entrySet()) {
                rows.add(row(other.name(), view.getKey(), test.run(other, view.getValue())));
            }
        }
        Report report =
                new Report("omniglot", run.seed, settings(config, dataSets, test))
                        .engine(engine.name())
                        .table(Table.of(Row.class, rows))
                        .csv("omniglot.csv", Table.of(Row.class, rows));
        if (!curve.isEmpty()) {
            report.csv(CURVE, Table.of(CurvePoint.class, curve))
                    .plot("curve.png", plot(curve, rows));
        }
        return report;
    }

    private static TaskDistribution.FewShot fewShot(MetaTrainingConfig config) {
        List<EpisodeDistribution.Component> last =
                config.phases().get(config.phases().size() - 1).episodes().components();
        return last.stream()
                .map(EpisodeDistribution.Component::task)
                .filter(TaskDistribution.FewShot.class::isInstance)
                .map(TaskDistribution.FewShot.class::cast)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "the last phase of "
                                                + config.name()
                                                + " has no few_shot component"));
    }

    private LearningAlgorithm metaTrain(
            MetaTrainingConfig config,
            TaskDistribution.FewShot task,
            Engine engine,
            DataSets dataSets,
            FewShotTest test,
            List<CurvePoint> curve)
            throws IOException {
        LearningAlgorithm algorithm =
                new PiecewiseMetaTraining(
                                config,
                                initial(config, dataSets),
                                engine,
                                dataSets,
                                folder().resolve("meta-training"),
                                run.seed,
                                run.threads,
                                budget.steps(config),
                                budget.minutes,
                                every,
                                command())
                        .run(
                                (now, step, spent) -> {
                                    FewShotTest.Result result =
                                            test.run(contender(now, engine), task.view());
                                    curve.add(
                                            new CurvePoint(
                                                    step,
                                                    spent,
                                                    result.accuracy().mean(),
                                                    result.accuracy().low(),
                                                    result.accuracy().high()));
                                    AtomicFiles.writeString(
                                            folder().resolve(CURVE),
                                            Table.of(CurvePoint.class, curve).csv());
                                });
        algorithm.save(folder().resolve(config.name() + LearningAlgorithm.EXTENSION));
        return algorithm;
    }

    private LearningAlgorithm initial(MetaTrainingConfig config, DataSets dataSets)
            throws IOException {
        require(shallow == null || init == null, "give --deepen or --init, not both");
        if (shallow == null) {
            return init == null ? null : LearningAlgorithm.load(init);
        }
        return Deepening.start(LearningAlgorithm.load(shallow), config, dataSets, run.seed);
    }

    private String command() {
        String bound =
                (budget.steps == null ? "" : " --steps " + budget.steps)
                        + (budget.minutesOrNull() == null ? "" : " --minutes " + budget.minutes);
        return "./vsml omniglot --config "
                + configName
                + " --seed "
                + run.seed
                + bound
                + (shallow == null ? "" : " --deepen " + shallow.getFileName())
                + (init == null ? "" : " --init " + init.getFileName())
                + " --data DIR";
    }

    private static Contender contender(LearningAlgorithm algorithm, Engine engine) {
        return Contender.of(
                new LearnerAlgorithm(
                        algorithm.provenance().name(),
                        algorithm.learner(engine),
                        algorithm.metaVariables()));
    }

    private List<Contender> others() {
        return learners.stream()
                .map(
                        learner ->
                                switch (learner) {
                                    case "sgd" -> grid(learner, ClassicalLearners::sgd);
                                    case "adam" -> grid(learner, ClassicalLearners::adam);
                                    default -> ClassicalLearners.named(learner);
                                })
                .toList();
    }

    private static Contender grid(String name, DoubleFunction<OnlineAlgorithm> algorithm) {
        return new Contender(name, DoubleStream.of(RATES).mapToObj(algorithm).toList());
    }

    private static Row row(String learner, String view, FewShotTest.Result result) {
        return new Row(
                learner,
                view,
                result.accuracy().mean(),
                result.accuracy().low(),
                result.accuracy().high(),
                result.accuracy().count(),
                result.setting());
    }

    private static String shown(View view) {
        return VIEWS.entrySet().stream()
                .filter(known -> known.getValue().equals(view))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(view.toString());
    }

    private Map<String, Object> settings(
            MetaTrainingConfig config, DataSets dataSets, FewShotTest test) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("config", config);
        settings.put("meta_variables", metaVariables == null ? null : metaVariables.toString());
        settings.put("deepen", shallow == null ? null : shallow.toString());
        settings.put("init", init == null ? null : init.toString());
        settings.put("steps", budget.steps);
        settings.put("minutes", budget.minutesOrNull());
        settings.put("origin", dataSets.load(test.set(), Split.TEST).origin());
        settings.put("learners", learners);
        settings.put("episodes", episodes);
        return settings;
    }

    private static LinePlot plot(List<CurvePoint> curve, List<Row> rows) {
        double[] at = curve.stream().mapToDouble(CurvePoint::step).toArray();
        LinePlot plot =
                new LinePlot("unseen characters", "meta-training step", "accuracy").yRange(0, 1);
        plot.band(
                "VSML",
                curve,
                CurvePoint::step,
                CurvePoint::accuracy,
                CurvePoint::low,
                CurvePoint::high);
        for (String learner :
                rows.stream().map(Row::learner).distinct().skip(1).limit(BESIDE).toList()) {
            double best =
                    rows.stream()
                            .filter(row -> row.learner().equals(learner))
                            .mapToDouble(Row::accuracy)
                            .max()
                            .orElse(Double.NaN);
            double[] level = new double[at.length];
            java.util.Arrays.fill(level, best);
            plot.line(learner + ", best view", at, level);
        }
        return plot;
    }
}
