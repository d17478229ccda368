package org.vsml.dl4j;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.episode.Seeds;

/** Rows around one centre a class, standardised, in random order; the same for the same seed. */
final class Flowers {

    private Flowers() {}

    /**
     * Rows and one-hot labels.
     *
     * @param task seed of the centres
     * @param seed of the rows
     */
    static DataSet rows(int rows, int features, int classes, long task, long seed) {
        RandomGenerator centres = Seeds.generator(task);
        double[][] centre = new double[classes][];
        Arrays.setAll(centre, b -> centres.doubles(features, -1.2, 1.2).toArray());
        RandomGenerator random = Seeds.generator(seed);
        float[][] inputs = new float[rows][features];
        float[][] labels = new float[rows][classes];
        for (int i = 0; i < rows; i++) {
            int label = random.nextInt(classes);
            labels[i][label] = 1;
            for (int j = 0; j < features; j++) {
                inputs[i][j] = (float) (centre[label][j] + 0.6 * random.nextGaussian());
            }
        }
        return new DataSet(Nd4j.createFromArray(inputs), Nd4j.createFromArray(labels));
    }

    /** Class indices of one-hot labels. */
    static int[] indices(INDArray labels) {
        return Arrays.stream(labels.toDoubleMatrix())
                .mapToInt(
                        row -> {
                            int label = 0;
                            while (row[label] != 1) {
                                label++;
                            }
                            return label;
                        })
                .toArray();
    }
}
