package org.vsml.arbiter;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Json;

/**
 * What became of one candidate.
 *
 * @param candidate index, from 0; {@link #BASELINE} for the configuration that is varied
 * @param point where it lies in the space
 * @param values of what varies
 * @param outcome how it ended
 * @param score held-out accuracy at its end; null if it diverged or was impossible
 * @param rungs held-out accuracy at each rung it came to, its end included
 * @param steps of meta-training it made
 * @param seconds it took
 * @param message why it diverged or was impossible; else null
 */
public record CandidateResult(
        int candidate,
        List<Double> point,
        Map<Setting, Object> values,
        Outcome outcome,
        Double score,
        List<Double> rungs,
        long steps,
        double seconds,
        String message) {

    /** Index of the configuration that is varied. */
    public static final int BASELINE = -1;

    private static final int MAX_BYTES = 1 << 20;

    /** How a candidate can end. */
    public enum Outcome {
        /** All steps made. */
        COMPLETE,
        /** Given up at a rung, being below the median of the others there. */
        STOPPED,
        /** Meta-training diverged. */
        DIVERGED,
        /** Its values make no valid configuration. */
        IMPOSSIBLE
    }

    public CandidateResult {
        point = List.copyOf(point);
        EnumMap<Setting, Object> sorted = new EnumMap<>(Setting.class);
        sorted.putAll(values);
        values = Collections.unmodifiableMap(sorted);
        rungs = List.copyOf(rungs);
    }

    static List<Double> point(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    void write(Path file) throws IOException {
        AtomicFiles.writeString(file, Json.mapper().writeValueAsString(this) + '\n');
    }

    static CandidateResult read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    file + " is no result of a candidate: more than " + MAX_BYTES + " bytes");
        }
        try {
            CandidateResult result =
                    Json.mapper().readValue(Files.readString(file), CandidateResult.class);
            if (result == null) {
                throw new IOException(file + " is empty");
            }
            return result;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is no result of a candidate: " + e.getOriginalMessage(), e);
        }
    }
}
