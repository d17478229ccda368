package org.vsml.online;

import static org.vsml.core.Checks.require;

/**
 * Accuracy of a stream of predictions, each made before its label was seen (test-then-train), in
 * the three forms of the MOA framework (Bifet et al. 2010; Gama, Sebastião and Rodrigues 2013). Not
 * thread-safe.
 */
interface PrequentialAccuracy {

    /** Counts one prediction. */
    void add(boolean correct);

    /** Accuracy in [0, 1] as it stands; NaN before the first prediction. */
    double value();

    /** The share of all predictions so far that were correct: the metric of the paper. */
    static PrequentialAccuracy cumulative() {
        return new Fading(1);
    }

    /**
     * The share of the last {@code size} predictions that were correct; of all of them until there
     * are so many.
     *
     * @param size at least 1
     */
    static PrequentialAccuracy slidingWindow(int size) {
        return new SlidingWindow(size);
    }

    /**
     * Correct predictions over predictions, both counted with weight α^age: {@code S ← correct +
     * α·S, N ← 1 + α·N, S/N}.
     *
     * @param alpha α in (0, 1]; 1 forgets nothing
     */
    static PrequentialAccuracy fadingFactor(double alpha) {
        return new Fading(alpha);
    }

    /** With α = 1 the cumulative accuracy, whose counts are exact. */
    final class Fading implements PrequentialAccuracy {

        private final double alpha;
        private double correct;
        private double count;

        private Fading(double alpha) {
            require(alpha > 0 && alpha <= 1, "the fading factor must be in (0, 1], got %s", alpha);
            this.alpha = alpha;
        }

        @Override
        public void add(boolean right) {
            correct = (right ? 1 : 0) + alpha * correct;
            count = 1 + alpha * count;
        }

        @Override
        public double value() {
            return correct / count;
        }
    }

    /** A ring of the last outcomes. */
    final class SlidingWindow implements PrequentialAccuracy {

        private final boolean[] ring;
        private long count;
        private int correct;

        private SlidingWindow(int size) {
            require(size >= 1, "the sliding window must have a size >= 1, got %d", size);
            ring = new boolean[size];
        }

        @Override
        public void add(boolean right) {
            int oldest = (int) (count % ring.length);
            correct += (right ? 1 : 0) - (ring[oldest] ? 1 : 0);
            ring[oldest] = right;
            count++;
        }

        @Override
        public double value() {
            return correct / (double) Math.min(count, ring.length);
        }
    }
}
