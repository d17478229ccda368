package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Json;
import org.vsml.meta.TimeBudget;

/**
 * Searches for a better meta-training run with Arbiter.
 *
 * <pre>{@code
 * SearchResult result =
 *         MetaTrainingSearch.over(MetaTrainingSpace.standard(MetaTrainingConfig.named("tiny")))
 *                 .method(SearchMethod.RANDOM).candidates(20).seconds(600).folder(out).run();
 * }</pre>
 *
 * <p>The configuration that is varied runs first, as the baseline. All candidates are meta-trained
 * from the same seed and scored on the same held-out streams, one after the other; {@link #threads}
 * of each run side by side. So the result is a function of space, method, seed and data, unless
 * time runs out; and an interrupted search goes on where it was, in the middle of a candidate too:
 * what has a result in the folder is not run again, since Arbiter proposes the same candidates
 * again.
 */
public final class MetaTrainingSearch {

    private static final String DESCRIPTION = "search.json";

    private final MetaTrainingSpace space;
    private SearchMethod method = SearchMethod.RANDOM;
    private int candidates = 20;
    private double seconds = TimeUnit.DAYS.toSeconds(365);
    private Path folder;
    private boolean resume;
    private long seed = 1;
    private int threads = 1;
    private int gridPoints = 3;
    private boolean earlyStop = true;
    private MetaTrainingData.Settings data = MetaTrainingData.Settings.DEFAULT;
    private Consumer<CandidateResult> listener = result -> {};

    private MetaTrainingSearch(MetaTrainingSpace space) {
        this.space = space;
    }

    /** A search of this space. */
    public static MetaTrainingSearch over(MetaTrainingSpace space) {
        require(
                space != null && space.numParameters() > 0,
                "a search needs a space in which something varies, got %s",
                space);
        return new MetaTrainingSearch(space);
    }

    /** How candidates are proposed; default random. */
    public MetaTrainingSearch method(SearchMethod value) {
        method = value;
        return this;
    }

    /** Candidates to try at most, the baseline not counted; default 20. */
    public MetaTrainingSearch candidates(int value) {
        require(value >= 1, "candidates must be >= 1, got %d", value);
        candidates = value;
        return this;
    }

    /** Stops after this time, by giving up the step in progress; default a year. */
    public MetaTrainingSearch seconds(double value) {
        require(value > 0 && Double.isFinite(value), "seconds must be positive, got %s", value);
        seconds = value;
        return this;
    }

    /** Where everything is kept; made if it is missing. */
    public MetaTrainingSearch folder(Path value) {
        folder = value;
        return this;
    }

    /** Whether to go on with the search in the folder, if there is one. */
    public MetaTrainingSearch resume(boolean value) {
        resume = value;
        return this;
    }

    /** Seed of proposals and of meta-training; default 1. */
    public MetaTrainingSearch seed(long value) {
        seed = value;
        return this;
    }

    /** Episodes at the same time; changes no result. */
    public MetaTrainingSearch threads(int value) {
        require(value >= 1, "threads must be >= 1, got %d", value);
        threads = value;
        return this;
    }

    /** Values of each continuous parameter in a grid; default 3. */
    public MetaTrainingSearch gridPoints(int value) {
        require(value >= 1, "gridPoints must be >= 1, got %d", value);
        gridPoints = value;
        return this;
    }

    /** Whether hopeless candidates are given up early; default true. */
    public MetaTrainingSearch earlyStop(boolean value) {
        earlyStop = value;
        return this;
    }

    /** Data to train and score on. */
    public MetaTrainingSearch data(MetaTrainingData.Settings value) {
        data = value;
        return this;
    }

    /** Is told of every candidate that has ended, on some thread, one at a time. */
    public MetaTrainingSearch listener(Consumer<CandidateResult> value) {
        listener = value;
        return this;
    }

    /**
     * Searches.
     *
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException if the folder holds another search, or one while not
     *     resuming
     */
    public SearchResult run() throws IOException {
        require(folder != null, "a search needs a folder");
        begin();
        Trials trials =
                new Trials(
                        folder.resolve("candidates"),
                        seed,
                        threads,
                        earlyStop,
                        TimeBudget.elapsed(seconds),
                        listener);
        Optional<CandidateResult> baseline =
                trials.run(
                        CandidateResult.BASELINE,
                        new double[0],
                        new Proposal(Proposal.write(space.base()), Map.of()),
                        MetaTrainingData.class,
                        data.properties(),
                        new HeldOutAccuracyScore());
        if (baseline.isEmpty()) {
            return new SearchResult(null, List.of(), false);
        }
        require(
                baseline.get().score() != null,
                "the configuration that is to be varied cannot be run itself: %s",
                baseline.get().message());
        CandidateGenerator generator = method.generator(space, gridPoints, seed);
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(
                        1,
                        configuration(generator, trials.folder(), new OutOfTime(trials)),
                        new MetaTrainingTaskCreator(trials));
        runner.execute();
        if (runner.numCandidatesFailed() > 0) {
            throw new IOException(
                    runner.numCandidatesFailed()
                            + " candidates could not be run; the log says why. Go on with resume");
        }
        List<CandidateResult> results =
                trials.results().stream()
                        .filter(result -> result.candidate() != CandidateResult.BASELINE)
                        .toList();
        boolean all = results.size() >= candidates || !generator.hasMoreCandidates();
        return new SearchResult(baseline.get(), results, all && !trials.isGivenUp());
    }

    /** For Arbiter. */
    OptimizationConfiguration configuration(
            CandidateGenerator generator, Path kept, TerminationCondition... more) {
        TerminationCondition[] conditions =
                Stream.concat(
                                Stream.of(
                                        new MaxCandidatesCondition(candidates),
                                        new NoMoreCandidates()),
                                Arrays.stream(more))
                        .toArray(TerminationCondition[]::new);
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(generator)
                .dataSource(MetaTrainingData.class, data.properties())
                .modelSaver(new AlgorithmSaver(kept.toString()))
                .scoreFunction(new HeldOutAccuracyScore())
                .terminationConditions(conditions)
                .rngSeed(seed)
                .build();
    }

    private void begin() throws IOException {
        Files.createDirectories(folder);
        ObjectNode description = description();
        Path file = folder.resolve(DESCRIPTION);
        if (!Files.exists(file)) {
            AtomicFiles.writeString(file, Json.mapper().writeValueAsString(description) + '\n');
            return;
        }
        require(resume, "%s holds a search; resume it, or choose another folder", folder);
        JsonNode found;
        try {
            found = Json.mapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
        for (Map.Entry<String, JsonNode> part : description.properties()) {
            require(
                    part.getValue().equals(found.get(part.getKey())),
                    "%s belongs to another search: its %s is %s, asked for is %s",
                    file,
                    part.getKey(),
                    found.get(part.getKey()),
                    part.getValue());
        }
        AtomicFiles.deleteLeftovers(folder);
    }

    /** What must be the same for candidates to mean the same; their number and time may change. */
    private ObjectNode description() throws IOException {
        ObjectNode description = Json.mapper().createObjectNode();
        description.put("method", method.name());
        description.put("seed", seed);
        description.put("gridPoints", gridPoints);
        description.put("earlyStop", earlyStop);
        description.set("data", Json.mapper().valueToTree(data));
        description.set("space", Json.mapper().readTree(space.toJson()));
        // As read, so that types of numbers are comparable.
        return (ObjectNode) Json.mapper().readTree(Json.mapper().writeValueAsString(description));
    }

    /** Ends the search when its time is up. */
    private record OutOfTime(Trials trials) implements TerminationCondition {

        @Override
        public void initialize(IOptimizationRunner runner) {
            // the clock runs already
        }

        @Override
        public boolean terminate(IOptimizationRunner runner) {
            return trials.isOutOfTime();
        }
    }
}
