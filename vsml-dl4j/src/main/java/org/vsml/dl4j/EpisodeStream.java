package org.vsml.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;

/** Episodes one after the other, epoch by epoch; what the two iterators make arrays of. */
abstract class EpisodeStream {

    /**
     * An episode.
     *
     * @param weights [T], of each step in the loss; null if all are 1
     */
    record Item(Examples examples, double[] weights) {}

    /**
     * Episodes side by side.
     *
     * @param examples [episodes, features, T]
     * @param labels [episodes, classes, T]
     * @param mask [episodes, T], 0 behind the end of a shorter episode; null if all are of one
     *     length
     * @param weights [episodes, T] of each step in the loss; null if all are 1
     */
    record Batch(INDArray examples, INDArray labels, INDArray mask, INDArray weights) {}

    abstract TaskShape task();

    /** Names of the classes, or null. */
    abstract List<String> classNames();

    abstract boolean hasNext();

    abstract Item next();

    /** Back to the start, or to the next epoch's start if any episode has been given. */
    abstract void reset();

    abstract boolean resetSupported();

    /** The next episodes, at most {@code count}. */
    final Batch nextBatch(int count) {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch is over; reset() begins another");
        }
        List<Item> items = new ArrayList<>();
        while (items.size() < count && hasNext()) {
            items.add(next());
        }
        return collate(items, task());
    }

    private static Batch collate(List<Item> items, TaskShape task) {
        int episodes = items.size();
        int steps = items.stream().mapToInt(i -> i.examples().length()).max().orElseThrow();
        boolean masked = items.stream().anyMatch(i -> i.examples().length() < steps);
        boolean weighted = items.stream().anyMatch(i -> i.weights() != null);
        int[] order = EpisodeBatch.featureOrder(task.input());
        float[] inputs = new float[episodes * task.inputs() * steps];
        float[] labels = new float[episodes * task.classes() * steps];
        float[] mask = new float[episodes * steps];
        float[] weights = new float[episodes * steps];
        for (int e = 0; e < episodes; e++) {
            Examples examples = items.get(e).examples();
            for (int t = 0; t < examples.length(); t++) {
                for (int i = 0; i < task.inputs(); i++) {
                    inputs[(e * task.inputs() + order[i]) * steps + t] =
                            (float) examples.inputs()[t * task.inputs() + i];
                }
                int label = examples.labels()[t];
                if (label != Examples.UNLABELLED) {
                    labels[(e * task.classes() + label) * steps + t] = 1;
                }
                mask[e * steps + t] = 1;
                double[] own = items.get(e).weights();
                weights[e * steps + t] = own == null ? 1 : (float) own[t];
            }
        }
        return new Batch(
                array(inputs, episodes, task.inputs(), steps),
                array(labels, episodes, task.classes(), steps),
                masked ? array(mask, episodes, steps) : null,
                weighted || masked ? array(weights, episodes, steps) : null);
    }

    private static INDArray array(float[] values, long... shape) {
        return Nd4j.create(values, shape, 'c').castTo(DataType.FLOAT);
    }
}
