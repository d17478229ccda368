package org.vsml.cli;

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
import org.vsml.lab.StreamExperiment;
import org.vsml.lab.StreamResults;
import org.vsml.lab.StreamTest;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.report.Report;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that run a {@link StreamExperiment}. */
abstract class StreamCommand extends ReportingCommand {

    @Option(
            names = "--config",
            paramLabel = "NAME|FILE.yaml",
            description = "A meta-training configuration (default: that of the command's name).")
    private String configName;

    @Option(
            names = "--meta-variables",
            paramLabel = "FILE",
            description = "Test this learning algorithm instead of meta-training one.")
    private Path metaVariables;

    @Option(
            names = "--deepen",
            paramLabel = "NAME|FILE",
            description =
                    "Start with this learning algorithm of a single layer as the output layer above"
                            + " random hidden layers (default: "
                            + StreamExperiment.SHALLOW
                            + "; none for random meta variables).")
    private String shallow = StreamExperiment.SHALLOW;

    @Option(
            names = "--sets",
            paramLabel = "NAME",
            split = ",",
            description = "Image sets of the test (default: those of the command).")
    private List<String> sets;

    @Option(
            names = "--learners",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Learners beside it, as for evaluate (default: sgd, adam and those with the same"
                            + " kind of hidden layer).")
    private List<String> learners;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Examples of a test stream (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "8",
            description = "Test streams of each set (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Mixin private DataOption data;

    @Mixin private MetaTrainingBudget budget;

    @Mixin private RunOptions run;

    private final String name;
    private final List<String> peers;
    private final List<String> testSets;

    /**
     * @param name of the command and its configuration
     * @param peers learners beside it by default
     * @param testSets what it is tested on by default
     */
    StreamCommand(String name, List<String> peers, String... testSets) {
        this.name = name;
        this.peers = peers;
        this.testSets = List.of(testSets);
    }

    /** The image sets that it works on. */
    DataSets dataSets(Path folder) throws IOException {
        return DataSets.in(folder);
    }

    @Override
    protected final Report report() throws IOException {
        run.check();
        MetaTrainingConfig config = Algorithms.config(configName == null ? name : configName);
        DataSets dataSets = dataSets(data.folder);
        Engine engine = run.engine();
        StreamExperiment experiment =
                new StreamExperiment(name, config, dataSets, engine, run.seed, run.threads);
        LearningAlgorithm algorithm =
                metaVariables == null
                        ? experiment.metaTrain(
                                shallow.equals("none") ? null : Algorithms.named(shallow),
                                budget.steps(config),
                                budget.minutes,
                                folder(),
                                ConsoleProgress::new)
                        : LearningAlgorithm.load(metaVariables);
        StreamTest test =
                experiment.test(
                        algorithm, beside(), sets == null ? testSets : sets, examples, streams);
        StreamResults results = test.run(name, dataSets, ConsoleProgress::new);
        return results.on(
                new Report(name, run.seed, settings(config, test.origins(dataSets)))
                        .engine(engine.name()),
                name);
    }

    private List<String> beside() {
        return learners == null ? peers : learners;
    }

    private Map<String, Object> settings(MetaTrainingConfig config, Map<String, String> origins) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("config", config);
        settings.put("meta_variables", metaVariables == null ? null : metaVariables.toString());
        settings.put("deepen", shallow);
        settings.put("steps", budget.steps);
        settings.put("minutes", budget.minutesOrNull());
        settings.put("learners", beside());
        settings.put("origins", origins);
        settings.put("examples", examples);
        settings.put("streams", streams);
        return settings;
    }
}
