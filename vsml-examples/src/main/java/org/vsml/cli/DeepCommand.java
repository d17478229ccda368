package org.vsml.cli;

import org.vsml.lab.StreamExperiment;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * A VSML with a fully connected hidden layer, meta-trained on grey images and tested on a set that
 * it has not seen: does the hidden layer help?
 */
@Command(
        name = "deep",
        description =
                "Meta-trains a VSML with a hidden layer on grey images and tests it on others,"
                        + " beside SGD and general-1.",
        mixinStandardHelpOptions = true)
final class DeepCommand extends StreamCommand {

    DeepCommand() {
        super("deep", StreamExperiment.WITH_HIDDEN, "mnist");
    }

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /**
     * Runs as {@code ./vsml deep} does with these options; checkpoints go to {@code --out}, nothing
     * else is written.
     */
    public static Report runExample(String... args) throws Exception {
        DeepCommand command = new DeepCommand();
        new CommandLine(command).parseArgs(args);
        return command.report();
    }
}
