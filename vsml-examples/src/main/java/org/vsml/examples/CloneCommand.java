package org.vsml.examples;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.cloning.CloneErrors;
import org.vsml.cloning.CloneTrainer;
import org.vsml.cloning.CloneTraining;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.episode.DataSets;
import org.vsml.episode.Split;
import org.vsml.report.Report;
import org.vsml.report.Table;
import org.vsml.report.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the sub-RNNs of a VSML network to be backpropagation. */
@Command(
        name = "clone",
        description = "Clones backpropagation: trains an LSTM whose network learns forward only.",
        mixinStandardHelpOptions = true)
public final class CloneCommand extends ReportingCommand {

    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            description =
                    "Meta steps on random tuples and with shadow networks (default: 20000,8000).")
    private List<Integer> steps = List.of(20_000, 8_000);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: VSML_DATA, else embedded samples).")
    private Path data;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    CloneCommand() {}

    @Override
    protected Report report() throws IOException {
        require(steps.size() == 2, "--steps must be two numbers N,N, got %s", steps);
        Files.createDirectories(folder());
        CloneTraining training = CloneTraining.DEFAULT.withSteps(steps.get(0), steps.get(1));
        ClonedBackpropagation config = ClonedBackpropagation.PAPER;
        CloneTrainer trainer =
                new CloneTrainer(
                        training, config, DataSets.in(data).load("mnist", Split.TRAIN), seed);
        NamedArrays metaVariables = trainer.run();
        List<CloneErrors> errors = trainer.errors();
        LearningAlgorithm algorithm =
                new LearningAlgorithm(
                        config,
                        metaVariables,
                        provenance(errors.get(errors.size() - 1), metaVariables));
        algorithm.save(folder().resolve("clone" + LearningAlgorithm.EXTENSION));
        return new Report("clone", seed, training).table(Table.of(CloneErrors.class, errors));
    }

    private Provenance provenance(CloneErrors last, NamedArrays metaVariables) {
        Map<String, String> versions = Versions.of(null);
        Map<String, Double> log = new LinkedHashMap<>();
        log.put("steps", (double) last.step());
        log.put("output", last.output());
        log.put("message_down", last.messageDown());
        log.put("delta_w", last.deltaW());
        log.put("delta_b", last.deltaB());
        return new Provenance(
                "clone",
                "1",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                versions.get("vsml"),
                versions.get("commit"),
                seed,
                "clone",
                log,
                "./vsml clone --seed "
                        + seed
                        + " --steps "
                        + steps.get(0)
                        + ","
                        + steps.get(1)
                        + (data == null ? "" : " --data DIR"),
                metaVariables.sha256());
    }
}
