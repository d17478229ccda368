package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.vsml.core.TaskShape;

/**
 * Episodes drawn at random, without replacement within an episode, from examples that are kept in
 * memory.
 */
final class DrawnEpisodes extends EpisodeStream {

    private final LabelledRows rows;
    private final EpisodeSettings settings;
    private List<LabelledRows.LabelledRow> pool;
    private int position;
    private int epoch;

    DrawnEpisodes(LabelledRows rows, EpisodeSettings settings) {
        this.rows = rows;
        this.settings = settings;
    }

    @Override
    TaskShape task() {
        return rows.task();
    }

    @Override
    List<String> classNames() {
        return rows.classNames();
    }

    @Override
    boolean hasNext() {
        return position < settings.episodes();
    }

    @Override
    Item next() {
        RandomGenerator random = settings.generator(epoch, position++);
        List<LabelledRows.LabelledRow> all = pool();
        int[] relabelled = settings.relabelling(task().classes(), random);
        int[] order = IntStream.range(0, all.size()).toArray();
        float[][] features = new float[settings.length()][];
        int[] labels = new int[settings.length()];
        for (int t = 0; t < labels.length; t++) {
            int drawn = random.nextInt(t, order.length);
            LabelledRows.LabelledRow row = all.get(order[drawn]);
            order[drawn] = order[t];
            features[t] = row.features();
            labels[t] = relabelled[row.label()];
        }
        return settings.item(task(), features, labels);
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

    private List<LabelledRows.LabelledRow> pool() {
        if (pool == null) {
            if (rows.resetSupported()) {
                rows.reset();
            }
            List<LabelledRows.LabelledRow> read = new ArrayList<>();
            while (rows.hasNext()) {
                read.add(rows.next());
            }
            require(
                    read.size() >= settings.length(),
                    "episodes of %d examples cannot be drawn without replacement from %d",
                    settings.length(),
                    read.size());
            pool = read;
        }
        return pool;
    }
}
