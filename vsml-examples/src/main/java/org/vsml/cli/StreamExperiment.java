package org.vsml.cli;

import static org.vsml.core.Checks.require;

import org.vsml.lab.PiecewiseMetaTraining;
import org.vsml.lab.StreamResults;
import org.vsml.meta.Deepening;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Split;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.TestStream;
import org.vsml.episode.View;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;
import org.vsml.online.OnlineLearner;
import org.vsml.report.Report;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Meta-trains a VSML with hidden layers on streams of images and tests it on others, beside
 * gradient descent and {@code general-1}.
 */
abstract class StreamExperiment extends ReportingCommand {

    /** Gradient descent beside convolutions. */
    static final List<String> WITH_CONVOLUTION =
            List.of("sgd", "adam", "sgd_convolution", "adam_convolution");

    /** Gradient descent beside fully connected hidden layers. */
    static final List<String> WITH_HIDDEN = List.of("sgd", "adam", "sgd_hidden", "adam_hidden");

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
                            + OnlineLearner.DEFAULT_ALGORITHM
                            + "; none for random meta variables).")
    private String shallow = OnlineLearner.DEFAULT_ALGORITHM;

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
    StreamExperiment(String name, List<String> peers, String... testSets) {
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
        require(examples >= 1, "--examples must be >= 1, got %d", examples);
        run.check();
        MetaTrainingConfig config = Algorithms.config(configName == null ? name : configName);
        DataSets dataSets = dataSets(data.folder);
        Engine engine = run.engine();
        LearningAlgorithm algorithm =
                metaVariables == null
                        ? metaTrain(config, engine, dataSets)
                        : LearningAlgorithm.load(metaVariables);
        List<Contender> contenders = contenders(algorithm, engine);
        View view = view(config);

        List<String> tested = sets == null ? testSets : sets;
        StreamResults results = new StreamResults();
        Map<String, String> origins = new LinkedHashMap<>();
        try (Progress progress =
                new Progress(name, "examples", (long) examples * streams * tested.size())) {
            for (String set : tested) {
                progress.say("%s", set);
                origins.put(set, dataSets.load(set, Split.TEST).origin());
                EpisodeSource source = TestStream.of(set, examples).withView(view).source(dataSets);
                ComparisonResult result =
                        new Comparison(contenders, source)
                                .run(run.seed, streams, run.threads, progress::step);
                results.add(set, result, horizons(result.length()));
            }
        }
        return results.on(
                new Report(name, run.seed, settings(config, origins)).engine(engine.name()), name);
    }

    private static Iterable<Integer> horizons(int length) {
        TreeSet<Integer> horizons = new TreeSet<>(List.of(100, 500, 2000, length));
        return horizons.headSet(length, true);
    }

    private LearningAlgorithm metaTrain(MetaTrainingConfig config, Engine engine, DataSets dataSets)
            throws IOException {
        LearningAlgorithm initial =
                shallow.equals("none")
                        ? null
                        : Deepening.start(Algorithms.named(shallow), config, dataSets, run.seed);
        LearningAlgorithm algorithm =
                new PiecewiseMetaTraining(
                                config,
                                initial,
                                engine,
                                dataSets,
                                folder().resolve("meta-training"),
                                run.seed,
                                run.threads,
                                budget.steps(config),
                                budget.minutes,
                                Long.MAX_VALUE,
                                "./vsml " + name + " --seed " + run.seed + " --data DIR")
                        .run((now, step, spent) -> {});
        algorithm.save(folder().resolve(config.name() + LearningAlgorithm.EXTENSION));
        return algorithm;
    }

    private List<Contender> contenders(LearningAlgorithm algorithm, Engine engine) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(contender(algorithm, engine));
        LearningAlgorithm general = LearningAlgorithm.fromResource(OnlineLearner.DEFAULT_ALGORITHM);
        if (!general.provenance().name().equals(algorithm.provenance().name())) {
            contenders.add(contender(general, engine));
        }
        beside().forEach(learner -> contenders.add(ClassicalLearners.named(learner)));
        return contenders;
    }

    private static Contender contender(LearningAlgorithm algorithm, Engine engine) {
        return Contender.of(
                new LearnerAlgorithm(
                        algorithm.provenance().name(),
                        algorithm.learner(engine),
                        algorithm.metaVariables()));
    }

    /** What meta-training shows of an image, the test shows too. */
    private static View view(MetaTrainingConfig config) {
        List<EpisodeDistribution.Component> last =
                config.phases().get(config.phases().size() - 1).episodes().components();
        return last.stream()
                .map(EpisodeDistribution.Component::task)
                .filter(TaskDistribution.Images.class::isInstance)
                .map(task -> ((TaskDistribution.Images) task).view())
                .findFirst()
                .orElseGet(View.Full::new);
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
