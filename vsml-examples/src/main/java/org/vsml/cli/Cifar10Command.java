package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import org.vsml.core.InputShape;
import org.vsml.episode.DataSets;
import org.vsml.episode.ImageFolders;
import org.vsml.lab.StreamExperiment;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A convolutional VSML, meta-trained on CIFAR-10 and tested on its test part and on Fashion-MNIST
 * (paper, figures 20 and 21).
 */
@Command(
        name = "cifar10",
        description =
                "Meta-trains a convolutional VSML on CIFAR-10, read from image files, and tests it"
                        + " there and on Fashion-MNIST beside SGD.",
        mixinStandardHelpOptions = true)
final class Cifar10Command extends StreamCommand {

    private static final String SET = "cifar10";

    @Option(
            names = "--images",
            paramLabel = "DIR|FILE.tar.gz",
            description =
                    "Images train/CLASS/NAME.jpg and test/CLASS/NAME.jpg, in a folder or an archive"
                            + " (default: folder or archive in cifar10 of --data).")
    private Path images;

    @Option(
            names = "--side",
            paramLabel = "N",
            defaultValue = "16",
            description =
                    "Images are scaled to N x N as they are read (default: ${DEFAULT-VALUE}).")
    private int side;

    @Option(
            names = "--per-class",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Images of each class and part, at most (default: ${DEFAULT-VALUE}).")
    private int perClass;

    Cifar10Command() {
        super("cifar10", StreamExperiment.WITH_CONVOLUTION, SET, "fashion_mnist");
    }

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /**
     * Runs as {@code ./vsml cifar10} does with these options; checkpoints go to {@code --out},
     * nothing else is written.
     */
    public static Report runExample(String... args) throws Exception {
        Cifar10Command command = new Cifar10Command();
        new CommandLine(command).parseArgs(args);
        return command.report();
    }

    @Override
    DataSets dataSets(Path folder) throws IOException {
        require(side >= 1, "--side must be >= 1, got %d", side);
        return new ImageFolders(SET, source(folder), new InputShape(side, side, 3), perClass)
                .addedTo(super.dataSets(folder));
    }

    private Path source(Path folder) throws IOException {
        if (images != null) {
            return images;
        }
        String named = System.getenv(DataSets.ENVIRONMENT_VARIABLE);
        Path used = folder != null || named == null ? folder : Path.of(named);
        require(used != null, "cifar10 needs --images, or --data with a folder %s", SET);
        Path place = used.resolve(SET);
        return ImageFolders.source(place)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        place
                                                + " has neither folders train and test nor a .tar.gz"
                                                + " archive of them; give --images"));
    }
}
