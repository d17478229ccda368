package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.cli.internal.AtLeast;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.cloning.CloneErrors;
import org.vsml.cloning.CloneTrainer;
import org.vsml.cloning.CloneTraining;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.episode.DataSets;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Split;
import org.vsml.lab.CloneEvaluation;
import org.vsml.lab.Progress;
import org.vsml.report.Report;
import org.vsml.report.Table;
import org.vsml.report.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the sub-RNNs of a VSML network to be backpropagation. */
@Command(
        name = CloneCommand.NAME,
        description = "Clones backpropagation: trains an LSTM whose network learns forward only.",
        mixinStandardHelpOptions = true)
final class CloneCommand extends ReportingCommand {

    public static final String NAME = "clone";

    /** The clone that comes with the library. */
    private static final String SHIPPED = "backprop-1";

    private static final double MILLIS_OF_A_MINUTE = 60_000;
    private static final double SECONDS_OF_A_MINUTE = 60;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "20",
            description =
                    "Time for the whole training, of which the numbers of steps are made"
                            + " (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @AtLeast(0)
    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            description =
                    "Meta steps on random tuples and with shadow networks, instead of a time.")
    private List<Integer> steps = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Blocks of tuples at the same time; the result is the same for any number"
                            + " (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = NAME,
            description = "What the algorithm is called (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--evaluate",
            description =
                    "Trains nothing, but lets a clone learn beside gradient descent, with 0 and 1"
                            + " hidden layer; goes on where it was interrupted.")
    private boolean evaluate;

    @Option(
            names = "--meta-variables",
            paramLabel = "NAME|FILE",
            defaultValue = SHIPPED,
            description = "The clone to evaluate (default: ${DEFAULT-VALUE}).")
    private String metaVariables;

    @Option(
            names = "--sets",
            paramLabel = "NAME",
            split = ",",
            description = "Image sets to evaluate on (default: mnist,fashion_mnist).")
    private List<String> sets = List.of("mnist", "fashion_mnist");

    @AtLeast(0)
    @Option(
            names = "--hidden-layers",
            paramLabel = "N",
            split = ",",
            description = "Numbers of hidden layers of 32 to evaluate (default: 0,1).")
    private List<Integer> hiddenLayers = List.of(0, 1);

    @Option(
            names = "--batches",
            paramLabel = "N",
            defaultValue = "938",
            description =
                    "Batches of 64 to learn when evaluating; 938 are 60,000 images once"
                            + " (default: ${DEFAULT-VALUE}).")
    private int batches;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "6",
            description = "Runs of each when evaluating (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @AtLeast(0)
    @Option(
            names = "--sizes",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Runs for each of the sizes never seen in meta-training, 0 for none (default:"
                            + " ${DEFAULT-VALUE}).")
    private int sizes;

    @Mixin private DataOption data;

    CloneCommand() {}

    @Override
    protected Report report() throws IOException {
        if (evaluate) {
            CloneEvaluation.Settings settings =
                    new CloneEvaluation.Settings(
                            Algorithms.named(metaVariables),
                            metaVariables,
                            sets,
                            hiddenLayers,
                            batches,
                            seeds,
                            sizes,
                            seed,
                            threads);
            return new CloneEvaluation(settings, DataSets.in(data.folder), folder().resolve("runs"))
                    .run(ConsoleProgress::new);
        }
        return trained();
    }

    private Report trained() throws IOException {
        require(
                steps.isEmpty() || steps.size() == 2,
                "--steps must be two numbers N,N, got %s",
                steps);
        require(minutes > 0, "--minutes must be positive, got %s", minutes);
        Files.createDirectories(folder());
        CloneTraining training =
                steps.isEmpty()
                        ? CloneTraining.DEFAULT
                        : CloneTraining.DEFAULT.withSteps(steps.get(0), steps.get(1));
        ClonedBackpropagation config = ClonedBackpropagation.PAPER;
        ImageSet images = DataSets.in(data.folder).load("mnist", Split.TRAIN);
        CloneTrainer trainer = new CloneTrainer(training, config, images, seed, threads);
        Duration budget =
                steps.isEmpty() ? Duration.ofMillis((long) (minutes * MILLIS_OF_A_MINUTE)) : null;
        long start = System.nanoTime();
        NamedArrays metaVariables;
        try (Progress progress = new ConsoleProgress("clone", "steps", 1)) {
            metaVariables = trainer.run(budget, new Shown(progress));
        }
        double spent = (System.nanoTime() - start) / 1e9 / SECONDS_OF_A_MINUTE;
        List<CloneErrors> errors = trainer.errors();
        LearningAlgorithm algorithm =
                new LearningAlgorithm(
                        config, metaVariables, provenance(trainer, images, metaVariables, spent));
        algorithm.save(folder().resolve(NAME + LearningAlgorithm.EXTENSION));
        Table table = Table.of(CloneErrors.class, errors);
        return new Report(NAME, seed, config(trainer, images, spent))
                .table(table)
                .csv("training.csv", table);
    }

    /** A bar, and the errors behind it. */
    private record Shown(Progress progress) implements CloneTrainer.Listener {

        @Override
        public void step(int done, int total) {
            progress.of(total);
            progress.at(done);
        }

        @Override
        public void tested(CloneErrors errors, NamedArrays metaVariables) {
            progress.say(
                    "y %.1e, e' %.1e, dw %.1e",
                    errors.output(), errors.messageDown(), errors.deltaW());
        }
    }

    private Map<String, Object> config(CloneTrainer trainer, ImageSet images, double spent) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("training", trainer.training());
        config.put("images", images.toString());
        config.put("threads", threads);
        config.put("minutes", spent);
        return config;
    }

    private Provenance provenance(
            CloneTrainer trainer, ImageSet images, NamedArrays metaVariables, double spent) {
        CloneErrors last = trainer.errors().get(trainer.errors().size() - 1);
        int first = trainer.training().random().steps();
        int second = trainer.training().shadow().steps();
        Map<String, String> versions = Versions.of(null);
        Map<String, Double> log = new LinkedHashMap<>();
        log.put("random_steps", (double) first);
        log.put("shadow_steps", (double) second);
        log.put("shadow_images", (double) images.size());
        log.put("minutes", spent);
        log.put("output", last.output());
        log.put("message_down", last.messageDown());
        log.put("delta_w", last.deltaW());
        log.put("delta_b", last.deltaB());
        String steps = " --steps " + first + "," + second;
        return Provenance.of(name, metaVariables)
                .createdNow()
                .software(versions.get("vsml"), versions.get("commit"))
                .seed(seed)
                .config(NAME)
                .trainingLog(log)
                .reproduce(
                        "./vsml clone --seed "
                                + seed
                                + steps
                                + (data.folder == null ? "" : " --data DIR"))
                .build();
    }
}
