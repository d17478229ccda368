package org.vsml.cloning.run;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.LayerShape;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * A network of cloned sub-RNNs at work on one task: layers 1…K forward, K…1 backward (paper,
 * section 3.2). Its weights and biases are in the cells of its sub-RNNs and nowhere else. Not
 * thread-safe.
 */
public final class ClonedNetwork {

    private final ClonedBackpropagation config;
    private final TaskShape task;
    private final List<LayerShape> shapes;
    private final List<DenseTicks> layers = new ArrayList<>();
    private final float[][] weightCells;
    private final float[][] biasCells;
    private final float[][] weightChanges;
    private final float[][] biasChanges;
    private final float[][] messagesUp;
    private final float[][] messagesDown;
    private int examples;

    /**
     * A network that goes on from learned variables.
     *
     * @param metaVariables V_M, of {@link ClonedBackpropagation#metaVariableLayout()}
     * @param start V_L, of {@link ClonedBackpropagation#learnedVariableLayout}; not changed
     */
    public ClonedNetwork(
            ClonedBackpropagation config,
            NamedArrays metaVariables,
            TaskShape task,
            NamedArrays start) {
        metaVariables.requireLayout(
                config.metaVariableLayout(), "meta variables", "cloned backpropagation");
        config.requireLearnedVariables(start, task, 1, "task " + task);
        this.config = config;
        this.task = task;
        LstmWeights lstm = new LstmWeights(metaVariables, config.subRnn());
        shapes = config.architecture().resolve(task);
        int depth = shapes.size();
        weightCells = new float[depth][];
        biasCells = new float[depth][];
        weightChanges = new float[depth][];
        biasChanges = new float[depth][];
        messagesUp = new float[depth + 1][];
        messagesDown = new float[depth + 1][];
        for (int k = 0; k < depth; k++) {
            LayerShape shape = shapes.get(k);
            int size = shape.subRnns();
            int offset = start.layout().offset(ClonedBackpropagation.cellName(k));
            weightCells[k] = new float[size];
            biasCells[k] = new float[size];
            for (int i = 0; i < size; i++) {
                weightCells[k][i] = (float) start.values()[offset + i];
                biasCells[k][i] = (float) start.values()[offset + size + i];
            }
            weightChanges[k] = new float[size];
            biasChanges[k] = new float[size];
            layers.add(
                    new DenseTicks(
                            lstm, shape.inputs(), shape.outputs(), weightCells[k], biasCells[k]));
        }
    }

    /**
     * Logits [examples, classes]; valid until the next call. The state stays what it is.
     *
     * @param x [examples, inputs], kept until {@link #learn}
     */
    public float[] predict(float[] x, int count) {
        require(
                x.length >= count * task.inputs(),
                "%d examples of %d inputs need %d values, got %d",
                count,
                task.inputs(),
                count * task.inputs(),
                x.length);
        examples = count;
        messagesUp[0] = x;
        for (int k = 0; k < layers.size(); k++) {
            messagesUp[k + 1] = sized(messagesUp[k + 1], count * shapes.get(k).outputs());
            layers.get(k).forward(messagesUp[k], count, messagesUp[k + 1]);
        }
        return messagesUp[layers.size()];
    }

    /**
     * The backward pass of the examples of the last {@link #predict}: every layer reads its input
     * again and the error, after which the states are averaged over the examples and clipped.
     *
     * @param labels [examples], each in [0, classes) or {@link Examples#UNLABELLED}
     */
    public void learn(int[] labels) {
        require(
                labels.length == examples,
                "expected labels of the %d examples predicted last, got %d",
                examples,
                labels.length);
        int depth = layers.size();
        for (int k = 0; k <= depth; k++) {
            int size = k == 0 ? task.inputs() : shapes.get(k - 1).outputs();
            messagesDown[k] = k == 0 ? null : sized(messagesDown[k], examples * size);
        }
        for (int k = 0; k < depth; k++) {
            java.util.Arrays.fill(weightChanges[k], 0);
            java.util.Arrays.fill(biasChanges[k], 0);
        }
        for (int p = 0; p < examples; p++) {
            if (labels[p] == Examples.UNLABELLED) {
                continue;
            }
            outputError(p, labels[p]);
            for (int k = depth - 1; k >= 0; k--) {
                layers.get(k)
                        .backward(
                                messagesUp[k],
                                messagesDown[k + 1],
                                p,
                                weightChanges[k],
                                biasChanges[k],
                                messagesDown[k]);
            }
        }
        float limit = (float) (config.clip() / config.scale());
        for (int k = 0; k < depth; k++) {
            retain(weightCells[k], weightChanges[k], 1f / examples, limit);
            retain(biasCells[k], biasChanges[k], 1f / examples, limit);
        }
    }

    /**
     * What the last {@link #learn} added to a layer's weights: scale · mean of c'(w) − c(w), before
     * clipping; [outputs, inputs].
     */
    public double[] weightChange(int layer) {
        double[] result = new double[weightChanges[layer].length];
        for (int i = 0; i < result.length; i++) {
            result[i] = weightChanges[layer][i] * config.scale() / examples;
        }
        return result;
    }

    /** A copy of V_L as it is now. */
    public NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(config.learnedVariableLayout(task, 1));
        for (int k = 0; k < weightCells.length; k++) {
            int offset = result.layout().offset(ClonedBackpropagation.cellName(k));
            int size = weightCells[k].length;
            for (int i = 0; i < size; i++) {
                result.values()[offset + i] = weightCells[k][i];
                result.values()[offset + size + i] = biasCells[k][i];
            }
        }
        return result;
    }

    private void outputError(int p, int label) {
        int classes = task.classes();
        double[] row = new double[classes];
        for (int c = 0; c < classes; c++) {
            row[c] = messagesUp[layers.size()][p * classes + c];
        }
        double[] softmax = CrossEntropy.softmax(row, 0, classes);
        for (int c = 0; c < classes; c++) {
            messagesDown[layers.size()][p * classes + c] =
                    (float) (softmax[c] - (c == label ? 1 : 0));
        }
    }

    private static void retain(float[] cell, float[] change, float share, float limit) {
        for (int i = 0; i < cell.length; i++) {
            float next = Math.fma(change[i], share, cell[i]);
            cell[i] = Math.max(-limit, Math.min(limit, next));
        }
    }

    private static float[] sized(float[] array, int size) {
        return array == null || array.length != size ? new float[size] : array;
    }
}
