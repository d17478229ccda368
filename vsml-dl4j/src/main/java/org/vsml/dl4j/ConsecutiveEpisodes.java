package org.vsml.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.TaskShape;

/**
 * Episodes cut from an iterator in its own order, nothing kept in memory; the last one may be
 * shorter.
 */
final class ConsecutiveEpisodes extends EpisodeStream {

    private final LabelledRows rows;
    private final EpisodeSettings settings;
    private int position;
    private int epoch;

    ConsecutiveEpisodes(LabelledRows rows, EpisodeSettings settings) {
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
        return position < settings.episodes() && rows.hasNext();
    }

    @Override
    Item next() {
        int[] relabelled =
                settings.relabelling(task().classes(), settings.generator(epoch, position++));
        List<float[]> features = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        while (labels.size() < settings.length() && rows.hasNext()) {
            LabelledRows.LabelledRow row = rows.next();
            features.add(row.features());
            labels.add(relabelled[row.label()]);
        }
        return settings.item(
                task(),
                features.toArray(float[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    void reset() {
        epoch += position > 0 && settings.newEachEpoch() ? 1 : 0;
        position = 0;
        rows.reset();
    }

    @Override
    boolean resetSupported() {
        return rows.resetSupported();
    }
}
