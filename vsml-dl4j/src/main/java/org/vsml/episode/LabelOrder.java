package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An order of the examples of an episode that is not random, as streams and files have it.
 *
 * @param kinds one of them an episode; optional, default all
 * @param burst mean length of a run of one label in a bursty order, log-uniform; optional, default
 *     3 to 50
 */
public record LabelOrder(List<Kind> kinds, DoubleRange burst) implements Augmentation {

    /** By what examples are ordered. */
    public enum Kind {
        /** All of one label, then all of the next. */
        @JsonAlias("sorted")
        SORTED,
        /** Runs of one label, of geometric length. */
        @JsonAlias("bursts")
        BURSTS,
        /** By the value of one input. */
        @JsonAlias("input")
        INPUT
    }

    public LabelOrder {
        kinds = kinds == null ? List.of(Kind.values()) : List.copyOf(kinds);
        require(!kinds.isEmpty(), "kinds of order must name at least one");
        burst = burst == null ? DoubleRange.of(3, 50) : burst;
        burst.requireWithin(1, 1e6, "burst");
    }

    @Override
    public long purpose() {
        return Purpose.LABEL_ORDER;
    }

    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        int[] labels = draw.labels();
        int size = draw.task().inputs();
        int[] order =
                switch (kinds.get(random.nextInt(kinds.size()))) {
                    case SORTED -> inRuns(labels, draw.task().classes(), labels.length, random);
                    case BURSTS ->
                            inRuns(
                                    labels,
                                    draw.task().classes(),
                                    burst.drawLogUniform(random),
                                    random);
                    case INPUT -> byInput(draw.inputs(), size, random.nextInt(size));
                };
        double[] inputs = draw.inputs().clone();
        int[] before = labels.clone();
        for (int i = 0; i < order.length; i++) {
            labels[i] = before[order[i]];
            System.arraycopy(inputs, order[i] * size, draw.inputs(), i * size, size);
        }
    }

    /** Runs of labels drawn in proportion to what is left of them; within a label in order. */
    private static int[] inRuns(int[] labels, int classes, double mean, RandomGenerator random) {
        int[][] left = new int[classes][];
        int[] used = new int[classes];
        for (int c = 0; c < classes; c++) {
            int label = c;
            left[c] =
                    Arrays.stream(Draws.range(labels.length))
                            .filter(i -> labels[i] == label)
                            .toArray();
        }
        int[] order = new int[labels.length];
        int filled = 0;
        int last = -1;
        while (filled < order.length) {
            last = another(left, used, last, random);
            // A run of "all" has the length of the episode.
            double length =
                    mean >= order.length
                            ? order.length
                            : 1 + Math.floor(Math.log(1 - random.nextDouble()) / log1m(mean));
            for (int k = 0; k < length && used[last] < left[last].length; k++) {
                order[filled++] = left[last][used[last]++];
            }
        }
        return order;
    }

    /** log(1 − 1/mean): a geometric number of further examples has this rate. */
    private static double log1m(double mean) {
        return mean <= 1 ? Double.NEGATIVE_INFINITY : Math.log(1 - 1 / mean);
    }

    /** A label that has examples left, other than the last one if there is another. */
    private static int another(int[][] left, int[] used, int last, RandomGenerator random) {
        int[] remaining = new int[left.length];
        int total = 0;
        for (int c = 0; c < left.length; c++) {
            remaining[c] = c == last ? 0 : left[c].length - used[c];
            total += remaining[c];
        }
        if (total == 0) {
            return last;
        }
        int drawn = random.nextInt(total);
        int chosen = 0;
        while (drawn >= remaining[chosen]) {
            drawn -= remaining[chosen++];
        }
        return chosen;
    }

    private static int[] byInput(double[] inputs, int size, int input) {
        return Arrays.stream(Draws.range(inputs.length / size))
                .boxed()
                .sorted(java.util.Comparator.comparingDouble(i -> inputs[i * size + input]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
