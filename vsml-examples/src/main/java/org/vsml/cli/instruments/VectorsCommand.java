package org.vsml.cli.instruments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.conformance.Conformance;
import org.vsml.conformance.GoldenVector;
import org.vsml.core.Engine;
import org.vsml.core.Precision;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays golden vectors from any folder, so that anyone can check an engine's conformance. */
@Command(
        name = "vectors",
        description = {
            "Replays golden vectors through an engine and shows its largest errors.",
            "Exit code 1 if any is above the tolerance: 1e-9 absolute in double; 2e-4 in float,"
                    + " relative to the largest value of the logits, of a state array, or of the"
                    + " gradient."
        },
        mixinStandardHelpOptions = true)
public final class VectorsCommand extends ReportingCommand {

    private static final String PASSED = "ok";

    @Parameters(paramLabel = "DIR", description = "Folder of golden vectors (*.json).")
    private Path folder;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "samediff",
            description = "samediff or cpu (default: ${DEFAULT-VALUE}).")
    private String engineName;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "double",
            description = "double or float (default: ${DEFAULT-VALUE}).")
    private Precision type;

    /** One row of the result; the errors are missing where the engine cannot run the vector. */
    public record VectorResult(
            String vector,
            String engine,
            String type,
            double logits,
            double crossEntropy,
            double states,
            double gradients,
            double tolerance,
            String result) {}

    VectorsCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Replays as {@code ./vsml vectors} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws IOException {
        return new CommandLine(new VectorsCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(args)
                .asCommandLineList()
                .get(0)
                .<VectorsCommand>getCommand()
                .report();
    }

    @Override
    protected Report report() throws IOException {
        Engine engine = Engine.of(engineName, type);
        List<GoldenVector> vectors = new ArrayList<>();
        for (Path file : Conformance.files(folder)) {
            vectors.add(GoldenVector.read(file));
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("folder", folder.toString());
        config.put("engine", engineName);
        config.put("type", name(type));
        return new Report("vectors", 0, config)
                .engine(engineName)
                .table(
                        Table.of(
                                VectorResult.class,
                                vectors.stream().map(v -> row(v, engine)).toList()));
    }

    private VectorResult row(GoldenVector vector, Engine engine) {
        try {
            Conformance.Errors errors = Conformance.replay(vector, engine);
            return new VectorResult(
                    vector.name(),
                    engineName,
                    name(type),
                    errors.logits(),
                    errors.crossEntropy(),
                    errors.states(),
                    errors.gradients(),
                    errors.tolerance(),
                    errors.passed() ? PASSED : "above tolerance");
        } catch (IllegalArgumentException e) {
            // An engine says so when it cannot run a model; the other vectors are still of
            // interest.
            double none = Double.NaN;
            return new VectorResult(
                    vector.name(),
                    engineName,
                    name(type),
                    none,
                    none,
                    none,
                    none,
                    Conformance.tolerance(type),
                    e.getMessage());
        }
    }

    @Override
    protected int exitCode(Report report) {
        return report.table().rows().stream().allMatch(row -> PASSED.equals(row.get("result")))
                ? CommandLine.ExitCode.OK
                : CommandLine.ExitCode.SOFTWARE;
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
