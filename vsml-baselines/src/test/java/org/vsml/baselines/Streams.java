package org.vsml.baselines;

import java.util.random.RandomGenerator;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineAlgorithm;

/** Small streams: classes with different means and one strongly correlated, common noise. */
final class Streams {

    private Streams() {}

    static Examples correlated(int inputs, int classes, int count, double noise, long seed) {
        RandomGenerator random = Seeds.generator(seed);
        double[][] centres = new double[classes][inputs];
        double[][] mixing = new double[inputs][inputs];
        for (double[] row : centres) {
            fill(row, random);
        }
        for (double[] row : mixing) {
            fill(row, random);
        }
        double[] values = new double[count * inputs];
        int[] labels = new int[count];
        double[] draw = new double[inputs];
        for (int t = 0; t < count; t++) {
            labels[t] = random.nextInt(classes);
            fill(draw, random);
            for (int a = 0; a < inputs; a++) {
                double value = centres[labels[t]][a];
                for (int j = 0; j < inputs; j++) {
                    value += noise * mixing[a][j] * draw[j];
                }
                // Learners compute in float: give them what they can hold, so that oracles in
                // double see the same.
                values[t * inputs + a] = (float) value;
            }
        }
        return Examples.online(TaskShape.of(inputs, classes), values, labels);
    }

    static double[] input(Examples stream, int example) {
        int inputs = stream.task().inputs();
        return java.util.Arrays.copyOfRange(
                stream.inputs(), example * inputs, (example + 1) * inputs);
    }

    /** How many predictions were right. */
    static int right(OnlineAlgorithm algorithm, Examples stream) {
        double[] scores = algorithm.start(stream.task(), 0).learn(stream);
        int classes = stream.task().classes();
        int right = 0;
        for (int t = 0; t < stream.length(); t++) {
            right +=
                    CrossEntropy.argMax(scores, t * classes, classes) == stream.labels()[t] ? 1 : 0;
        }
        return right;
    }

    private static void fill(double[] row, RandomGenerator random) {
        for (int i = 0; i < row.length; i++) {
            row[i] = random.nextGaussian();
        }
    }
}
