package org.vsml.lab.paper;

import java.util.List;
import org.vsml.episode.Episode;

/**
 * A part of a curriculum of those that do not follow a {@link Recipe}.
 *
 * @param length steps of an episode
 * @param batch episodes a step
 * @param loss of an episode
 * @param rate of Adam
 * @param clip of an episode's gradient
 */
record Stage(int length, int batch, Episode.Loss loss, double rate, double clip) {

    /** Examples a step of batched learning algorithms. */
    static final int PARALLEL = 4;

    static final List<Stage> BASELINE =
            List.of(
                    new Stage(50, 16, Episode.Loss.MEAN, 3e-3, 5),
                    new Stage(100, 16, Episode.Loss.MEAN, 1e-3, 5));

    /** Five classes with four images each, then with one. */
    static final List<Stage> OMNIGLOT =
            List.of(
                    new Stage(21, 16, Episode.Loss.MEAN, 3e-3, 2),
                    new Stage(6, 32, Episode.Loss.LAST, 1e-3, 2));
}
