package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;

/**
 * Streams by seed whose concept changes in the midst, as the literature on drift draws them: what
 * was learned before is wrong afterwards, and the question is how soon a learner recovers.
 *
 * @param kind how examples are drawn
 * @param examples T
 * @param change examples before the change, in [1, T)
 */
public record DriftStream(Kind kind, int examples, int change) implements EpisodeSource {

    private static final int SEA_RANGE = 10;
    private static final double SEA_BEFORE = 7;
    private static final double SEA_AFTER = 9.5;
    private static final double SEA_NOISE = 0.1;
    private static final int LED_SEGMENTS = 7;
    private static final double LED_NOISE = 0.1;
    private static final int LED_INPUTS = 24;

    /** Segments that are lit for each digit: top, sides above, middle, sides below, bottom. */
    private static final String[] LED_DIGITS = {
        "1110111", "0010010", "1011101", "1011011", "0111010",
        "1101011", "1101111", "1010010", "1111111", "1111011"
    };

    private static final int PLANE_INPUTS = 10;
    private static final double PLANE_NOISE = 0.05;
    private static final int PLANE_TURN = 2000;
    private static final int CLUSTER_INPUTS = 16;
    private static final int CLUSTER_CLASSES = 10;
    private static final double CLUSTER_DISTANCE = 1.5;

    /** How examples are drawn. */
    public enum Kind {
        /**
         * Three inputs in [0, 10], the third says nothing; class 1 if the sum of the others is at
         * most 7, later 9.5; a tenth of the labels are wrong (Street and Kim, 2001).
         */
        SEA,
        /**
         * Digits on a display of seven segments, each inverted with probability 0.1, and 17 inputs
         * of noise; at the change the segments take the places of seven of those (Breiman et al.,
         * 1984; at most 0.74 of the predictions can be right).
         */
        LED,
        /**
         * Ten inputs in [0, 1] on one side or the other of a plane through their centre that turns
         * by 90° within 2,000 examples from the change on; 5 % of the labels are wrong (Hulten et
         * al., 2001).
         */
        HYPERPLANE,
        /**
         * Ten normal clusters of 16 inputs; at the change each class takes the label of the next.
         */
        SWAPPED_LABELS;

        /** Its name in tables. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public DriftStream {
        require(kind != null, "kind must not be null");
        require(
                change >= 1 && change < examples,
                "change must be in [1, examples = %d), got %d",
                examples,
                change);
    }

    /** What a row of the stream is drawn by. */
    private interface Rows {
        /**
         * @return the label
         */
        int draw(int example, double[] into, int offset, RandomGenerator random);
    }

    @Override
    public Episode sample(long seed) {
        RandomGenerator random = Seeds.generator(seed, 0);
        TaskShape task =
                switch (kind) {
                    case SEA -> TaskShape.of(3, 2);
                    case LED -> TaskShape.of(LED_INPUTS, LED_DIGITS.length);
                    case HYPERPLANE -> TaskShape.of(PLANE_INPUTS, 2);
                    case SWAPPED_LABELS -> TaskShape.of(CLUSTER_INPUTS, CLUSTER_CLASSES);
                };
        Rows rows =
                switch (kind) {
                    case SEA -> this::sea;
                    case LED -> this::led;
                    case HYPERPLANE -> hyperplane(random);
                    case SWAPPED_LABELS -> clusters(random);
                };
        double[] inputs = new double[examples * task.inputs()];
        int[] labels = new int[examples];
        for (int t = 0; t < examples; t++) {
            labels[t] = rows.draw(t, inputs, t * task.inputs(), random);
        }
        return Episode.withMeanLoss(
                Examples.online(task, inputs, labels), Seeds.derive(seed, 1), kind.label());
    }

    private int sea(int example, double[] into, int offset, RandomGenerator random) {
        for (int a = 0; a < 3; a++) {
            into[offset + a] = SEA_RANGE * random.nextDouble();
        }
        double limit = example < change ? SEA_BEFORE : SEA_AFTER;
        boolean below = into[offset] + into[offset + 1] <= limit;
        return below == random.nextDouble() >= SEA_NOISE ? 1 : 0;
    }

    private int led(int example, double[] into, int offset, RandomGenerator random) {
        int digit = random.nextInt(LED_DIGITS.length);
        int first = example < change ? 0 : LED_SEGMENTS;
        for (int a = 0; a < LED_INPUTS; a++) {
            boolean segment = a >= first && a < first + LED_SEGMENTS;
            boolean lit =
                    segment
                            ? LED_DIGITS[digit].charAt(a - first)
                                    == '1'
                                    != random.nextDouble() < LED_NOISE
                            : random.nextBoolean();
            into[offset + a] = lit ? 1 : 0;
        }
        return digit;
    }

    private Rows hyperplane(RandomGenerator random) {
        double[] normal = direction(random);
        double[] other = direction(random);
        double along = 0;
        for (int a = 0; a < PLANE_INPUTS; a++) {
            along += normal[a] * other[a];
        }
        double length = 0;
        for (int a = 0; a < PLANE_INPUTS; a++) {
            other[a] -= along * normal[a];
            length += other[a] * other[a];
        }
        double norm = Math.sqrt(length);
        return (example, into, offset, draws) -> {
            double share = Math.min(1, Math.max(0, (example - change) / (double) PLANE_TURN));
            double angle = share * Math.PI / 2;
            double side = 0;
            for (int a = 0; a < PLANE_INPUTS; a++) {
                into[offset + a] = draws.nextDouble();
                double weight = Math.cos(angle) * normal[a] + Math.sin(angle) * other[a] / norm;
                side += weight * (into[offset + a] - 0.5);
            }
            return side > 0 == draws.nextDouble() >= PLANE_NOISE ? 1 : 0;
        };
    }

    private static double[] direction(RandomGenerator random) {
        double[] result = random.doubles(PLANE_INPUTS, -1, 1).toArray();
        double length = 0;
        for (double value : result) {
            length += value * value;
        }
        for (int a = 0; a < result.length; a++) {
            result[a] /= Math.sqrt(length);
        }
        return result;
    }

    private Rows clusters(RandomGenerator random) {
        double[] centres = new double[CLUSTER_CLASSES * CLUSTER_INPUTS];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = CLUSTER_DISTANCE * random.nextGaussian() / Math.sqrt(2);
        }
        return (example, into, offset, draws) -> {
            int cluster = draws.nextInt(CLUSTER_CLASSES);
            for (int a = 0; a < CLUSTER_INPUTS; a++) {
                into[offset + a] = centres[cluster * CLUSTER_INPUTS + a] + draws.nextGaussian();
            }
            return example < change ? cluster : (cluster + 1) % CLUSTER_CLASSES;
        };
    }
}
