package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.lab.FewShotExperiment;
import org.vsml.meta.Deepening;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.report.Report;
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
final class OmniglotCommand extends ReportingCommand {

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

    OmniglotCommand() {}

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
        run.check();
        MetaTrainingConfig config = Algorithms.config(configName);
        DataSets dataSets = DataSets.in(data);
        Engine engine = run.engine();
        FewShotExperiment experiment =
                new FewShotExperiment(config, dataSets, engine, episodes, run.seed, run.threads);
        LearningAlgorithm algorithm =
                metaVariables == null
                        ? experiment.metaTrain(
                                initial(config, dataSets),
                                budget.steps(config),
                                budget.minutes,
                                every,
                                folder(),
                                command(),
                                ConsoleProgress::new)
                        : LearningAlgorithm.load(metaVariables);
        return experiment.test(
                algorithm,
                learners,
                new Report("omniglot", run.seed, settings(config, experiment.origin()))
                        .engine(engine.name()));
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

    private Map<String, Object> settings(MetaTrainingConfig config, String origin) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("config", config);
        settings.put("meta_variables", metaVariables == null ? null : metaVariables.toString());
        settings.put("deepen", shallow == null ? null : shallow.toString());
        settings.put("init", init == null ? null : init.toString());
        settings.put("steps", budget.steps);
        settings.put("minutes", budget.minutesOrNull());
        settings.put("origin", origin);
        settings.put("learners", learners);
        settings.put("episodes", episodes);
        return settings;
    }
}
