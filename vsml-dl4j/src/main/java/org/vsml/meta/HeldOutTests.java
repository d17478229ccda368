package org.vsml.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.Workers;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.episode.TestStream;

/** Prequential tests on held-out sets while a run goes on: the same streams every time. */
final class HeldOutTests {

    private static final Logger LOG = LoggerFactory.getLogger(HeldOutTests.class);
    private static final List<Integer> HORIZONS = List.of(100, 500, 2000, 10_000);

    private final MetaTrainingConfig.Evaluation settings;
    private final long seed;
    private final List<EpisodeSource> sources = new ArrayList<>();

    /**
     * Reads the sets.
     *
     * @param settings null for no tests
     * @param seed of the run
     */
    HeldOutTests(MetaTrainingConfig.Evaluation settings, long seed, DataSets data) {
        this.settings = settings;
        this.seed = seed;
        for (String set : settings == null ? List.<String>of() : settings.sets()) {
            sources.add(TestStream.of(set, settings.examples()).source(data));
        }
    }

    /**
     * Whether there is a test after this step.
     *
     * @param last the last step of all phases
     */
    boolean dueAfter(long step, long last) {
        return settings != null && (step % settings.every() == 0 || step == last);
    }

    /** What came of one test. */
    record Outcome(List<HeldOutAccuracy> accuracies, double mean) {}

    /** All streams of all sets with these meta variables. */
    Outcome run(long step, Learner learner, NamedArrays metaVariables, Workers workers) {
        List<Callable<Stream>> tasks = new ArrayList<>();
        for (EpisodeSource source : sources) {
            for (int i = 0; i < settings.seeds(); i++) {
                long streamSeed = Seeds.derive(seed, SeedPaths.HELD_OUT, i);
                tasks.add(() -> learn(learner, metaVariables, source.sample(streamSeed)));
            }
        }
        List<Stream> results = workers.run(tasks);
        List<HeldOutAccuracy> accuracies = new ArrayList<>();
        double sum = 0;
        for (int s = 0; s < sources.size(); s++) {
            List<Stream> own = results.subList(s * settings.seeds(), (s + 1) * settings.seeds());
            String set = settings.sets().get(s);
            int length = own.get(0).length();
            if (length < settings.examples()) {
                LOG.warn("{} has {} examples, {} were asked for", set, length, settings.examples());
            }
            List<Integer> horizons = horizons(length);
            for (int h = 0; h < horizons.size(); h++) {
                int index = h;
                double mean =
                        own.stream()
                                .mapToDouble(a -> a.accuracies()[index])
                                .average()
                                .orElseThrow();
                accuracies.add(
                        new HeldOutAccuracy(step, set, horizons.get(h), mean, settings.seeds()));
                sum += h == horizons.size() - 1 ? mean : 0;
            }
        }
        return new Outcome(List.copyOf(accuracies), sum / sources.size());
    }

    /** Those below the length of a stream, and that. */
    private static List<Integer> horizons(int length) {
        List<Integer> horizons =
                new ArrayList<>(HORIZONS.stream().filter(h -> h < length).toList());
        horizons.add(length);
        return horizons;
    }

    /** A stream that was learned: examples, and the cumulative accuracy at each horizon. */
    private record Stream(int length, double[] accuracies) {}

    private static Stream learn(Learner learner, NamedArrays metaVariables, Episode episode) {
        Examples examples = episode.examples();
        try (Rollout rollout =
                learner.run(
                        metaVariables,
                        List.of(start(learner, episode)),
                        List.of(examples),
                        RolloutOptions.FORWARD)) {
            double[] logits = rollout.logits(0);
            return new Stream(
                    examples.length(),
                    horizons(examples.length()).stream()
                            .mapToDouble(h -> Predictions.accuracy(logits, examples, h))
                            .toArray());
        }
    }

    /** Learned variables before an episode. */
    static NamedArrays start(Learner learner, Episode episode) {
        Examples examples = episode.examples();
        return learner.initialLearnedVariables(
                examples.task(), examples.parallel(), Seeds.generator(episode.stateSeed()));
    }
}
