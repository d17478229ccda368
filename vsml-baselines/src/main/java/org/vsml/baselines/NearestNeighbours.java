package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

/**
 * Online k-nearest-neighbour (Euclidean): stores every example, or the last of them. The k nearest
 * vote; a tie goes to the class whose neighbours rank higher. Without a window, memory and time
 * grow with the stream.
 *
 * @param k neighbours that vote
 * @param window examples that are kept; 0 for all
 */
record NearestNeighbours(int k, int window) implements OnlineAlgorithm {

    NearestNeighbours {
        require(k >= 1, "k must be >= 1, got %d", k);
        require(window >= 0, "window must be >= 0, got %d", window);
    }

    /** Keeps every example. */
    NearestNeighbours(int k) {
        this(k, 0);
    }

    @Override
    public String name() {
        return k + "-nearest neighbour" + (window == 0 ? "" : ", last " + window);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Neighbours(task, k, window);
    }

    /**
     * Examples lie in blocks, [inputs, examples of the block]: the loop over a block's examples is
     * one of independent lanes, which the compiler vectorises; a sum over inputs it may not.
     */
    private static final class Neighbours extends ExampleSession {

        private static final int BLOCK = 256;

        private final int k;
        private final int window;
        private final List<float[][]> blocks = new ArrayList<>();
        private int[] labels = new int[BLOCK];

        /** Examples stored. */
        private int count;

        /** Where the next goes, once the window is full. */
        private int oldest;

        private final float[] distances = new float[BLOCK];
        private final float[] nearest;
        private final int[] nearestLabels;

        Neighbours(TaskShape task, int k, int window) {
            super(task);
            this.k = k;
            this.window = window;
            nearest = new float[k];
            nearestLabels = new int[k];
        }

        @Override
        void predict(float[] input, double[] scores) {
            int found = 0;
            for (int b = 0; b < blocks.size(); b++) {
                squaredDistances(blocks.get(b), input);
                int filled = Math.min(BLOCK, count - b * BLOCK);
                for (int i = 0; i < filled; i++) {
                    if (found < k || distances[i] < nearest[found - 1]) {
                        found = insert(distances[i], labels[b * BLOCK + i], found);
                    }
                }
            }
            Arrays.fill(scores, 0);
            // Whole numbers, hence exact: a vote counts more than all that ranks can add, k + (k −
            // 1) + … + 1.
            double vote = k * (k + 1.0);
            for (int rank = 0; rank < found; rank++) {
                scores[nearestLabels[rank]] += vote + (k - rank);
            }
        }

        @Override
        void update(float[] input, int label) {
            if (window > 0 && count == window) {
                put(oldest, input, label);
                oldest = (oldest + 1) % window;
                return;
            }
            if (count % BLOCK == 0) {
                blocks.add(new float[inputs][BLOCK]);
                labels = Arrays.copyOf(labels, count + BLOCK);
            }
            put(count, input, label);
            count++;
        }

        private void put(int place, float[] input, int label) {
            float[][] block = blocks.get(place / BLOCK);
            for (int a = 0; a < inputs; a++) {
                block[a][place % BLOCK] = input[a];
            }
            labels[place] = label;
        }

        private void squaredDistances(float[][] block, float[] input) {
            Arrays.fill(distances, 0);
            for (int a = 0; a < inputs; a++) {
                addSquares(block[a], input[a], distances);
            }
        }

        private static void addSquares(float[] values, float value, float[] sums) {
            for (int i = 0; i < sums.length; i++) {
                float difference = values[i] - value;
                sums[i] += difference * difference;
            }
        }

        /** Keeps the nearest sorted; of equals the one stored at the lower place comes first. */
        private int insert(float distance, int label, int found) {
            int place = Math.min(found, k - 1);
            while (place > 0 && nearest[place - 1] > distance) {
                nearest[place] = nearest[place - 1];
                nearestLabels[place] = nearestLabels[place - 1];
                place--;
            }
            nearest[place] = distance;
            nearestLabels[place] = label;
            return Math.min(found + 1, k);
        }
    }
}
