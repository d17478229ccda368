package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.lab.Quickstart;
import org.vsml.online.OnlineLearner;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs {@link Quickstart}. */
@Command(
        name = "quickstart",
        description = {
            "Learns unseen digits and rows of a table online with a meta-trained algorithm, beside"
                    + " tuned SGD, tuned Adam, nearest class mean and 1-nearest-neighbour; then"
                    + " meta-trains a small algorithm live.",
            "About two minutes on two cores; needs no data and no network."
        },
        mixinStandardHelpOptions = true)
final class QuickstartCommand extends ReportingCommand {

    @Option(
            names = "--meta-variables",
            paramLabel = "NAME|FILE",
            description =
                    "The learning algorithm, by name or file (default: "
                            + OnlineLearner.DEFAULT_ALGORITHM
                            + ").")
    private String algorithm;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Digits or rows of a stream (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "8",
            description = "Streams (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "600",
            description = "Steps of live meta-training; 0 for none (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with the full sets (default: the samples that come along).")
    private Path data;

    @Mixin private RunOptions run;

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
        require(steps >= 0, "--steps must be >= 0, got %d", steps);
        Engine engine = run.engine();
        DataSets sets = data == null ? DataSets.embedded() : DataSets.in(data);
        Quickstart quickstart =
                new Quickstart(sets, engine, seeds, run.seed, run.threads, ConsoleProgress::new);
        LearningAlgorithm shipped = algorithm();
        quickstart.learnDigits(shipped, name(), examples);
        quickstart.learnTable(shipped, examples);
        if (steps > 0) {
            quickstart.metaTrain(steps);
        }
        return quickstart.on(
                new Report("quickstart", run.seed, config(quickstart)).engine(engine.name()));
    }

    private String name() {
        return algorithm == null ? OnlineLearner.DEFAULT_ALGORITHM : algorithm;
    }

    /** Null if the build lacks the usual one; one that is asked for must be there. */
    private LearningAlgorithm algorithm() throws IOException {
        return algorithm == null && !LearningAlgorithm.isOnClassPath(name())
                ? null
                : Algorithms.named(name());
    }

    private Map<String, Object> config(Quickstart quickstart) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", name());
        config.put("set", quickstart.set());
        config.put("origin", quickstart.origin());
        config.put("examples", examples);
        config.put("seeds", seeds);
        config.put("steps", steps);
        config.put("threads", run.threads);
        return config;
    }
}
