package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.examples.DropIntoPipeline;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs {@link DropIntoPipeline}. */
@Command(
        name = "drop-into-pipeline",
        description =
                "CSV to DataVec to normalizer to a graph with a VsmlLayer: fit, learn online, save and load.",
        mixinStandardHelpOptions = true)
final class DropIntoPipelineCommand extends ReportingCommand {

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Epochs of 20 batches of 16 episodes (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "50",
            description = "Online streams to test on (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    protected Report report() throws Exception {
        require(epochs >= 0 && streams >= 1, "--epochs must be >= 0 and --streams >= 1");
        DropIntoPipeline.Result result = DropIntoPipeline.runExample(epochs, streams, seed);
        Table table = new Table("network", "accuracy_first_10", "accuracy_last_25");
        table.row("before fit", result.beforeFit().first10(), result.beforeFit().last25());
        table.row("after fit", result.afterFit().first10(), result.afterFit().last25());
        table.row(
                "saved and loaded",
                result.savedAndLoaded().first10(),
                result.savedAndLoaded().last25());
        return new Report("drop-into-pipeline", seed, Map.of("epochs", epochs, "streams", streams))
                .table(table);
    }
}
