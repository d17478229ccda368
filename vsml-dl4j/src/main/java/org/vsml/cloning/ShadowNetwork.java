package org.vsml.cloning;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;
import org.vsml.cloning.run.MatrixMath;
import org.vsml.core.CrossEntropy;

/**
 * A standard network trained by backpropagation and plain stochastic gradient descent: what is
 * cloned, and what the clone is compared with (paper, section 4.1). Layer k computes {@code y =
 * tanh(x)·W + b}, the input layer's inputs included; the loss is softmax cross-entropy, averaged
 * over the batch. Not thread-safe.
 */
final class ShadowNetwork {

    private final int[] sizes;
    private final float[][] weights;
    private final float[][] biases;
    private final float[][] inputs;
    private final float[][] activations;
    private final float[][] errors;
    private final float[][] weightGradients;
    private final float[][] biasGradients;

    /**
     * A network with all weights and biases zero.
     *
     * @param sizes units of every layer, inputs first, classes last
     */
    public ShadowNetwork(int... sizes) {
        require(
                sizes.length >= 2,
                "a network needs inputs and outputs, got %d sizes",
                sizes.length);
        this.sizes = sizes.clone();
        int layers = sizes.length - 1;
        weights = new float[layers][];
        biases = new float[layers][];
        weightGradients = new float[layers][];
        biasGradients = new float[layers][];
        inputs = new float[layers + 1][];
        activations = new float[layers][];
        errors = new float[layers + 1][];
        for (int k = 0; k < layers; k++) {
            weights[k] = new float[sizes[k] * sizes[k + 1]];
            biases[k] = new float[sizes[k + 1]];
            weightGradients[k] = new float[weights[k].length];
            biasGradients[k] = new float[biases[k].length];
        }
    }

    /** Normal weights with standard deviation 1/√inputs, zero biases. */
    public ShadowNetwork initialise(RandomGenerator random) {
        for (int k = 0; k < weights.length; k++) {
            double deviation = 1 / Math.sqrt(sizes[k]);
            for (int i = 0; i < weights[k].length; i++) {
                weights[k][i] = (float) (random.nextGaussian() * deviation);
            }
            java.util.Arrays.fill(biases[k], 0);
        }
        return this;
    }

    /** Number of layers of weights. */
    public int layers() {
        return weights.length;
    }

    /** Units of every layer, inputs first. */
    public int[] sizes() {
        return sizes.clone();
    }

    /** W of a layer [inputs, outputs] itself. */
    public float[] weights(int layer) {
        return weights[layer];
    }

    /** b of a layer [outputs] itself. */
    public float[] biases(int layer) {
        return biases[layer];
    }

    /** ∂loss/∂W of the last {@link #backward}, [inputs, outputs]. */
    public float[] weightGradient(int layer) {
        return weightGradients[layer];
    }

    /** What layer {@code layer} last read: x [examples, inputs], before the tanh. */
    float[] input(int layer) {
        return inputs[layer];
    }

    /** ∂loss/∂y of a layer for each example by itself, [examples, outputs], after backward. */
    float[] error(int layer) {
        return errors[layer + 1];
    }

    /**
     * Logits [examples, classes]; valid until the next call.
     *
     * @param x [examples, inputs], kept until backward
     */
    public float[] forward(float[] x, int examples) {
        inputs[0] = x;
        for (int k = 0; k < weights.length; k++) {
            activations[k] = sized(activations[k], examples * sizes[k]);
            inputs[k + 1] = sized(inputs[k + 1], examples * sizes[k + 1]);
            float[] tanh = activations[k];
            for (int i = 0; i < examples * sizes[k]; i++) {
                tanh[i] = (float) Math.tanh(inputs[k][i]);
            }
            float[] y = inputs[k + 1];
            for (int p = 0; p < examples; p++) {
                System.arraycopy(biases[k], 0, y, p * sizes[k + 1], sizes[k + 1]);
            }
            MatrixMath.addProduct(tanh, weights[k], y, examples, sizes[k], sizes[k + 1]);
        }
        return inputs[weights.length];
    }

    /**
     * Backpropagation of the mean cross-entropy of the examples of the last {@link #forward}.
     *
     * @param labels [examples]
     */
    public void backward(int[] labels) {
        int examples = labels.length;
        int last = weights.length;
        errors[last] = sized(errors[last], examples * sizes[last]);
        outputError(inputs[last], labels, sizes[last], errors[last]);
        for (int k = last - 1; k >= 0; k--) {
            float[] e = errors[k + 1];
            int below = sizes[k];
            int above = sizes[k + 1];
            java.util.Arrays.fill(weightGradients[k], 0);
            MatrixMath.addTransposedProduct(
                    activations[k], e, weightGradients[k], below, examples, above);
            java.util.Arrays.fill(biasGradients[k], 0);
            for (int i = 0; i < examples * above; i++) {
                biasGradients[k][i % above] += e[i];
            }
            scale(weightGradients[k], 1f / examples);
            scale(biasGradients[k], 1f / examples);
            if (k > 0) {
                errors[k] = sized(errors[k], examples * below);
                messageDown(k, examples);
            }
        }
    }

    /** One step of gradient descent after {@link #backward}. */
    public void step(double rate) {
        for (int k = 0; k < weights.length; k++) {
            descend(weights[k], weightGradients[k], (float) rate);
            descend(biases[k], biasGradients[k], (float) rate);
        }
    }

    /** softmax(logits) − one-hot label of each example. */
    static void outputError(float[] logits, int[] labels, int classes, float[] into) {
        double[] row = new double[classes];
        for (int p = 0; p < labels.length; p++) {
            for (int c = 0; c < classes; c++) {
                row[c] = logits[p * classes + c];
            }
            double[] softmax = CrossEntropy.softmax(row, 0, classes);
            for (int c = 0; c < classes; c++) {
                into[p * classes + c] = (float) (softmax[c] - (c == labels[p] ? 1 : 0));
            }
        }
    }

    private void messageDown(int k, int examples) {
        int below = sizes[k];
        int above = sizes[k + 1];
        for (int p = 0; p < examples; p++) {
            for (int a = 0; a < below; a++) {
                float sum = 0;
                for (int b = 0; b < above; b++) {
                    sum += errors[k + 1][p * above + b] * weights[k][a * above + b];
                }
                float tanh = activations[k][p * below + a];
                errors[k][p * below + a] = sum * (1 - tanh * tanh);
            }
        }
    }

    private static float[] sized(float[] array, int size) {
        return array == null || array.length != size ? new float[size] : array;
    }

    private static void scale(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    private static void descend(float[] values, float[] gradient, float rate) {
        for (int i = 0; i < values.length; i++) {
            values[i] -= rate * gradient[i];
        }
    }
}
