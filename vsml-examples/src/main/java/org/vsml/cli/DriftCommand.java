package org.vsml.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.cli.internal.StreamFile;
import org.vsml.core.Engine;
import org.vsml.episode.DriftStream;
import org.vsml.episode.Seeds;
import org.vsml.lab.DriftExperiment;
import org.vsml.online.StandardisedInputs;
import org.vsml.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how soon learners recover when the concept of a stream changes. */
@Command(
        name = "drift",
        description = "Measures how soon learners recover from a change of the concept.",
        mixinStandardHelpOptions = true)
final class DriftCommand extends ReportingCommand {

    @Option(
            names = "--meta-variables",
            paramLabel = "NAME|FILE",
            split = ",",
            description = "Learning algorithms, by name or file; none for none (general-2).")
    private List<String> algorithms = List.of("general-2");

    @Option(
            names = "--learners",
            paramLabel = "NAME",
            split = ",",
            description = "Learners beside them, as for evaluate (default: ${DEFAULT-VALUE}).")
    private List<String> learners = List.of("sgd", "knn_window", "lda", "hedge");

    @Option(
            names = "--streams",
            paramLabel = "KIND",
            split = ",",
            description = "${COMPLETION-CANDIDATES} (default: all).")
    private List<DriftStream.Kind> kinds = List.of(DriftStream.Kind.values());

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "Examples of a stream, which changes in the midst (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "4",
            description = "Streams of each kind (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--write",
            paramLabel = "DIR",
            description =
                    "Also write the streams as KIND-N.csv, to show them to other programs"
                            + " (bench/moa.sh).")
    private Path write;

    @Mixin private RunOptions run;

    DriftCommand() {}

    @Override
    protected Report report() throws IOException {
        run.check();
        Engine engine = run.engine();
        DriftExperiment test =
                new DriftExperiment(
                        Contenders.of(
                                algorithms,
                                false,
                                learners,
                                learner -> learner.withEach(StandardisedInputs::new),
                                engine),
                        kinds,
                        examples,
                        seeds,
                        run.seed,
                        run.threads);
        if (write != null) {
            for (DriftStream.Kind kind : kinds) {
                for (int i = 0; i < seeds; i++) {
                    writeStream(test.stream(kind), i);
                }
            }
        }
        return test.on(
                new Report("drift", run.seed, config()).engine(engine.name()),
                ConsoleProgress::new);
    }

    private void writeStream(DriftStream stream, int index) throws IOException {
        StreamFile.write(
                write.resolve(stream.kind().label() + "-" + (index + 1) + ".csv"),
                stream.sample(Seeds.derive(run.seed, index)).examples());
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", algorithms);
        config.put("learners", learners);
        config.put("streams", kinds.stream().map(DriftStream.Kind::label).toList());
        config.put("examples", examples);
        config.put("seeds", seeds);
        return config;
    }
}
