package org.vsml.cli;

import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.episode.DataSets;
import org.vsml.lab.OnlineHeads;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs {@link OnlineHeads}, the comparison around the example {@code OnlineHeadOnCnn}. */
@Command(
        name = "online-head-on-cnn",
        description =
                "A VSML head on a pre-trained CNN learns new classes online, beside frozen and SGD-tuned heads.",
        mixinStandardHelpOptions = true)
final class OnlineHeadOnCnnCommand extends ReportingCommand {

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "500",
            description = "Images after deployment (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "4",
            description = "Random orders of them (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin private DataOption data;

    @Override
    protected Report report() {
        OnlineHeads heads = new OnlineHeads(DataSets.in(data.folder), examples, streams, seed);
        return new Report(
                        "online-head-on-cnn",
                        seed,
                        Map.of("examples", examples, "streams", streams))
                .table(Table.of(OnlineHeads.HeadScores.class, heads.run()));
    }
}
