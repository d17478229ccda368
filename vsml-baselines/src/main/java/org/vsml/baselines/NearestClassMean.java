package org.vsml.baselines;

import java.util.Arrays;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.math.Vectors;
import org.vsml.online.OnlineAlgorithm;

/**
 * Predicts the class whose mean so far is nearest (Euclidean); a class that was not seen yet is
 * never predicted.
 */
record NearestClassMean() implements OnlineAlgorithm {

    @Override
    public String name() {
        return "nearest class mean";
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Means(task);
    }

    private static final class Means extends ExampleSession {

        private final float[][] means;
        private final int[] counts;
        private final double[] halfNorms;

        Means(TaskShape task) {
            super(task);
            means = new float[classes][inputs];
            counts = new int[classes];
            halfNorms = new double[classes];
            Arrays.fill(halfNorms, Double.POSITIVE_INFINITY);
        }

        /** −‖x − µ‖²/2 without the part that is the same for all classes. */
        @Override
        void predict(float[] input, double[] scores) {
            for (int c = 0; c < classes; c++) {
                scores[c] = Vectors.dot(means[c], input) - halfNorms[c];
            }
        }

        @Override
        void update(float[] input, int label) {
            float[] mean = means[label];
            counts[label]++;
            float share = 1f / counts[label];
            double norm = 0;
            for (int a = 0; a < inputs; a++) {
                mean[a] += share * (input[a] - mean[a]);
                norm += (double) mean[a] * mean[a];
            }
            halfNorms[label] = norm / 2;
        }
    }
}
