package org.vsml.dl4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

/** The learned variables that the episodes of a {@link VsmlLayer} start from. */
final class EpisodeStarts {

    private final Learner learner;
    private final TaskShape task;
    private final long seed;
    private final StartSeeds seeds;
    private NamedArrays same;

    EpisodeStarts(VsmlLayer layer, Learner learner) {
        this.learner = learner;
        task = layer.task();
        seed = layer.getStartSeed();
        seeds = layer.getStartSeeds();
    }

    /** Of episodes that are not trained on. */
    List<NamedArrays> forInference(int episodes) {
        return seeds == StartSeeds.SAME ? same(episodes) : different(episodes, seed);
    }

    /** Of episodes that are trained on. */
    List<NamedArrays> forTraining(int episodes, int iteration) {
        return seeds == StartSeeds.BY_EPISODE_AND_ITERATION
                ? different(episodes, Seeds.derive(seed, 1, iteration))
                : forInference(episodes);
    }

    private List<NamedArrays> same(int episodes) {
        if (same == null) {
            same = start(seed);
        }
        return Collections.nCopies(episodes, same);
    }

    private List<NamedArrays> different(int episodes, long from) {
        List<NamedArrays> starts = new ArrayList<>();
        for (int e = 0; e < episodes; e++) {
            starts.add(start(Seeds.derive(from, 0, e)));
        }
        return starts;
    }

    private NamedArrays start(long of) {
        return learner.initialLearnedVariables(task, 1, Seeds.generator(of));
    }
}
