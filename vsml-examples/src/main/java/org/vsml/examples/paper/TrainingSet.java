package org.vsml.examples.paper;

import java.util.ArrayList;
import java.util.List;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;

/**
 * What a method is meta-trained on.
 *
 * @param name in tables and files
 * @param sets image sets, and {@value #RANDOM}; each episode is of one of them, drawn alike
 * @param classes numbers of classes that episodes have; empty for all of the set
 * @param sizes relative numbers of inputs that episodes have, for methods that fit any
 */
record TrainingSet(String name, List<String> sets, List<Integer> classes, List<Double> sizes) {

    /** The paper's <em>Random</em>: 20 points with random labels, new for each episode. */
    static final String RANDOM = "random";

    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    /** All classes, one size. */
    static TrainingSet of(String name, String... sets) {
        return new TrainingSet(name, List.of(sets), List.of(), List.of(1.0));
    }

    /** Whether a test set of this name takes part. */
    boolean contains(String set) {
        return sets.contains(set);
    }

    /**
     * Episodes for one method.
     *
     * @param inputs of an episode, for a method that fits any size; the others get 28 × 28
     * @param projected whether inputs are randomly projected; else a method that fits any size sees
     *     a random choice of pixels, and the others all of them
     */
    EpisodeDistribution episodes(Method method, boolean projected, int inputs, int length) {
        List<Component> components = new ArrayList<>();
        for (String set : sets) {
            for (double size : method.anySize() ? sizes : List.of(1.0)) {
                int wanted = method.anySize() ? (int) Math.round(size * inputs) : SIDE * SIDE;
                for (int count : classes.isEmpty() ? List.of(0) : classes) {
                    components.add(
                            Component.of(task(set, method, projected, wanted, count), length));
                }
            }
        }
        return new EpisodeDistribution(components);
    }

    private static TaskDistribution task(
            String set, Method method, boolean projected, int inputs, int classes) {
        if (set.equals(RANDOM)) {
            int used = classes == 0 ? CLASSES : classes;
            return new TaskDistribution.RandomLabels(IntRange.of(inputs), IntRange.of(used), null);
        }
        View view;
        if (projected) {
            view = new View.Projection(IntRange.of(inputs));
        } else if (method.anySize()) {
            view = new View.Pixels(IntRange.of(inputs));
        } else {
            view = TestSet.fullView(set);
        }
        // Labels keep their meaning as in the paper, which VSML, a function that is symmetric in
        // its classes, cannot notice.
        return new TaskDistribution.Images(
                List.of(set),
                null,
                view,
                classes == 0 ? null : IntRange.of(classes),
                null,
                false,
                null,
                null);
    }
}
