package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;

/** The single labelled examples of a DataSetIterator, one after the other. */
final class LabelledRows {

    /** An example; the label is an index. */
    record LabelledRow(float[] features, int label) {}

    private final DataSetIterator source;
    private final DataSetPreProcessor preProcessor;
    private TaskShape task;
    private float[] features = {};
    private int[] labels = {};
    private int position;

    LabelledRows(DataSetIterator source, DataSetPreProcessor preProcessor) {
        this.source = source;
        this.preProcessor = preProcessor;
    }

    boolean hasNext() {
        while (position == labels.length && source.hasNext()) {
            load(source.next());
        }
        return position < labels.length;
    }

    LabelledRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the iterator has no examples left");
        }
        int size = task.inputs();
        LabelledRow row =
                new LabelledRow(
                        Arrays.copyOfRange(features, position * size, (position + 1) * size),
                        labels[position]);
        position++;
        return row;
    }

    /** Sizes; reads the first examples if that has not happened. */
    TaskShape task() {
        if (task == null) {
            require(hasNext(), "the iterator has no examples");
        }
        return task;
    }

    List<String> classNames() {
        return source.getLabels();
    }

    boolean resetSupported() {
        return source.resetSupported();
    }

    void reset() {
        source.reset();
        labels = new int[0];
        position = 0;
    }

    private void load(DataSet given) {
        DataSet data = given;
        if (preProcessor != null) {
            // Some iterators give the same arrays again, or those that the caller made them of.
            data = copy(given);
            preProcessor.preProcess(data);
        }
        INDArray inputs = data.getFeatures();
        INDArray targets = data.getLabels();
        require(
                inputs.rank() == 2 || inputs.rank() == 4,
                "episodes are made of single examples, features [examples, size] or [examples, channels, height, width],"
                        + " got rank %d, shape %s",
                inputs.rank(),
                Arrays.toString(inputs.shape()));
        require(
                targets != null && targets.rank() == 2 && targets.size(0) == inputs.size(0),
                "episodes need one-hot labels [examples, classes] = [%d, classes], got %s. With a RecordReader, give the"
                        + " index of the label and the number of classes",
                inputs.size(0),
                targets == null ? "none" : Arrays.toString(targets.shape()));
        require(
                targets.size(1) >= 2,
                "episodes need one-hot labels [examples, classes] of at least two classes, got %s. With a RecordReader, give"
                        + " the index of the label and the number of classes",
                Arrays.toString(targets.shape()));
        int count = (int) inputs.size(0);
        int size = (int) (inputs.length() / count);
        TaskShape shape = TaskShape.of(size, (int) targets.size(1));
        require(
                task == null || task.equals(shape),
                "all examples must be of one size, %s, got %s",
                task,
                shape);
        task = shape;
        int[] present = present(data, count);
        double[] values = rows(Arrays3d.rowMajor(inputs), present, size);
        features = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            require(
                    Examples.isInput(values[i]),
                    "feature %d of an example must be finite and within float, got %s",
                    i % size,
                    values[i]);
            features[i] = (float) values[i];
        }
        double[] oneHot = rows(Arrays3d.rowMajor(targets), present, shape.classes());
        labels = indices(oneHot, shape.classes());
        position = 0;
    }

    private static DataSet copy(DataSet data) {
        return new DataSet(
                copy(data.getFeatures()),
                copy(data.getLabels()),
                copy(data.getFeaturesMaskArray()),
                copy(data.getLabelsMaskArray()));
    }

    private static INDArray copy(INDArray array) {
        return array == null ? null : array.dup();
    }

    /** The rows that no mask leaves out; those have no example, or one without a label. */
    private static int[] present(DataSet data, int count) {
        double[] ofFeatures = mask(data.getFeaturesMaskArray(), "features", count);
        double[] ofLabels = mask(data.getLabelsMaskArray(), "labels", count);
        return IntStream.range(0, count)
                .filter(i -> shows(ofFeatures, i, count) && shows(ofLabels, i, count))
                .toArray();
    }

    /** Whether a mask of one value an example, or one of each output, leaves an example in. */
    private static boolean shows(double[] mask, int example, int count) {
        int columns = mask == null ? 0 : mask.length / count;
        return IntStream.range(example * columns, (example + 1) * columns)
                .allMatch(j -> mask[j] != 0);
    }

    private static double[] mask(INDArray mask, String what, int count) {
        if (mask == null) {
            return null;
        }
        require(
                mask.size(0) == count && mask.rank() <= 2,
                "the mask of the %s must have one value an example, [%d, 1], got %s",
                what,
                count,
                Arrays.toString(mask.shape()));
        return Arrays3d.rowMajor(mask);
    }

    private static double[] rows(double[] all, int[] chosen, int size) {
        double[] result = new double[chosen.length * size];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(all, chosen[i] * size, result, i * size, size);
        }
        return result;
    }

    private static int[] indices(double[] oneHot, int classes) {
        int[] result = new int[oneHot.length / classes];
        for (int i = 0; i < result.length; i++) {
            int ones = 0;
            int zeros = 0;
            for (int b = 0; b < classes; b++) {
                double value = oneHot[i * classes + b];
                zeros += value == 0 ? 1 : 0;
                if (value == 1) {
                    ones++;
                    result[i] = b;
                }
            }
            require(
                    ones == 1 && zeros == classes - 1,
                    "labels must be one-hot over %d classes, got %s; a VSML learns to classify, not to regress",
                    classes,
                    Arrays.toString(Arrays.copyOfRange(oneHot, i * classes, (i + 1) * classes)));
        }
        return result;
    }
}
