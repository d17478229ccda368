package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vsml.core.Json;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.Vsml;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * All that a meta-training run is, but for its seed. Read from YAML (or JSON, which is YAML too);
 * unknown keys are errors.
 *
 * @param name of the learning algorithm that comes out, such as {@code general-1}
 * @param learner what is meta-trained
 * @param phases one after the other, at least one
 * @param evaluation on held-out sets; optional, default none
 * @param checkpoints when; optional, default every 100 steps, the last 3
 * @param divergence when to give up; optional, default a meta loss above 10 for 20 steps
 * @param timeScales what {@link Vsml#withTimeScales} does to the meta variables the run starts
 *     from; optional, default nothing
 */
public record MetaTrainingConfig(
        String name,
        LearnerConfig learner,
        List<Phase> phases,
        Evaluation evaluation,
        Checkpoints checkpoints,
        Divergence divergence,
        List<Double> timeScales) {

    private static final String RESOURCES = "/org/vsml/meta/";
    private static final String EXTENSION = ".yaml";

    /** Bytes; the largest there is has some thousand. */
    private static final long MAX_FILE = 1 << 22;

    /**
     * Prequential evaluation on held-out sets: the same streams every time, all pixels.
     *
     * @param every steps
     * @param sets names of image sets; their test parts are used, then their training parts
     * @param examples of a stream
     * @param seeds streams of each set
     */
    public record Evaluation(long every, List<String> sets, int examples, int seeds) {
        public Evaluation {
            require(every >= 1, "every of evaluation must be >= 1, got %d", every);
            require(
                    sets != null && !sets.isEmpty(),
                    "sets of evaluation must name at least one image set, got %s",
                    sets);
            sets = List.copyOf(sets);
            require(examples >= 1, "examples of evaluation must be >= 1, got %d", examples);
            require(
                    seeds >= 1 && seeds <= 10_000,
                    "seeds of evaluation must be in [1, 10000], got %d",
                    seeds);
        }
    }

    /**
     * When the state of the run is written to the disk.
     *
     * @param every steps between checkpoints
     * @param keep how many of the last are kept
     */
    public record Checkpoints(long every, int keep) {
        /** Every 100 steps, the last 3. */
        public static final Checkpoints DEFAULT = new Checkpoints(100, 3);

        public Checkpoints {
            require(every >= 1, "every of checkpoints must be >= 1, got %d", every);
            require(keep >= 1, "keep of checkpoints must be >= 1, got %d", keep);
        }
    }

    /**
     * When a run has gone wrong.
     *
     * @param lossBound a meta loss above this is bad; the bound of a guesser is the logarithm of
     *     the number of classes
     * @param patience bad steps in a row after which the run stops; NaN stops it at once
     */
    public record Divergence(double lossBound, int patience) {
        /** Above 10 for 20 steps. */
        public static final Divergence DEFAULT = new Divergence(10, 20);

        public Divergence {
            require(lossBound > 0, "lossBound must be positive, got %s", lossBound);
            require(patience >= 1, "patience must be >= 1, got %d", patience);
        }
    }

    public MetaTrainingConfig {
        require(
                name != null && name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                "name must be made of letters, digits, '.', '_' and '-', got %s",
                name);
        require(learner != null, "learner must be given");
        require(phases != null && !phases.isEmpty(), "phases must have at least one");
        phases = List.copyOf(phases);
        checkpoints = checkpoints == null ? Checkpoints.DEFAULT : checkpoints;
        divergence = divergence == null ? Divergence.DEFAULT : divergence;
        if (timeScales != null) {
            timeScales = List.copyOf(timeScales);
            require(
                    learner instanceof Vsml vsml && vsml.subRnn().cell().keepsCell(),
                    "timeScales are for a VSML learner with LSTMs, got %s",
                    learner);
        }
        long steps = 0;
        for (Phase phase : phases) {
            require(
                    phase.steps() <= Integer.MAX_VALUE - steps,
                    "all phases together must have at most %d steps",
                    Integer.MAX_VALUE);
            steps += phase.steps();
        }
    }

    /** A run that starts from meta variables as they are. */
    public MetaTrainingConfig(
            String name,
            LearnerConfig learner,
            List<Phase> phases,
            Evaluation evaluation,
            Checkpoints checkpoints,
            Divergence divergence) {
        this(name, learner, phases, evaluation, checkpoints, divergence, null);
    }

    /** A run without evaluation, with the default checkpoints. */
    public static MetaTrainingConfig of(String name, LearnerConfig learner, Phase... phases) {
        return new MetaTrainingConfig(name, learner, List.of(phases), null, null, null);
    }

    /** Steps of all phases together. */
    public long steps() {
        return phases.stream().mapToLong(Phase::steps).sum();
    }

    /** Index of the phase that the step after {@code done} steps belongs to. */
    int phaseAfter(long done) {
        int phase = 0;
        while (phase < phases.size() - 1 && done >= startOf(phase + 1)) {
            phase++;
        }
        return phase;
    }

    /** Steps before a phase. */
    long startOf(int phase) {
        return phases.subList(0, phase).stream().mapToLong(Phase::steps).sum();
    }

    /** Whether the step after {@code done} steps begins with moments of zero. */
    boolean startsFresh(long done) {
        int phase = phaseAfter(done);
        return done == startOf(phase)
                && (phase == 0
                        || phases.get(phase - 1).optimizer().getClass()
                                != phases.get(phase).optimizer().getClass());
    }

    /** The meta variables that a run starts from, given those that it was initialised with. */
    NamedArrays start(NamedArrays initial) {
        return timeScales == null ? initial : ((Vsml) learner).withTimeScales(initial, timeScales);
    }

    /** The learner that a phase runs. */
    LearnerConfig learnerOf(int phase) {
        LearnerConfig own = phases.get(phase).learner();
        return own == null ? learner : own;
    }

    /**
     * Reads a YAML file.
     *
     * @throws IOException if it cannot be read or is not a valid configuration; the message names
     *     the file, and the line and key where it is wrong
     */
    public static MetaTrainingConfig read(Path file) throws IOException {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE) {
                throw new IOException(
                        file
                                + " must have at most "
                                + MAX_FILE
                                + " bytes to be a configuration, got "
                                + size);
            }
            return parse(Files.readString(file), file.toString());
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not text in UTF-8", e);
        }
    }

    /**
     * A configuration that comes with the library: {@code tiny}, {@code general-1}, {@code
     * mnist-gradient} or {@code mnist-es}.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public static MetaTrainingConfig named(String name) {
        require(
                name.matches("[A-Za-z0-9._-]+"),
                "a configuration's name has letters, digits, '.', '_', '-'; got %s",
                name);
        String resource = RESOURCES + name + EXTENSION;
        try (InputStream in = MetaTrainingConfig.class.getResourceAsStream(resource)) {
            require(
                    in != null,
                    "no meta-training configuration named %s is on the class path (%s); give a name such as tiny or a YAML file",
                    name,
                    resource);
            return parse(
                    new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8),
                    resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static MetaTrainingConfig parse(String yaml, String where) throws IOException {
        LoaderOptions limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(20);
        ObjectMapper mapper =
                Json.configure(new YAMLMapper(YAMLFactory.builder().loaderOptions(limits).build()));
        try {
            MetaTrainingConfig config = mapper.readValue(yaml, MetaTrainingConfig.class);
            if (config == null) {
                throw new IOException(where + " is empty");
            }
            return config;
        } catch (JsonMappingException e) {
            throw new IOException(where + ": " + describe(e), e);
        } catch (JsonProcessingException e) {
            throw new IOException(where + " is not valid YAML: " + e.getMessage(), e);
        }
    }

    /** Key and line first, without Jackson's dump of the source. */
    private static String describe(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            if (reference.getFieldName() != null) {
                path.append(path.length() == 0 ? "" : ".").append(reference.getFieldName());
            } else {
                path.append('[').append(reference.getIndex()).append(']');
            }
        }
        String place = path.length() == 0 ? "" : path + ": ";
        String line = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
        Throwable cause = e.getCause();
        String text =
                cause instanceof IllegalArgumentException
                        ? cause.getMessage()
                        : e.getOriginalMessage();
        return place + text + line;
    }
}
