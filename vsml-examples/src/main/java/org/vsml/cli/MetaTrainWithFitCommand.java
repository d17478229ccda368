package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.examples.MetaTrainWithFit;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs {@link MetaTrainWithFit}. */
@Command(
        name = "meta-train-with-fit",
        description =
                "Meta-trains with fit, Adam, early stopping, checkpoints and StatsListener; then learns digits.",
        mixinStandardHelpOptions = true)
final class MetaTrainWithFitCommand extends ReportingCommand {

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "12",
            description = "At most so many epochs (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--batches",
            paramLabel = "N",
            defaultValue = "50",
            description = "Batches of an epoch, 16 episodes each (default: ${DEFAULT-VALUE}).")
    private int batches;

    @Option(
            names = "--digits",
            paramLabel = "N",
            defaultValue = "300",
            description = "Length of the streams of digits (default: ${DEFAULT-VALUE}).")
    private int digits;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin private DataOption data;

    @Override
    protected Report report() throws IOException {
        require(
                epochs >= 1 && batches >= 1 && digits >= 1,
                "--epochs, --batches and --digits must be >= 1");
        MetaTrainWithFit.Result result =
                MetaTrainWithFit.runExample(data.folder, epochs, batches, digits, seed);
        Map<Integer, Double> losses = result.losses();
        int best = result.bestEpoch();
        Table table =
                new Table(
                        "meta_variables",
                        "epoch",
                        "held_out_meta_loss",
                        "digits_accuracy",
                        "stats_updates");
        table.row("random", 0, result.untrainedLoss(), result.untrainedDigits(), 0);
        table.row("best", best + 1, losses.get(best), result.digits(), result.statsUpdates());
        Table curve = new Table("epoch", "held_out_meta_loss");
        losses.forEach(curve::row);
        return new Report(
                        "meta-train-with-fit",
                        seed,
                        Map.of("epochs", epochs, "batches", batches, "digits", digits))
                .table(table)
                .csv("curve.csv", curve)
                .plot(
                        "curve.png",
                        new LinePlot(
                                        "Meta-training with fit",
                                        "epoch",
                                        "meta-loss of held-out episodes")
                                .line(
                                        "vsml",
                                        losses.keySet().stream().mapToDouble(e -> e + 1).toArray(),
                                        losses.values().stream().mapToDouble(l -> l).toArray()));
    }
}
