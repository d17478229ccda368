package org.vsml.lab.paper;

import java.util.List;
import org.vsml.episode.Episode;
import org.vsml.meta.StatePool;

/**
 * A part of a curriculum.
 *
 * @param length steps of an episode
 * @param inputs about how many, for methods that fit any size
 * @param varied whether numbers of inputs vary from episode to episode, from 0.4 to 1.2 times as
 *     many
 * @param batch episodes a step
 * @param parallel examples a step
 * @param loss of an episode
 * @param rate of Adam
 * @param clip of an episode's gradient
 * @param pool of learned states, or null
 */
record Stage(
        int length,
        int inputs,
        boolean varied,
        int batch,
        int parallel,
        Episode.Loss loss,
        double rate,
        double clip,
        StatePool pool) {

    /** Examples a step of batched learning algorithms. */
    static final int PARALLEL = 4;

    private static final Episode.Loss MEAN = Episode.Loss.MEAN;

    /** Small and short until learning appears, then larger and longer. */
    static final List<Stage> VSML =
            List.of(
                    new Stage(50, 64, false, 16, 1, MEAN, 3e-3, 2, null),
                    new Stage(100, 96, true, 16, 1, MEAN, 2e-3, 2, null),
                    new Stage(300, 96, true, 16, 1, MEAN, 1e-3, 1, null));

    static final List<Stage> BASELINE =
            List.of(
                    new Stage(50, 0, false, 16, 1, MEAN, 3e-3, 5, null),
                    new Stage(100, 0, false, 16, 1, MEAN, 1e-3, 5, null));

    static final List<Stage> BATCHED =
            List.of(
                    new Stage(50, 64, false, 8, PARALLEL, MEAN, 3e-3, 2, null),
                    new Stage(100, 96, true, 8, PARALLEL, MEAN, 1.5e-3, 2, null));

    /** Five classes with four images each, then with one. */
    static final List<Stage> OMNIGLOT =
            List.of(
                    new Stage(21, 0, false, 16, 1, MEAN, 3e-3, 2, null),
                    new Stage(6, 0, false, 32, 1, Episode.Loss.LAST, 1e-3, 2, null));

    static final Stage LONGER = new Stage(300, 96, true, 16, 1, MEAN, 5e-4, 1, null);

    /** Tasks of 3,000 examples, 100 at a time. */
    static final Stage POOL =
            new Stage(3000, 96, true, 16, 1, MEAN, 5e-4, 1, new StatePool(128, 0.9, 100));

    static final Stage MEAN_LOSS = new Stage(100, 96, true, 16, 1, MEAN, 5e-4, 1, null);

    static final Stage LAST_LOSS =
            new Stage(100, 96, true, 16, 1, Episode.Loss.LAST, 5e-4, 1, null);
}
