package org.vsml.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.vsml.core.Engine;
import org.vsml.core.Json;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Precision;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;

/**
 * What to evaluate pairs with, as text, since learners and image sets do not travel.
 *
 * @param learner a {@link LearnerConfig} in JSON
 * @param episodes an {@link EpisodeDistribution} in JSON
 * @param engine name of an engine, or {@code auto}
 * @param precision of the engine
 * @param data absolute path of the folder of image sets; null for none
 */
record Job(String learner, String episodes, String engine, Precision precision, String data)
        implements Serializable {

    static Job of(LearnerConfig learner, EpisodeDistribution episodes, WorkerSettings settings) {
        try {
            return new Job(
                    Json.mapper().writerFor(LearnerConfig.class).writeValueAsString(learner),
                    Json.mapper().writeValueAsString(episodes),
                    settings.engine(),
                    settings.precision(),
                    settings.data() == null ? null : settings.data().toString());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + learner, e);
        }
    }

    Learner openLearner() {
        Engine found = WorkerSettings.engine(engine, precision);
        return read(learner, LearnerConfig.class).learner(found);
    }

    /** Reads the image sets. */
    EpisodeSource openEpisodes() {
        DataSets sets = DataSets.in(data == null ? null : Path.of(data));
        return read(episodes, EpisodeDistribution.class).source(sets);
    }

    /** {@link DataSets#sha256} of every image set that episodes are drawn from. */
    String digests() {
        DataSets sets = DataSets.in(data == null ? null : Path.of(data));
        Map<String, String> digests = new TreeMap<>();
        read(episodes, EpisodeDistribution.class)
                .components()
                .forEach(
                        c ->
                                c.task()
                                        .imageSets()
                                        .forEach(set -> digests.put(set, sets.sha256(set))));
        return digests.toString();
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return Json.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "this worker cannot read " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }
}
