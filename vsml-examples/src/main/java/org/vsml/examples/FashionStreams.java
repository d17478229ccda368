package org.vsml.examples;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.vsml.core.CrossEntropy;
import org.vsml.episode.DataSets;
import org.vsml.episode.Draws;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;
import org.vsml.episode.Split;

/** The images of {@link OnlineHeadOnCnn}, in random orders, and what was predicted of them. */
public final class FashionStreams {

    /** Of these classes the CNN learns the first five, and meets all of them. */
    public static final int CLASSES = 10;

    public static final int KNOWN = 5;

    private FashionStreams() {}

    /** Flat images of the first classes, standardised, with labels one-hot over all ten. */
    public static DataSet images(DataSets sets, Split split, int classes) {
        ImageSet set = sets.load("fashion_mnist", split);
        int[] chosen = IntStream.range(0, set.size()).filter(i -> set.label(i) < classes).toArray();
        float[] pixels = new float[set.shape().size()];
        INDArray inputs = Nd4j.create(chosen.length, pixels.length);
        INDArray labels = Nd4j.create(chosen.length, CLASSES);
        for (int i = 0; i < chosen.length; i++) {
            set.read(chosen[i], set.mean(), 1 / set.deviation(), pixels);
            inputs.putRow(i, Nd4j.createFromArray(pixels));
            labels.putScalar(i, set.label(chosen[i]), 1);
        }
        return new DataSet(inputs, labels);
    }

    /** Shuffled batches, with labels one-hot over the known classes. */
    static DataSetIterator batches(DataSet training, int size, long seed) {
        INDArray known =
                training.getLabels().get(NDArrayIndex.all(), NDArrayIndex.interval(0, KNOWN)).dup();
        List<DataSet> rows = new DataSet(training.getFeatures(), known).asList();
        int[] order = Draws.permutation(rows.size(), Seeds.generator(seed, 4));
        return new ListDataSetIterator<>(Arrays.stream(order).mapToObj(rows::get).toList(), size);
    }

    /** The first images of random orders [stream][step]. */
    public static int[][] orders(DataSet test, int examples, int streams, long seed) {
        int length = Math.min(examples, test.numExamples());
        return IntStream.range(0, streams)
                .mapToObj(s -> Draws.permutation(test.numExamples(), Seeds.generator(seed, 2, s)))
                .map(order -> Arrays.copyOf(order, length))
                .toArray(int[][]::new);
    }

    /**
     * The class of each row [rows, classes]; −1, which is never right, if all its scores are NaN.
     */
    public static int[] classes(INDArray scores) {
        return Arrays.stream(scores.toDoubleMatrix())
                .mapToInt(row -> CrossEntropy.argMax(row, 0, row.length))
                .toArray();
    }
}
