package org.vsml.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.lab.TaskGallery;
import org.vsml.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws samples of what general-2 is meta-trained on. */
@Command(
        name = "tasks",
        description = "Draws samples of the synthetic tables of meta-training.",
        mixinStandardHelpOptions = true)
final class TasksCommand extends ReportingCommand {

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "5",
            description = "Samples of each kind of boundary (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "500",
            description = "Examples of a sample (default: ${DEFAULT-VALUE}).")
    private int examples;

    TasksCommand() {}

    @Override
    protected Report report() throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("samples", samples);
        config.put("examples", examples);
        return new TaskGallery(seed, samples, examples).on(new Report("tasks", seed, config));
    }
}
