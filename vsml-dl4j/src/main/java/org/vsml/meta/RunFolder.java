package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.ArrayFile;
import org.vsml.core.ArrayLayout;
import org.vsml.core.AtomicFiles;
import org.vsml.core.FileErrors;
import org.vsml.core.Json;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;

/**
 * The files of a run: checkpoints {@code checkpoint-STEP.vsml-state} (the last few), the learning
 * algorithms {@code last.vsml} and {@code best.vsml}, and {@code metrics.jsonl}, one JSON object a
 * line.
 */
final class RunFolder {

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final String KIND = "meta-training-state";
    private static final Pattern CHECKPOINT =
            Pattern.compile("checkpoint-(\\d{1,10})\\.vsml-state");
    private static final String META_VARIABLES = "meta_variables.";
    private static final String MOMENT = "moment.";

    /** Of Adam; a file that says more is damaged. */
    private static final int MAX_MOMENTS = 2;

    private static final Pattern POOLED = Pattern.compile("(pool\\.\\d+\\.)(.+)");
    private static final ObjectMapper LINES =
            Json.configure(new ObjectMapper()).disable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;
    private FolderLock lock;

    /** Makes the folder if it is missing. */
    RunFolder(Path folder) throws IOException {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileErrors.named(folder.toString(), e);
        }
    }

    Path path() {
        return folder;
    }

    Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    /**
     * Keeps other runs out of the folder until it is closed; the system does so when this process
     * ends, however it ends.
     *
     * @throws IOException if another run, of this process or another, has the folder
     */
    Closeable lock() throws IOException {
        lock = new FolderLock(folder);
        return lock;
    }

    /** Checkpoints from the latest to the first. */
    List<Path> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> step(file) >= 0)
                    .sorted(Comparator.comparingLong(RunFolder::step).reversed())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw FileErrors.named(folder.toString(), e);
        }
    }

    private static long step(Path file) {
        Matcher matcher = CHECKPOINT.matcher(file.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /**
     * Writes a checkpoint and deletes the oldest beyond {@code keep}.
     *
     * @param run what the run is, to be compared on resuming
     */
    Path save(TrainingState state, ObjectNode run, int keep) throws IOException {
        if (lock != null) {
            lock.renew();
        }
        ObjectNode header = Json.mapper().createObjectNode();
        header.set("run", run);
        header.put("step", state.step());
        header.put("optimizerSteps", state.optimizerSteps());
        // As text, since JSON has no NaN and no infinity.
        header.put("metaLoss", Double.toString(state.metaLoss()));
        header.put("accuracy", Double.toString(state.accuracy()));
        header.put("badSteps", state.badSteps());
        header.put("bestAccuracy", Double.toString(state.bestAccuracy()));
        header.put("bestStep", state.bestStep());
        header.put("evaluatedStep", state.evaluatedStep());
        header.put("seconds", state.seconds());
        header.put("moments", state.moments().length);
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (ArrayLayout.Entry entry : state.metaVariables().layout().entries()) {
            entries.add(new ArrayLayout.Entry(META_VARIABLES + entry.name(), entry.shape()));
        }
        values.add(state.metaVariables().values());
        for (int i = 0; i < state.moments().length; i++) {
            entries.add(ArrayLayout.Entry.of(MOMENT + i, state.moments()[i].length));
            values.add(state.moments()[i]);
        }
        ArrayNode pool = header.putArray("pool");
        for (int i = 0; i < state.pool().size(); i++) {
            PooledState pooled = state.pool().get(i);
            pool.addObject()
                    .put("episodeSeed", pooled.episodeSeed())
                    .put("offset", pooled.offset());
            for (ArrayLayout.Entry entry : pooled.learned().layout().entries()) {
                entries.add(new ArrayLayout.Entry(pooled(i) + entry.name(), entry.shape()));
            }
            values.add(pooled.learned().values());
        }
        double[] flat = values.stream().flatMapToDouble(Arrays::stream).toArray();
        Path file =
                folder.resolve(
                        String.format(Locale.ROOT, "checkpoint-%08d.vsml-state", state.step()));
        new ArrayFile(KIND, header, new NamedArrays(new ArrayLayout(entries), flat)).write(file);
        List<Path> all = checkpoints();
        for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
        return file;
    }

    /** What a checkpoint holds. */
    record Checkpoint(Path file, ObjectNode run, TrainingState state) {}

    /**
     * The latest checkpoint that can be read; damaged ones are passed over with a warning.
     *
     * @param layout of the meta variables
     * @throws IOException if there are checkpoints, but none can be read
     */
    Optional<Checkpoint> latest(ArrayLayout layout) throws IOException {
        IOException failure = null;
        for (Path file : checkpoints()) {
            try {
                return Optional.of(read(file, layout));
            } catch (IOException e) {
                LOG.warn("passing over a checkpoint: {}", FileErrors.describe(e));
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    private static Checkpoint read(Path file, ArrayLayout layout) throws IOException {
        ArrayFile container = ArrayFile.read(file, KIND);
        try {
            JsonNode header = container.header();
            NamedArrays arrays = container.arrays();
            long step = number(header, "step", Integer.MAX_VALUE);
            NamedArrays metaVariables = NamedArrays.zeros(layout);
            for (ArrayLayout.Entry entry : layout.entries()) {
                metaVariables.set(entry.name(), arrays.array(META_VARIABLES + entry.name()));
            }
            metaVariables.requireWithin(
                    LearnerConfig.META_VARIABLE_BOUND, "the meta variables", "step " + step);
            double[][] moments = new double[(int) number(header, "moments", MAX_MOMENTS)][];
            for (int i = 0; i < moments.length; i++) {
                moments[i] = arrays.array(MOMENT + i);
                require(
                        moments[i].length == layout.size(),
                        "moment %d must have %d values, got %d",
                        i,
                        layout.size(),
                        moments[i].length);
                requireFinite(moments[i], "moment " + i);
            }
            double seconds = header.required("seconds").asDouble();
            require(
                    seconds >= 0 && Double.isFinite(seconds),
                    "seconds must be finite and at least 0, got %s",
                    seconds);
            TrainingState state =
                    new TrainingState(
                            step,
                            metaVariables,
                            moments,
                            number(header, "optimizerSteps", step),
                            Double.parseDouble(header.required("metaLoss").asText()),
                            Double.parseDouble(header.required("accuracy").asText()),
                            (int) number(header, "badSteps", step),
                            Double.parseDouble(header.required("bestAccuracy").asText()),
                            number(header, "bestStep", step),
                            // Former versions lost a test that was stopped.
                            header.has("evaluatedStep")
                                    ? number(header, "evaluatedStep", step)
                                    : step,
                            seconds,
                            pool(header.path("pool"), arrays));
            return new Checkpoint(file, (ObjectNode) header.required("run"), state);
        } catch (IllegalArgumentException | ClassCastException | NegativeArraySizeException e) {
            throw new IOException(
                    file + " is not a checkpoint of this learner: " + e.getMessage(), e);
        }
    }

    private static long number(JsonNode header, String name, long most) {
        JsonNode value = header.required(name);
        require(
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.asLong() >= 0
                        && value.asLong() <= most,
                "%s must be in [0, %d], got %s",
                name,
                most,
                value);
        return value.asLong();
    }

    private static void requireFinite(double[] values, String what) {
        for (double value : values) {
            require(Double.isFinite(value), "%s must be finite, got %s", what, value);
        }
    }

    private static List<PooledState> pool(JsonNode header, NamedArrays arrays) {
        Map<String, List<ArrayLayout.Entry>> byPrefix = new HashMap<>();
        for (ArrayLayout.Entry entry : arrays.layout().entries()) {
            Matcher name = POOLED.matcher(entry.name());
            if (name.matches()) {
                byPrefix.computeIfAbsent(name.group(1), prefix -> new ArrayList<>())
                        .add(new ArrayLayout.Entry(name.group(2), entry.shape()));
            }
        }
        List<PooledState> pool = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String prefix = pooled(i);
            List<ArrayLayout.Entry> entries = byPrefix.getOrDefault(prefix, List.of());
            NamedArrays learned = NamedArrays.zeros(new ArrayLayout(entries));
            for (ArrayLayout.Entry entry : entries) {
                learned.set(entry.name(), arrays.array(prefix + entry.name()));
            }
            requireFinite(learned.values(), "learned state " + i + " of the pool");
            JsonNode place = header.get(i);
            pool.add(
                    new PooledState(
                            place.required("episodeSeed").asLong(),
                            (int) number(place, "offset", Integer.MAX_VALUE),
                            learned));
        }
        return List.copyOf(pool);
    }

    private static String pooled(int index) {
        return "pool." + index + ".";
    }

    void saveLast(LearningAlgorithm algorithm) throws IOException {
        algorithm.save(folder.resolve("last" + LearningAlgorithm.EXTENSION));
    }

    void saveBest(LearningAlgorithm algorithm) throws IOException {
        algorithm.save(folder.resolve("best" + LearningAlgorithm.EXTENSION));
    }

    /** Appends one line to the metrics. */
    void log(String event, Object values) throws IOException {
        ObjectNode line = LINES.createObjectNode();
        line.put("event", event);
        line.setAll((ObjectNode) LINES.valueToTree(values));
        AtomicFiles.append(metrics(), LINES.writeValueAsString(line) + '\n');
    }

    /**
     * Drops what was logged after {@code step}, before going on from there, tests on held-out sets
     * after {@code evaluated}, and lines that are damaged. Says so where steps are missing then.
     */
    void rewindMetrics(long step, long evaluated) throws IOException {
        StringBuilder kept = new StringBuilder();
        long steps = 0;
        if (Files.exists(metrics())) {
            // Bytes that are no UTF-8 become signs of replacement, and the line is judged as it is.
            try (BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    Files.newInputStream(metrics()), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode read = read(line);
                    boolean test = read.path("event").asText().equals("evaluation");
                    if (read.path("step").asLong(Long.MAX_VALUE) <= (test ? evaluated : step)) {
                        kept.append(line).append('\n');
                        steps += test ? 0 : 1;
                    }
                }
            } catch (IOException e) {
                throw FileErrors.named(metrics().toString(), e);
            }
            AtomicFiles.writeString(metrics(), kept.toString());
        }
        if (steps < step) {
            LOG.warn("{} lacks {} of the steps up to {}", metrics(), step - steps, step);
        }
    }

    private static JsonNode read(String line) {
        try {
            return LINES.readTree(line);
        } catch (JsonProcessingException e) {
            return LINES.missingNode();
        }
    }
}
