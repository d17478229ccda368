package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.episode.DataSets;
import org.vsml.lab.paper.Effort;
import org.vsml.lab.paper.FigureResult;
import org.vsml.lab.paper.Paper;
import org.vsml.lab.paper.ResultsPage;
import org.vsml.lab.paper.Row;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Regenerates figures of the paper, as far as a budget of minutes goes. */
@Command(
        name = "paper",
        description =
                "Regenerates figures of the paper. Meta-trained algorithms are kept in --out and used"
                        + " again; delete one to train it anew.",
        mixinStandardHelpOptions = true)
final class PaperCommand extends ReportingCommand {

    private static final String ALL = "all";

    @Option(
            names = "--figure",
            paramLabel = "N",
            split = ",",
            required = true,
            description =
                    "6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, loss, batched, or all, in this order.")
    private List<String> figures;

    @Option(
            names = "--budget",
            paramLabel = "MINUTES",
            defaultValue = "30",
            description =
                    "Processor time for all meta-training that is still to do; measuring comes on top"
                            + " (default: ${DEFAULT-VALUE}).")
    private double budget;

    @Option(
            names = "--more",
            description = "Also go on with the meta-training of algorithms that are there.")
    private boolean more;

    @Option(
            names = "--algorithms",
            paramLabel = "DIR",
            description =
                    "Algorithms that were meta-trained before, such as docs/paper; the missing ones are"
                            + " made.")
    private Path algorithms;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "8",
            description = "Streams of each test set (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "12000",
            description = "Cuts the streams of all figures (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--docs",
            paramLabel = "DIR",
            description = "Also write the sections of these figures into DIR/results.md.")
    private Path docs;

    @Mixin private DataOption data;

    @Mixin private RunOptions run;

    @Spec private CommandSpec spec;

    PaperCommand() {}

    @Override
    protected Report report() throws IOException {
        require(budget > 0, "--budget must be positive, got %s", budget);
        List<String> numbers = figures.contains(ALL) ? Paper.figures() : figures;
        Engine engine = run.engine();
        long start = System.nanoTime();
        Paper paper =
                new Paper(
                        DataSets.in(data.folder),
                        engine,
                        folder(),
                        algorithms,
                        run.seed,
                        run.threads,
                        message -> say(start, message));
        List<FigureResult> results =
                paper.make(
                        numbers,
                        budget,
                        more,
                        new Effort(seeds, examples),
                        result -> {
                            if (docs != null) {
                                ResultsPage.update(
                                        docs, folder(), List.of(result), command(numbers));
                            }
                        });
        List<Row> rows = new ArrayList<>();
        results.forEach(result -> rows.addAll(result.rows()));
        return new Report("paper", run.seed, config(numbers))
                .engine(engine.name())
                .table(Table.of(Row.class, rows));
    }

    private void say(long start, String message) {
        double minutes = (System.nanoTime() - start) / 60e9;
        spec.commandLine().getErr().printf(Locale.ROOT, "%6.1f min  %s%n", minutes, message);
        spec.commandLine().getErr().flush();
    }

    private String command(List<String> numbers) {
        return String.format(
                Locale.ROOT,
                "./vsml paper --figure %s --budget %s --seeds %d --examples %d --seed %d",
                String.join(",", numbers),
                budget,
                seeds,
                examples,
                run.seed);
    }

    private Map<String, Object> config(List<String> numbers) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("figures", numbers);
        config.put("budget", budget);
        config.put("seeds", seeds);
        config.put("examples", examples);
        return config;
    }
}
