package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.TestStream;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.OnlineLearner;

/**
 * Streams of image sets that no candidate is meta-trained on, the same for all.
 *
 * @param sources by set
 * @param seeds streams of each set
 * @param seed of the streams
 */
record HeldOutStreams(Map<String, EpisodeSource> sources, int seeds, long seed) {

    static HeldOutStreams of(DataSets data, List<String> sets, int examples, int seeds, long seed) {
        require(!sets.isEmpty(), "at least one held-out set must be named");
        Map<String, EpisodeSource> sources = new LinkedHashMap<>();
        for (String set : sets) {
            sources.put(set, TestStream.of(set, examples).source(data));
        }
        return new HeldOutStreams(sources, seeds, seed);
    }

    /** Cumulative accuracy at the end of a stream, the mean over seeds, then over sets. */
    double accuracy(LearningAlgorithm algorithm, int threads) {
        Contender contender =
                Contender.of(OnlineLearner.pretrained(algorithm, Engine.auto()).named("candidate"));
        double sum = 0;
        for (EpisodeSource source : sources.values()) {
            ComparisonResult result =
                    new Comparison(List.of(contender), source)
                            .run(seed, seeds, threads, count -> {});
            sum += result.at("candidate", result.length()).accuracy().mean();
        }
        return sum / sources.size();
    }
}
