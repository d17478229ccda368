package org.vsml.lab.paper;

import java.util.ArrayList;
import java.util.Collections;
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
 * @param sizes relative numbers of inputs that episodes have, for methods that fit any
 */
record TrainingSet(String name, List<String> sets, List<Integer> classes, List<Double> sizes) {

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
        return new TrainingSet(name, List.of(sets), List.of(), List.of(1.0));
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
     * Episodes for one method.
     *
     * @param projected whether half of the episodes have randomly projected inputs; in the others a
     *     method that fits any size sees a random choice of pixels, and the others all of them
     */
    EpisodeDistribution episodes(Method method, boolean projected, Stage stage) {
        List<Component> components = new ArrayList<>();
        for (String set : sets) {
            if (set.equals(OMNIGLOT)) {
                components.add(fewShot(stage));
                continue;
            }
            for (double size : method.anySize() ? sizes : List.of(1.0)) {
                IntRange inputs = IntRange.of(SIDE * SIDE);
                if (method.anySize()) {
                    double wanted = size * stage.inputs();
                    inputs =
                            stage.varied() && sizes.size() == 1
                                    ? new IntRange(round(0.4 * wanted), round(1.2 * wanted))
                                    : IntRange.of(round(wanted));
                }
                for (int count : classes.isEmpty() ? List.of(0) : classes) {
                    for (View view : views(set, method, projected, inputs)) {
                        components.add(
                                new Component(
                                        1.0 / (projected && view != null ? 2 : 1),
                                        task(set, view, inputs, count),
                                        IntRange.of(stage.length()),
                                        stage.parallel(),
                                        stage.loss(),
                                        null));
                    }
                }
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

    private static int round(double value) {
        return (int) Math.round(value);
    }

    /** The views that episodes have, one as often as the other; null where there is no image. */
    private static List<View> views(String set, Method method, boolean projected, IntRange inputs) {
        if (set.equals(RANDOM)) {
            return Collections.singletonList(null);
        }
        View plain = method.anySize() ? new View.Pixels(inputs) : TestSet.fullView(set);
        return projected ? List.of(new View.Projection(inputs), plain) : List.of(plain);
    }

    private static TaskDistribution task(String set, View view, IntRange inputs, int classes) {
        if (view == null) {
            int used = classes == 0 ? CLASSES : classes;
            return new TaskDistribution.RandomLabels(inputs, IntRange.of(used), null);
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
