package org.vsml.lab.paper;

import java.util.List;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.TestStream;
import org.vsml.episode.View;

/**
 * What learners are meta-tested on.
 *
 * @param name in tables
 * @param set image set, {@code random} or {@code sum_sign}
 * @param view of an image
 * @param classes that take part; null for all
 */
record TestSet(String name, String set, View view, List<Integer> classes) {

    static final String SUM_SIGN = "sum_sign";

    private static final int SIDE = 28;

    /** Everything of a set, at 28 × 28, so that every learner can see it. */
    static TestSet of(String set) {
        return new TestSet(set, set, fullView(set), null);
    }

    /** MNIST in another view, or other classes of it. */
    static TestSet mnist(String name, View view, Integer... classes) {
        return new TestSet(name, "mnist", view, classes.length == 0 ? null : List.of(classes));
    }

    /** All pixels; USPS, which has 16 × 16, enlarged to the size of the others. */
    static View fullView(String set) {
        return set.equals("usps") ? new View.Resized(SIDE, SIDE) : new View.Full();
    }

    /** Streams by seed. */
    EpisodeSource source(DataSets data, int examples) {
        return switch (set) {
            case TrainingSet.RANDOM ->
                    made(
                            new TaskDistribution.RandomLabels(
                                    IntRange.of(SIDE * SIDE), IntRange.of(10), null),
                            data,
                            examples);
            case SUM_SIGN ->
                    made(new TaskDistribution.SumSign(IntRange.of(SIDE * SIDE)), data, examples);
            default -> new TestStream(set, examples, view, classes).source(data);
        };
    }

    private static EpisodeSource made(TaskDistribution task, DataSets data, int examples) {
        return EpisodeDistribution.of(EpisodeDistribution.Component.of(task, examples))
                .source(data);
    }
}
