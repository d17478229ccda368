package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.vsml.core.TaskShape;

/** The single labelled examples of a DataSetIterator, one after the other. */
final class LabelledRows {

    /** An example; the label is an index. */
    record Row(float[] features, int label) {}

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
        return position < labels.length || source.hasNext();
    }

    Row next() {
        while (position == labels.length) {
            load(source.next());
        }
        int size = task.inputs();
        Row row =
                new Row(
                        Arrays.copyOfRange(features, position * size, (position + 1) * size),
                        labels[position]);
        position++;
        return row;
    }

    /** Sizes; reads the first examples if that has not happened. */
    TaskShape task() {
        if (task == null) {
            require(hasNext(), "the iterator has no examples");
            load(source.next());
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

    private void load(DataSet data) {
        if (preProcessor != null) {
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
        int count = (int) inputs.size(0);
        int size = (int) (inputs.length() / count);
        TaskShape shape = TaskShape.of(size, (int) targets.size(1));
        require(
                task == null || task.equals(shape),
                "all examples must be of one size, %s, got %s",
                task,
                shape);
        task = shape;
        double[] values = Arrays3d.rowMajor(inputs);
        features = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            require(
                    Double.isFinite(values[i]),
                    "feature %d of an example must be finite, got %s",
                    i % size,
                    values[i]);
            features[i] = (float) values[i];
        }
        labels = indices(Arrays3d.rowMajor(targets), shape.classes());
        position = 0;
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
