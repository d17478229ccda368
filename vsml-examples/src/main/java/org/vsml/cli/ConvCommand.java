package org.vsml.cli;

import org.vsml.lab.StreamExperiment;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * A convolutional VSML, meta-trained on grey images and tested on a set that it has not seen
 * (paper, section B.2).
 */
@Command(
        name = "conv",
        description =
                "Meta-trains a convolutional VSML on grey images and tests it on others, beside SGD"
                        + " and general-1.",
        mixinStandardHelpOptions = true)
final class ConvCommand extends StreamCommand {

    ConvCommand() {
        super("conv", StreamExperiment.WITH_CONVOLUTION, "mnist");
    }

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /**
     * Runs as {@code ./vsml conv} does with these options; checkpoints go to {@code --out}, nothing
     * else is written.
     */
    public static Report runExample(String... args) throws Exception {
        ConvCommand command = new ConvCommand();
        new CommandLine(command).parseArgs(args);
        return command.report();
    }
}
