package org.vsml.lab.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.IntRange;
import org.vsml.episode.Split;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;

/**
 * What a method is meta-trained on.
 *
 * @param name in tables and files
 * @param sets image sets, and {@value #RANDOM}; each episode is of one of them, drawn alike
 * @param classes numbers of classes that episodes have; empty for all of the set
 */
record TrainingSet(String name, List<String> sets, List<Integer> classes) {

    /** The paper's <em>Random</em>: 20 points with random labels, new for each episode. */
    static final String RANDOM = "random";

    /** Few-shot episodes of characters. */
    static final String OMNIGLOT = "omniglot";

    /** Classes of a few-shot episode. */
    static final int WAYS = 5;

    /** What is seen of a character. */
    static final View SMALL = new View.Resized(14, 14);

    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    /** All classes, one size. */
    static TrainingSet of(String name, String... sets) {
        return new TrainingSet(name, List.of(sets), List.of());
    }

    /** Whether a test set of this name takes part. */
    boolean contains(String set) {
        return sets.contains(set);
    }

    /**
     * A part of this set that VSML is meta-trained on first; none where there is but one set, all
     * of it.
     */
    Optional<TrainingSet> start() {
        boolean whole = sets.size() == 1 && classes.isEmpty();
        return whole ? Optional.empty() : Optional.of(TrainingSet.of(sets.get(0), sets.get(0)));
    }

    /**
     * Episodes for a method of fixed size: everything of each set.
     *
     * @param projected whether half of the episodes have randomly projected inputs
     */
    EpisodeDistribution episodes(boolean projected, Stage stage) {
        List<Component> components = new ArrayList<>();
        for (String set : sets) {
            if (set.equals(OMNIGLOT)) {
                components.add(fewShot(stage));
                continue;
            }
            List<TaskDistribution> tasks = tasks(set, projected);
            for (TaskDistribution task : tasks) {
                components.add(
                        new Component(
                                1.0 / tasks.size(),
                                task,
                                IntRange.of(stage.length()),
                                null,
                                stage.loss(),
                                null));
            }
        }
        return new EpisodeDistribution(components);
    }

    private static Component fewShot(Stage stage) {
        int shots = (stage.length() - 1) / WAYS;
        TaskDistribution task =
                new TaskDistribution.FewShot(
                        List.of(OMNIGLOT), Split.TRAIN, WAYS, shots, SMALL, false);
        return new Component(null, task, null, null, stage.loss(), null);
    }

    /** One as often as the other. Labels keep their meaning, as in the paper. */
    private static List<TaskDistribution> tasks(String set, boolean projected) {
        IntRange inputs = IntRange.of(SIDE * SIDE);
        if (set.equals(RANDOM)) {
            return List.of(new TaskDistribution.RandomLabels(inputs, IntRange.of(CLASSES), null));
        }
        TaskDistribution full = images(set, TestSet.fullView(set));
        return projected ? List.of(images(set, new View.Projection(inputs)), full) : List.of(full);
    }

    private static TaskDistribution images(String set, View view) {
        return new TaskDistribution.Images(List.of(set), null, view, null, null, false, null, null);
    }
}
