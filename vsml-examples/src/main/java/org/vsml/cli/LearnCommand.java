package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vsml.cli.internal.AtLeast;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.dl4j.VsmlClassifier;
import org.vsml.episode.DataSets;
import org.vsml.episode.EncodedTable;
import org.vsml.episode.TableEncoding;
import org.vsml.episode.TableFile;
import org.vsml.episode.TableRows;
import org.vsml.lab.TableLearning;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns a table from a file; see {@link TableLearning}. */
@Command(
        name = "learn",
        description = {
            "Learns the rows of a CSV or ARFF file online, each once and in order, with a"
                    + " meta-trained algorithm, beside classical learners.",
            "Text columns become one input for each text; missing values (empty, ?, NA) are marked."
        },
        mixinStandardHelpOptions = true)
final class LearnCommand extends ReportingCommand {

    private static final String NONE = "none";

    private static final List<String> DEFAULT_LEARNERS =
            List.of(
                    "sgd",
                    "adam",
                    "nearest_mean",
                    "1nn",
                    "knn",
                    "lda",
                    "rls",
                    "passive_aggressive",
                    "arow",
                    "naive_bayes",
                    "rff_rls_256",
                    "hedge");

    private static final Map<String, Character> DELIMITERS =
            Map.of("comma", ',', "semicolon", ';', "tab", '\t', "bar", '|', "blank", ' ');

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description =
                    "Table to learn, CSV or ARFF, also with .gz; segment or soybean for a table"
                            + " that comes along; none to predict only.")
    private Path file;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description = "Column of the labels, by name or number from 1 (default: the last).")
    private String label;

    @Option(
            names = "--ignore",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Columns to leave out, such as names, dates and counts of rows, by name or"
                            + " number from 1.")
    private List<String> ignored = List.of();

    @Option(
            names = "--header",
            negatable = true,
            description = "Whether the first row names the columns (default: if it looks like it).")
    private Boolean header;

    @Option(
            names = "--delimiter",
            paramLabel = "C",
            description =
                    "Between fields: a character, or comma, semicolon, tab, bar or blank (default:"
                            + " the one most frequent in the first row).")
    private String delimiter;

    @Option(
            names = "--shuffle",
            paramLabel = "SEED",
            description = "Learn rows in a random order instead of that of the file.")
    private Long shuffle;

    @Option(
            names = "--meta-variables",
            paramLabel = "NAME|FILE",
            description =
                    "The learning algorithm, by name or file (default: "
                            + VsmlClassifier.DEFAULT_ALGORITHM
                            + ", or that of the learner loaded).")
    private String algorithm;

    @Option(
            names = "--learners",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Learners beside it, as in evaluate; none for none (default:"
                            + " sgd,adam,nearest_mean,1nn,knn,lda,rls,passive_aggressive,arow,"
                            + "naive_bayes,rff_rls_256,hedge; none with --load).")
    private List<String> learners;

    @AtLeast(0)
    @Option(
            names = "--reserve",
            paramLabel = "N",
            defaultValue = "0",
            description = "Classes that later files may bring (default: ${DEFAULT-VALUE}).")
    private int reserve;

    @Option(
            names = "--save",
            paramLabel = "LEARNER",
            description = "Where to write what was learned.")
    private Path save;

    @Option(
            names = "--load",
            paramLabel = "LEARNER",
            description = "Go on with what an earlier run has saved.")
    private Path load;

    @Option(
            names = "--predict",
            paramLabel = "OTHER",
            description =
                    "Table to predict after learning, with or without labels; it learns nothing."
                            + " Writes predictions.csv.")
    private Path predict;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of what learners draw (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Learners at the same time (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    LearnCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Learns as {@code ./vsml learn} does with these options; writes a learner only. */
    public static Report runExample(String... args) throws IOException {
        return CommandLine.populateCommand(new LearnCommand(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        check();
        TableFile reader = reader();
        TableModel model = load == null ? null : TableModel.load(load);
        TableStream stream = null;
        if (file != null && model == null) {
            EncodedTable read =
                    isSample()
                            ? DataSets.sampleTable(file.toString())
                            : reader.encoded(file.getFileName().toString(), file);
            stream = TableStream.of(read.table(), file);
            new TableRemarks(file, this::say).on(read, stream);
            model = begin(read.encoding());
        } else if (file != null) {
            TableRows rows = reader.rows(file, model.encoding());
            warnOfUnseen(rows);
            model = model.withClassesOf(rows);
            stream = TableStream.of(rows, model.encoding(), file);
        }
        Report report = new Report("learn", seed, config()).engine(Engine.auto().name());
        if (stream != null) {
            TableStream ordered = shuffle == null ? stream : stream.shuffled(shuffle);
            TableLearning learning = new TableLearning(model.learner(), learners(), threads);
            learning.learn(
                    ordered.inputs(),
                    ordered.labels(),
                    model.encoding().classes().size(),
                    seed,
                    ConsoleProgress::new);
            learning.on(report, file.getFileName().toString());
        }
        if (save != null) {
            if (save.toAbsolutePath().getParent() != null) {
                Files.createDirectories(save.toAbsolutePath().getParent());
            }
            model.save(save);
            report.remark(
                    String.format(
                            Locale.ROOT,
                            "Saved the learner, which has seen %,d rows, as %s.",
                            model.learner().examples(),
                            save));
        }
        if (predict != null) {
            TableRows rows = reader.rows(predict, model.encoding());
            warnOfUnseen(rows);
            TableModel.Predictions predictions = model.predict(rows);
            report.csv("predictions.csv", predictions.table());
            report.remark(
                    String.format(
                            Locale.ROOT,
                            "Predicted %,d rows of %s: %s%s.",
                            rows.rows(),
                            predict,
                            folder().resolve("predictions.csv"),
                            predictions.accuracy()));
        }
        return report;
    }

    private TableModel begin(TableEncoding encoding) throws IOException {
        String name = algorithm == null ? VsmlClassifier.DEFAULT_ALGORITHM : algorithm;
        VsmlClassifier learner =
                VsmlClassifier.builder()
                        .algorithm(TableLearning.conditioned(Algorithms.named(name)))
                        .classes(encoding.classes().size())
                        .reserve(reserve)
                        .seed(seed)
                        .build();
        return new TableModel(learner, encoding, null);
    }

    private void check() {
        require(
                file != null || (load != null && predict != null),
                "give a FILE to learn, such as: ./vsml learn table.csv; or a learner and rows to predict: ./vsml learn --load"
                        + " learner.vsml --predict rows.csv");
        require(
                load == null || algorithm == null,
                "the learner in %s has its own algorithm: --meta-variables cannot be given with --load",
                load);
        require(
                load == null || label == null,
                "the learner in %s knows its label column: --label cannot be given with --load",
                load);
        require(
                load == null || ignored.isEmpty(),
                "the learner in %s knows its columns: --ignore cannot be given with --load",
                load);
        require(reserve >= 0, "--reserve must be >= 0, got %d", reserve);
        for (Path input : new Path[] {isSample() ? null : file, load, predict}) {
            require(input == null || Files.exists(input), "there is no file %s", input);
            require(
                    input == null || !Files.isDirectory(input),
                    "%s is a folder; give a file in it",
                    input);
        }
        require(
                save == null || !Files.isDirectory(save),
                "--save: %s is a folder; give the name of a file in it",
                save);
    }

    /** Whether the file is none, but a table that comes with the library. */
    private boolean isSample() {
        return file != null
                && load == null
                && label == null
                && ignored.isEmpty()
                && DataSets.isSampleTable(file.toString())
                && !Files.exists(file);
    }

    private TableFile reader() {
        Character between = null;
        if (delimiter != null) {
            between = DELIMITERS.get(delimiter.toLowerCase(Locale.ROOT));
            if (between == null) {
                require(
                        delimiter.length() == 1,
                        "--delimiter must be one character, or one of %s, got %s",
                        DELIMITERS.keySet().stream().sorted().toList(),
                        delimiter);
                between = delimiter.charAt(0);
            }
        }
        return new TableFile(between, header, label, false, true, ignored);
    }

    private List<String> learners() {
        if (learners == null) {
            return load == null ? DEFAULT_LEARNERS : List.of();
        }
        return learners.stream().filter(name -> !name.equals(NONE)).toList();
    }

    private void warnOfUnseen(TableRows rows) {
        if (rows.unseen() > 0) {
            announce(
                    "%s: %d texts were not in the table that the learner began with; they count as none of its texts.",
                    rows.origin(), rows.unseen());
        }
    }

    private void announce(String message, Object... arguments) {
        say(String.format(Locale.ROOT, message, arguments));
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("file", text(file));
        config.put("label", label);
        config.put("ignore", ignored.isEmpty() ? null : ignored);
        config.put("meta_variables", algorithm);
        config.put("learners", learners());
        config.put("shuffle", shuffle);
        config.put("load", text(load));
        config.put("save", text(save));
        config.put("predict", text(predict));
        config.values().removeIf(value -> value == null);
        return config;
    }

    private static String text(Path path) {
        return path == null ? null : path.toString();
    }
}
