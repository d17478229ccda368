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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** Runs {@link Quickstart}. */
@Command(
        name = "quickstart",
        description = {
            "Learns unseen digits online with a meta-trained algorithm, beside tuned SGD, tuned"
                    + " Adam, nearest class mean and 1-nearest-neighbour; then meta-trains a small"
                    + " algorithm live.",
            "Under two minutes on two cores; needs no data and no network."
        },
        mixinStandardHelpOptions = true)
final class QuickstartCommand extends ReportingCommand {

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
        require(
                seconds >= 0 && seconds <= 1e6,
                "--seconds must be in [0, 1000000], got %s",
                seconds);
        Engine engine = run.engine();
        DataSets sets = data == null ? DataSets.embedded() : DataSets.in(data);
        Quickstart quickstart =
                new Quickstart(sets, engine, seeds, run.seed, run.threads, ConsoleProgress::new);
        quickstart.learnDigits(shipped(), algorithm, examples);
        if (seconds > 0) {
            say(quickstart.table().text());
            say(String.join("\n", quickstart.remarks()) + '\n');
            quickstart.metaTrain(seconds);
        }
        return quickstart.on(
                new Report("quickstart", run.seed, config(quickstart)).engine(engine.name()));
    }

    /** Null if the build has none of this name; a file that is given must be there. */
    private LearningAlgorithm shipped() throws IOException {
        boolean isDefault = algorithm.equals(OnlineLearner.DEFAULT_ALGORITHM);
        return isDefault && !LearningAlgorithm.isOnClassPath(algorithm)
                ? null
                : Algorithms.named(algorithm);
    }

    private Map<String, Object> config(Quickstart quickstart) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", algorithm);
        config.put("set", quickstart.set());
        config.put("origin", quickstart.origin());
        config.put("examples", examples);
        config.put("seeds", seeds);
        config.put("seconds", seconds);
        config.put("threads", run.threads);
        return config;
    }
}
