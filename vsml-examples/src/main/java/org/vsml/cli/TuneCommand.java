package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.vsml.arbiter.CandidateResult;
import org.vsml.arbiter.MetaTrainingData;
import org.vsml.arbiter.MetaTrainingSearch;
import org.vsml.arbiter.MetaTrainingSpace;
import org.vsml.arbiter.SearchMethod;
import org.vsml.arbiter.SearchResult;
import org.vsml.arbiter.Setting;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.lab.Progress;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Searches for a better meta-training run. */
@Command(
        name = "tune",
        description =
                "Searches for a better meta-training run with Arbiter; a killed search can be resumed.",
        mixinStandardHelpOptions = true)
final class TuneCommand extends ReportingCommand {

    private static final Set<Setting> GRID =
            EnumSet.of(Setting.STATE_SIZE, Setting.LEARNING_RATE, Setting.OPTIMIZER);

    @Option(
            names = "--config",
            paramLabel = "NAME|FILE.yaml",
            defaultValue = "tune",
            description = "The run that is varied (default: ${DEFAULT-VALUE}, made for this).")
    private String configName;

    @Option(
            names = "--search",
            paramLabel = "METHOD",
            defaultValue = "random",
            description = "random, grid or genetic (default: ${DEFAULT-VALUE}).")
    private SearchMethod method;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Candidates at most, beside the run that is varied (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "15",
            description = "Time (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--resume", description = "Go on with the search in --out, if there is one.")
    private boolean resume;

    @Option(
            names = "--vary",
            paramLabel = "SETTING",
            split = ",",
            description =
                    "What varies, such as learning_rate,state_size (default: all that the run has;"
                            + " for grid state_size,optimizer,learning_rate).")
    private List<String> vary = List.of();

    @Option(
            names = "--grid-points",
            paramLabel = "N",
            defaultValue = "3",
            description = "Values of a continuous setting in a grid (default: ${DEFAULT-VALUE}).")
    private int gridPoints;

    @Option(
            names = "--no-early-stop",
            description = "Let candidates below the median of the others run to their end too.")
    private boolean noEarlyStop;

    @Option(
            names = "--held-out",
            paramLabel = "NAME",
            split = ",",
            description = "Image sets to score on (default: mnist).")
    private List<String> heldOut = List.of("mnist");

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "100",
            description = "Examples of a held-out stream (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "8",
            description = "Streams of each held-out set (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of proposals and of meta-training (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: the embedded samples).")
    private Path data;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Episodes at the same time (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    TuneCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Searches as {@code ./vsml tune} does with these options, which must have {@code --out}. */
    public static Report runExample(String... args) throws IOException {
        TuneCommand command = new TuneCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
        return command.report();
    }

    @Override
    protected Report report() throws IOException {
        require(candidates >= 1, "--candidates must be >= 1, got %d", candidates);
        require(minutes > 0, "--minutes must be positive, got %s", minutes);
        MetaTrainingConfig config = Algorithms.config(configName);
        MetaTrainingSpace space = space(config);
        SearchResult result;
        try (Progress progress = new ConsoleProgress("tune", "candidates", candidates)) {
            result =
                    MetaTrainingSearch.over(space)
                            .method(method)
                            .candidates(candidates)
                            .seconds(minutes * 60)
                            .folder(folder())
                            .resume(resume)
                            .seed(seed)
                            .threads(threads)
                            .gridPoints(gridPoints)
                            .earlyStop(!noEarlyStop)
                            .data(
                                    new MetaTrainingData.Settings(
                                            data == null ? "" : data.toString(),
                                            data == null,
                                            heldOut,
                                            examples,
                                            seeds,
                                            seed))
                            .listener(
                                    candidate -> {
                                        progress.say("%s", describe(candidate));
                                        progress.step(
                                                candidate.candidate() == CandidateResult.BASELINE
                                                        ? 0
                                                        : 1);
                                    })
                            .run();
        }
        List<Setting> settings =
                Arrays.stream(Setting.values()).filter(space.settings()::contains).toList();
        Table table = table(result, settings);
        Report report =
                new Report("tune", seed, settings(config, settings))
                        .table(table)
                        .csv("candidates.csv", table)
                        .remark(verdict(result));
        return result.candidates().isEmpty() ? report : report.plot("search.png", plot(result));
    }

    private MetaTrainingSpace space(MetaTrainingConfig config) {
        if (!vary.isEmpty()) {
            Set<Setting> chosen = EnumSet.noneOf(Setting.class);
            for (String name : vary) {
                chosen.add(
                        Arrays.stream(Setting.values())
                                .filter(s -> s.label().equals(name.toLowerCase(Locale.ROOT)))
                                .findFirst()
                                .orElseThrow(
                                        () ->
                                                new IllegalArgumentException(
                                                        "no setting "
                                                                + name
                                                                + "; there are "
                                                                + Arrays.stream(Setting.values())
                                                                        .map(Setting::label)
                                                                        .toList())));
            }
            return MetaTrainingSpace.standard(config, chosen);
        }
        return method == SearchMethod.GRID
                ? MetaTrainingSpace.standard(config, GRID)
                : MetaTrainingSpace.standard(config);
    }

    private Map<String, Object> settings(MetaTrainingConfig config, List<Setting> varied) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("config", config);
        settings.put("search", method.name().toLowerCase(Locale.ROOT));
        settings.put("vary", varied.stream().map(Setting::label).toList());
        settings.put("candidates", candidates);
        settings.put("minutes", minutes);
        settings.put("early_stop", !noEarlyStop);
        settings.put("held_out", heldOut);
        settings.put("examples", examples);
        settings.put("seeds", seeds);
        return settings;
    }

    private static String describe(CandidateResult candidate) {
        String outcome = candidate.outcome().name().toLowerCase(Locale.ROOT);
        return candidate.score() == null
                ? outcome
                : String.format(Locale.ROOT, "%s %.3f", outcome, candidate.score());
    }

    private static Table table(SearchResult result, List<Setting> settings) {
        List<String> columns =
                new ArrayList<>(List.of("candidate", "score", "outcome", "steps", "seconds"));
        settings.forEach(setting -> columns.add(setting.label()));
        Table table = new Table(columns);
        List<CandidateResult> all = new ArrayList<>(result.candidates());
        if (result.baseline() != null) {
            all.add(0, result.baseline());
        }
        for (CandidateResult candidate : all) {
            List<Object> cells = new ArrayList<>();
            cells.add(
                    candidate.candidate() == CandidateResult.BASELINE
                            ? "baseline"
                            : Integer.toString(candidate.candidate()));
            cells.add(candidate.score());
            cells.add(candidate.outcome());
            cells.add(candidate.steps());
            cells.add(candidate.seconds());
            settings.forEach(setting -> cells.add(candidate.values().get(setting)));
            table.row(cells.toArray());
        }
        return table;
    }

    /** Whether the search was worth it; it may not have been. */
    private String verdict(SearchResult result) {
        String end = result.finished() ? "" : " Time ran out; --resume goes on.";
        if (result.baseline() == null) {
            return "There was no time for the run that is to be varied." + end;
        }
        double before = result.baseline().score();
        return result.best()
                        .map(
                                best ->
                                        String.format(
                                                Locale.ROOT,
                                                best.score() > before
                                                        ? "Candidate %d reaches %.4f, the run that was varied %.4f."
                                                        : "No candidate is better: the best, %d, reaches %.4f, the run that was varied %.4f.",
                                                best.candidate(),
                                                best.score(),
                                                before))
                        .orElse("No candidate ran to its end.")
                + end;
    }

    private static LinePlot plot(SearchResult result) {
        List<CandidateResult> scored =
                result.candidates().stream().filter(c -> c.score() != null).toList();
        double[] at = scored.stream().mapToDouble(CandidateResult::candidate).toArray();
        double[] scores = scored.stream().mapToDouble(CandidateResult::score).toArray();
        double[] best = new double[scores.length];
        double[] baseline = new double[scores.length];
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            if (scored.get(i).outcome() == CandidateResult.Outcome.COMPLETE) {
                highest = Math.max(highest, scores[i]);
            }
            best[i] = Double.isFinite(highest) ? highest : scores[i];
            baseline[i] = result.baseline().score();
        }
        LinePlot plot = new LinePlot("search", "candidate", "held-out accuracy");
        return scores.length == 0
                ? plot
                : plot.points("candidate", at, scores, scores, scores)
                        .line("best so far", at, best)
                        .line("varied run", at, baseline);
    }
}
