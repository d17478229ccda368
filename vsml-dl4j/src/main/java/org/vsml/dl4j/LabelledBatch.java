package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.Examples;
import org.vsml.core.InputShape;

/**
 * Rows of a batch, checked, with what is to be learned of each. Reads arrays and never writes to
 * one.
 *
 * @param shape of every example
 * @param inputs [rows][values], images in the order row, column, channel
 * @param labels [rows], {@link Examples#UNLABELLED} where the label is missing; null where none
 *     were asked for
 * @param width columns of the labels; 0 where they were class indices or not asked for
 */
record LabelledBatch(InputShape shape, double[][] inputs, int[] labels, int width) {

    /** Whether labels are one column of 0 and 1, as behind a single sigmoid unit. */
    boolean oneColumn() {
        return width == 1;
    }

    /** Features alone. */
    static LabelledBatch features(INDArray features, CNN2DFormat format) {
        require(features != null, "features must not be null");
        require(
                features.rank() != 3,
                "sequences %s need an encoder that makes one vector of each: VsmlClassifier.on(network, \"layer\") with a"
                        + " layer behind LastTimeStep or GlobalPoolingLayer. Episodes of VSML go to a VsmlLayer",
                Arrays.toString(features.shape()));
        require(
                features.rank() == 2 || features.rank() == 4,
                "features must be [rows, features] or images [rows, channels, height, width], got rank %d, shape %s%s",
                features.rank(),
                Arrays.toString(features.shape()),
                features.rank() == 1 ? ". One row is x.reshape(1, x.length())" : "");
        require(
                features.length() > 0,
                "there must be at least one row of at least one value, got shape %s",
                Arrays.toString(features.shape()));
        InputShape shape = shape(features, format);
        int rows = (int) features.size(0);
        boolean channelsFirst = features.rank() == 4 && !lastIsChannel(features, format);
        double[] values =
                Arrays3d.rowMajor(channelsFirst ? features.permute(0, 2, 3, 1) : features);
        double[][] inputs = new double[rows][];
        Arrays.setAll(
                inputs, i -> Arrays.copyOfRange(values, i * shape.size(), (i + 1) * shape.size()));
        return new LabelledBatch(shape, inputs, null, 0);
    }

    /** Throws where a row that counts has a value that is not finite. */
    private void checkFinite() {
        for (int i = 0; i < inputs.length; i++) {
            for (int j = 0; j < inputs[i].length; j++) {
                if ((labels == null || labels[i] != Examples.UNLABELLED)
                        && !Examples.isInput(inputs[i][j])) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "row %d, column %d of the features must be finite and within float, got %s. Replace missing values"
                                            + " first, or mask the row",
                                    i, j, inputs[i][j]));
                }
            }
        }
    }

    /** This batch, of which every value of a row that counts is finite. */
    LabelledBatch checked() {
        checkFinite();
        return this;
    }

    /**
     * These rows with labels of a DataSet.
     *
     * @param array [rows, classes], one-hot; or one column of 0 and 1. A row of zeros, with a NaN
     *     or behind the mask has no label
     * @param featuresMask [rows] or [rows, 1], or null; 0 where there is no row
     * @param labelsMask likewise, 0 where the label is missing; or [rows, classes], where a label
     *     counts if all of it does
     */
    LabelledBatch with(INDArray array, INDArray featuresMask, INDArray labelsMask) {
        require(
                array != null,
                "labels are missing: fit and evaluate need [rows, classes] = [%d, classes]",
                inputs.length);
        require(
                array.rank() == 2,
                "labels must be one-hot [rows, classes] = [%d, classes], got rank %d, shape %s. %s",
                inputs.length,
                array.rank(),
                Arrays.toString(array.shape()),
                array.rank() == 3
                        ? "A sequence has one label here; labels of every step go to a VsmlLayer"
                        : "Class indices go to fit(INDArray, int[])");
        require(
                array.size(0) == inputs.length,
                "features have %d rows and labels %d",
                inputs.length,
                array.size(0));
        int classes = (int) array.size(1);
        double[] values = Arrays3d.rowMajor(array);
        boolean[] present = selected(featuresMask, "features");
        boolean[] shown = selected(labelsMask, "labels");
        int[] indices = new int[inputs.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] =
                    present[i] && shown[i]
                            ? label(values, i, classes, inputs.length)
                            : Examples.UNLABELLED;
        }
        return new LabelledBatch(shape, inputs, indices, classes).checked();
    }

    /** These rows with class indices; a negative one is a missing label. */
    LabelledBatch with(int[] indices) {
        require(indices != null, "labels must not be null");
        require(
                indices.length == inputs.length,
                "features have %d rows and labels %d",
                inputs.length,
                indices.length);
        for (int i = 0; i < indices.length; i++) {
            require(
                    indices[i] >= Examples.UNLABELLED,
                    "the label of row %d must be a class index from 0 on, or -1 where it is missing, got %d",
                    i,
                    indices[i]);
        }
        return new LabelledBatch(shape, inputs, indices.clone(), 0).checked();
    }

    /** Rows that have a label. */
    int[] labelledRows() {
        return IntStream.range(0, labels.length)
                .filter(i -> labels[i] != Examples.UNLABELLED)
                .toArray();
    }

    /** Which rows a mask of one value, or one of each output, leaves in. */
    private boolean[] selected(INDArray mask, String what) {
        boolean[] result = new boolean[inputs.length];
        if (mask == null) {
            Arrays.fill(result, true);
            return result;
        }
        require(
                mask.size(0) == result.length && mask.rank() <= 2,
                "the mask of the %s must have one value a row, [%d, 1], got %s",
                what,
                result.length,
                Arrays.toString(mask.shape()));
        double[] flags = Arrays3d.rowMajor(mask);
        int columns = flags.length / result.length;
        for (int i = 0; i < result.length; i++) {
            result[i] =
                    IntStream.range(i * columns, (i + 1) * columns).allMatch(j -> flags[j] != 0);
        }
        return result;
    }

    private static int label(double[] values, int row, int classes, int rows) {
        int ones = 0;
        int zeros = 0;
        int label = Examples.UNLABELLED;
        for (int b = 0; b < classes; b++) {
            double value = values[row * classes + b];
            if (Double.isNaN(value)) {
                return Examples.UNLABELLED;
            }
            zeros += value == 0 ? 1 : 0;
            if (value == 1) {
                ones++;
                label = b;
            }
        }
        if (classes == 1) {
            require(
                    ones + zeros == 1,
                    "one column of labels must hold 0 or 1, got %s in row %d. Class indices go to fit(INDArray, int[]);"
                            + " RecordReaderDataSetIterator(reader, batch, labelIndex, numberOfClasses) makes them one-hot",
                    values[row],
                    row);
            return ones;
        }
        if (ones > 1 || ones + zeros != classes) {
            int from = row * classes;
            String shown =
                    Arrays.toString(Arrays.copyOfRange(values, from, from + Math.min(classes, 20)));
            throw new IllegalArgumentException(
                    String.format(
                            "the label of row %d of %d must be one-hot over %d classes, or all 0 where it is missing, got"
                                    + " %s%s; it learns to classify, not to regress",
                            row, rows, classes, shown, classes > 20 ? " (the first 20)" : ""));
        }
        return label;
    }

    private static InputShape shape(INDArray features, CNN2DFormat format) {
        if (features.rank() == 2) {
            return InputShape.vector((int) features.size(1));
        }
        return lastIsChannel(features, format)
                ? new InputShape(
                        (int) features.size(1), (int) features.size(2), (int) features.size(3))
                : new InputShape(
                        (int) features.size(2), (int) features.size(3), (int) features.size(1));
    }

    /** Of images without a given format, those whose last axis alone can be one of colours. */
    private static boolean lastIsChannel(INDArray images, CNN2DFormat format) {
        return format == null
                ? images.size(3) <= 4 && images.size(1) > 4
                : format == CNN2DFormat.NHWC;
    }
}
