package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.TestStream;
import org.vsml.episode.View;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.MetricsAt;

/**
 * Prequential tests of several learners on streams of image sets and tables, the same for everyone.
 *
 * @param contenders what is tested
 * @param sets names of image sets and tables
 * @param view of an image; null for the full image
 * @param examples of a stream at most
 * @param inOrder whether examples come in the order of their files instead of a random one
 * @param horizons numbers of examples to report at; empty for 100, 500, 2,000, 10,000 and the end
 * @param streams of each set
 * @param seed of the streams
 * @param threads streams at the same time
 * @param metricsWindow examples that the accuracy in a window looks back where {@link
 *     org.vsml.online.PrequentialMetrics} are measured too; 0 for accuracy alone
 */
public record StreamTest(
        List<Contender> contenders,
        List<String> sets,
        View view,
        int examples,
        boolean inOrder,
        List<Integer> horizons,
        int streams,
        long seed,
        int threads,
        int metricsWindow) {

    private static final List<Integer> DEFAULT_HORIZONS = List.of(100, 500, 2000, 10_000);

    public StreamTest {
        require(examples >= 1, "--examples must be >= 1, got %d", examples);
        for (int horizon : horizons) {
            require(horizon >= 1, "--horizons must be >= 1, got %d", horizon);
        }
        contenders = List.copyOf(contenders);
        sets = List.copyOf(sets);
        horizons = List.copyOf(horizons);
    }

    /** Tests on one set after the other. */
    public StreamResults run(String task, DataSets data, Progress.Display display) {
        Map<String, EpisodeSource> sources = new LinkedHashMap<>();
        for (String set : sets) {
            TestStream stream = new TestStream(set, examples, view, null);
            sources.put(set, (inOrder ? stream.inFileOrder() : stream).source(data));
        }
        StreamResults results = new StreamResults();
        long steps = (long) examples * streams * sources.size();
        try (Progress progress = display.begin(task, "examples", steps)) {
            sources.forEach(
                    (set, source) -> {
                        progress.say("%s", set);
                        ComparisonResult result =
                                new Comparison(contenders, source)
                                        .run(seed, streams, threads, metrics(), progress::step);
                        results.add(set, result, reported(result.length()));
                        if (metricsWindow > 0) {
                            results.addMetrics(set, result, reported(result.length()));
                        }
                    });
        }
        return results;
    }

    private MetricsAt metrics() {
        List<Integer> at = horizons.isEmpty() ? DEFAULT_HORIZONS : horizons;
        return metricsWindow == 0 ? null : new MetricsAt(at, metricsWindow);
    }

    /** Where the images or rows of each set come from. */
    public Map<String, String> origins(DataSets data) {
        Map<String, String> origins = new LinkedHashMap<>();
        for (String set : sets) {
            origins.put(set, data.origin(set));
        }
        return origins;
    }

    /** Horizons beyond the end of the streams stand for the end. */
    private Iterable<Integer> reported(int length) {
        TreeSet<Integer> reported = new TreeSet<>();
        for (int horizon : horizons.isEmpty() ? DEFAULT_HORIZONS : horizons) {
            if (horizon <= length || !horizons.isEmpty()) {
                reported.add(Math.min(horizon, length));
            }
        }
        if (horizons.isEmpty()) {
            reported.add(length);
        }
        return reported;
    }
}
