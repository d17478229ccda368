package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import org.vsml.core.TaskShape;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;

/**
 * Episodes of an {@link EpisodeSource}, all of one task shape; their weights in the loss are the
 * source's.
 */
final class SampledEpisodes extends EpisodeStream {

    private final EpisodeSource source;
    private final EpisodeSettings settings;
    private TaskShape task;
    private int position;
    private int epoch;

    SampledEpisodes(EpisodeSource source, EpisodeSettings settings) {
        this.source = source;
        this.settings = settings;
    }

    @Override
    TaskShape task() {
        if (task == null) {
            task = sample(0).examples().task();
        }
        return task;
    }

    @Override
    List<String> classNames() {
        return null;
    }

    @Override
    boolean hasNext() {
        return position < settings.episodes();
    }

    @Override
    Item next() {
        Episode episode = sample(position++);
        require(
                episode.examples().parallel() == 1,
                "episodes for a VsmlLayer have one example a step, got %d",
                episode.examples().parallel());
        require(
                episode.examples().task().equals(task()),
                "all episodes for one network must have the task shape %s, got %s (%s)",
                task(),
                episode.examples().task(),
                episode.source());
        return new Item(episode.examples(), weights(episode));
    }

    @Override
    void reset() {
        if (position > 0) {
            epoch += settings.newEachEpoch() ? 1 : 0;
            position = 0;
        }
    }

    @Override
    boolean resetSupported() {
        return true;
    }

    private double[] weights(Episode episode) {
        double[] weights = episode.weights();
        if (settings.meanLoss()) {
            return weights;
        }
        double[] counts = Arrays.stream(weights).map(w -> w > 0 ? 1 : 0).toArray();
        return Arrays.stream(counts).allMatch(c -> c == 1) ? null : counts;
    }

    private Episode sample(int episode) {
        return source.sample(Seeds.derive(settings.seed(), epoch, episode));
    }
}
