package org.vsml.baselines;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.vsml.math.Vectors;

/** Weights [outputs, inputs] and biases [outputs] with their optimizer: y = W·x + b. */
final class TrainedDense {

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    /**
     * Added and taken away again, it turns moments below 1e-32 into 0 and leaves the others as they
     * are: far below ε², and denormal numbers, which moments decay to where an error stays 0, are
     * slow.
     */
    private static final float FLUSH = 1e-25f;

    private final GradientDescent.Optimizer optimizer;
    private final float rate;
    private final int inputs;
    private final int outputs;

    /** A row for each output: loops over a whole array are what the compiler vectorises best. */
    private final float[][] weights;

    private final float[] biases;

    /** Adam's moments; the last row is that of the biases. */
    private final float[][] first;

    private final float[][] second;
    private double beta1Power = 1;
    private double beta2Power = 1;

    TrainedDense(GradientDescent.Optimizer optimizer, double rate, int inputs, int outputs) {
        this.optimizer = optimizer;
        this.rate = (float) rate;
        this.inputs = inputs;
        this.outputs = outputs;
        weights = new float[outputs][inputs];
        biases = new float[outputs];
        boolean adam = optimizer == GradientDescent.Optimizer.ADAM;
        first = new float[adam ? outputs + 1 : 0][Math.max(inputs, outputs)];
        second = new float[first.length][Math.max(inputs, outputs)];
    }

    /** Glorot's uniform initialisation; biases stay 0. */
    void initialise(RandomGenerator random) {
        double bound = Math.sqrt(6.0 / (inputs + outputs));
        for (float[] row : weights) {
            for (int i = 0; i < inputs; i++) {
                row[i] = (float) random.nextDouble(-bound, bound);
            }
        }
    }

    void forward(float[] x, float[] y) {
        for (int o = 0; o < outputs; o++) {
            y[o] = Vectors.dot(weights[o], x) + biases[o];
        }
    }

    /** Wᵀ·error: the gradient with respect to the input. */
    void backward(float[] error, float[] inputError) {
        Arrays.fill(inputError, 0);
        for (int o = 0; o < outputs; o++) {
            Vectors.addScaled(inputError, error[o], weights[o]);
        }
    }

    /** A step down the gradient error ⊗ x. */
    void update(float[] x, float[] error) {
        if (optimizer == GradientDescent.Optimizer.SGD) {
            for (int o = 0; o < outputs; o++) {
                Vectors.addScaled(weights[o], -rate * error[o], x);
                biases[o] -= rate * error[o];
            }
            return;
        }
        beta1Power *= BETA1;
        beta2Power *= BETA2;
        float correction1 = (float) (1 / (1 - beta1Power));
        float correction2 = (float) (1 / (1 - beta2Power));
        for (int o = 0; o < outputs; o++) {
            adam(weights[o], error[o], x, first[o], second[o], rate, correction1, correction2);
        }
        adam(biases, 1, error, first[outputs], second[outputs], rate, correction1, correction2);
    }

    /**
     * A step down a given gradient.
     *
     * @param weightGradients [outputs, inputs]
     * @param biasGradients [outputs]
     */
    void descend(float[][] weightGradients, float[] biasGradients) {
        if (optimizer == GradientDescent.Optimizer.SGD) {
            for (int o = 0; o < outputs; o++) {
                Vectors.addScaled(weights[o], -rate, weightGradients[o]);
            }
            Vectors.addScaled(biases, -rate, biasGradients);
            return;
        }
        beta1Power *= BETA1;
        beta2Power *= BETA2;
        float correction1 = (float) (1 / (1 - beta1Power));
        float correction2 = (float) (1 / (1 - beta2Power));
        for (int o = 0; o < outputs; o++) {
            adam(
                    weights[o],
                    1,
                    weightGradients[o],
                    first[o],
                    second[o],
                    rate,
                    correction1,
                    correction2);
        }
        adam(
                biases,
                1,
                biasGradients,
                first[outputs],
                second[outputs],
                rate,
                correction1,
                correction2);
    }

    /** One step for values whose gradient is error·x. */
    private static void adam(
            float[] values,
            float error,
            float[] x,
            float[] first,
            float[] second,
            float rate,
            float correction1,
            float correction2) {
        for (int i = 0; i < values.length; i++) {
            float gradient = error * x[i];
            float m = (BETA1 * first[i] + (1 - BETA1) * gradient + FLUSH) - FLUSH;
            float v = (BETA2 * second[i] + (1 - BETA2) * gradient * gradient + FLUSH) - FLUSH;
            first[i] = m;
            second[i] = v;
            values[i] -= rate * (m * correction1) / ((float) Math.sqrt(v * correction2) + EPSILON);
        }
    }
}
