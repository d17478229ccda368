package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.Parallel;
import org.vsml.core.TaskShape;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;

/**
 * Learns the same seeded streams, in the same order, with several algorithms and counts
 * prequentially who was right.
 *
 * @param contenders what is compared; names differ
 * @param streams the stream of a seed, one example a step, such as a {@link
 *     org.vsml.episode.TestStream}
 */
public record Comparison(List<Contender> contenders, EpisodeSource streams) {

    /**
     * Values of a piece of a stream: a few megabytes, yet enough examples to make one run worth its
     * start.
     */
    private static final int PIECE_VALUES = 1 << 19;

    /** Pieces are a multiple of it, for algorithms that take several examples a step. */
    private static final int PIECE_MULTIPLE = 16;

    public Comparison {
        contenders = List.copyOf(contenders);
        require(!contenders.isEmpty(), "a comparison needs at least one contender, got none");
        require(
                contenders.stream().map(Contender::name).distinct().count() == contenders.size(),
                "contenders need different names, got %s",
                contenders.stream().map(Contender::name).toList());
        require(streams != null, "streams must not be null");
    }

    /**
     * Runs the streams of {@code seeds} seeds derived from {@code seed}. The result is the same for
     * any number of threads.
     *
     * @param threads streams learned at the same time, at least 1
     * @param progress told the number of examples that one stream has got further with all
     *     algorithms; called from any thread
     */
    public ComparisonResult run(long seed, int seeds, int threads, IntConsumer progress) {
        return run(seed, seeds, threads, null, progress);
    }

    /**
     * As {@link #run(long, int, int, IntConsumer)}, but tells which predictions were right, to be
     * kept and put together by {@link ComparisonResult#of}.
     *
     * @return [seed][contender][setting][example]
     */
    public List<boolean[][][]> correct(long seed, int seeds, int threads, IntConsumer progress) {
        return runs(seed, seeds, threads, null, progress).stream().map(Run::correct).toList();
    }

    /**
     * As {@link #run(long, int, int, IntConsumer)}, with {@link PrequentialMetrics} of all learners
     * at some places; the softmax of an algorithm's scores is taken for its probabilities.
     *
     * @param metrics where to measure; null for accuracy alone
     */
    public ComparisonResult run(
            long seed, int seeds, int threads, MetricsAt metrics, IntConsumer progress) {
        List<Run> results = runs(seed, seeds, threads, metrics, progress);
        return new ComparisonResult(
                contenders,
                results.stream().map(Run::correct).toList(),
                metrics == null ? List.of() : results.stream().map(Run::metrics).toList());
    }

    private List<Run> runs(
            long seed, int seeds, int threads, MetricsAt metrics, IntConsumer progress) {
        require(seeds >= 1, "seeds must be >= 1, got %d", seeds);
        require(threads >= 1, "threads must be >= 1, got %d", threads);
        List<Callable<Run>> runs = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            long own = Seeds.derive(seed, i);
            runs.add(() -> one(own, metrics, progress));
        }
        return Parallel.run(threads, "comparing", runs);
    }

    /**
     * One stream.
     *
     * @param correct which predictions were right [contender][setting][example]
     * @param metrics by number of examples [contender][setting]; null if not measured
     */
    private record Run(
            boolean[][][] correct, List<List<NavigableMap<Integer, double[]>>> metrics) {}

    private Run one(long seed, MetricsAt metrics, IntConsumer progress) {
        Episode episode = streams.sample(seed);
        Examples stream = episode.examples();
        TaskShape task = stream.task();
        require(
                stream.parallel() == 1,
                "a stream has one example a step, got %d",
                stream.parallel());
        OnlineStream[][] sessions = new OnlineStream[contenders.size()][];
        boolean[][][] correct = new boolean[contenders.size()][][];
        MetricsRecorder[][] recorders = new MetricsRecorder[contenders.size()][];
        for (int c = 0; c < sessions.length; c++) {
            List<OnlineAlgorithm> settings = contenders.get(c).settings();
            sessions[c] = new OnlineStream[settings.size()];
            correct[c] = new boolean[settings.size()][stream.length()];
            recorders[c] = new MetricsRecorder[settings.size()];
            for (int s = 0; s < settings.size(); s++) {
                sessions[c][s] = settings.get(s).start(task, episode.stateSeed());
                if (metrics != null) {
                    recorders[c][s] = new MetricsRecorder(task.classes(), stream.length(), metrics);
                }
            }
        }
        int piece = Math.max(1, PIECE_VALUES / task.inputs() / PIECE_MULTIPLE) * PIECE_MULTIPLE;
        for (int from = 0; from < stream.length(); from += piece) {
            Examples part = stream.slice(from, Math.min(stream.length(), from + piece) - from);
            for (int c = 0; c < sessions.length; c++) {
                for (int s = 0; s < sessions[c].length; s++) {
                    double[] scores = sessions[c][s].learn(part);
                    for (int t = 0; t < part.length(); t++) {
                        int predicted =
                                CrossEntropy.argMax(scores, t * task.classes(), task.classes());
                        correct[c][s][from + t] = CrossEntropy.right(predicted, part.labels()[t]);
                        if (metrics != null) {
                            recorders[c][s].add(scores, t, part.labels()[t]);
                        }
                    }
                }
            }
            progress.accept(part.length());
        }
        if (metrics == null) {
            return new Run(correct, null);
        }
        return new Run(
                correct,
                Arrays.stream(recorders)
                        .map(row -> Arrays.stream(row).map(MetricsRecorder::recorded).toList())
                        .toList());
    }
}
