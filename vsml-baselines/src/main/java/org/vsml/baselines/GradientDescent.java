package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.math.Softmax;
import org.vsml.online.OnlineAlgorithm;

/**
 * Online gradient descent on the cross-entropy of a softmax classifier, one step an example (paper,
 * appendix C.2).
 *
 * @param optimizer plain SGD, or Adam with β 0.9 and 0.999
 * @param rate learning rate
 * @param hidden units of one hidden layer; 0 for a linear classifier
 * @param activation of the hidden layer
 */
record GradientDescent(Optimizer optimizer, double rate, int hidden, Activation activation)
        implements OnlineAlgorithm {

    enum Optimizer {
        SGD,
        ADAM
    }

    enum Activation {
        TANH,
        RELU
    }

    GradientDescent {
        requireRate(rate);
        require(hidden >= 0, "hidden must be >= 0, got %d", hidden);
        require(activation != null, "activation must not be null");
    }

    /** With a hidden layer of tanh, or linear. */
    GradientDescent(Optimizer optimizer, double rate, int hidden) {
        this(optimizer, rate, hidden, Activation.TANH);
    }

    @Override
    public String name() {
        String layers = hidden == 0 ? "linear" : hidden + " " + activation;
        return String.format(Locale.ROOT, "%s %s, rate %s", optimizer, layers, plain(rate))
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return hidden == 0 ? new Linear(task) : new OneHiddenLayer(task, Seeds.generator(seed));
    }

    static void requireRate(double rate) {
        require(
                rate > 0 && Double.isFinite(rate),
                "the learning rate must be positive and finite, got %s",
                rate);
    }

    static String plain(double value) {
        return new java.math.BigDecimal(Double.toString(value))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Convex, so it starts from zero. */
    private final class Linear extends ExampleSession {

        private final TrainedDense layer;
        private final float[] probabilities;

        Linear(TaskShape task) {
            super(task);
            layer = new TrainedDense(optimizer, rate, inputs, classes);
            probabilities = new float[classes];
        }

        @Override
        void predict(float[] input, double[] scores) {
            layer.forward(input, probabilities);
            copy(probabilities, scores);
        }

        @Override
        void update(float[] input, int label) {
            Softmax.inPlace(probabilities);
            probabilities[label] -= 1;
            layer.update(input, probabilities);
        }
    }

    private final class OneHiddenLayer extends ExampleSession {

        private final TrainedDense lower;
        private final TrainedDense upper;
        private final float[] activations = new float[hidden];
        private final float[] errors = new float[hidden];
        private final float[] probabilities;

        OneHiddenLayer(TaskShape task, RandomGenerator random) {
            super(task);
            lower = new TrainedDense(optimizer, rate, inputs, hidden);
            upper = new TrainedDense(optimizer, rate, hidden, classes);
            lower.initialise(random);
            upper.initialise(random);
            probabilities = new float[classes];
        }

        @Override
        void predict(float[] input, double[] scores) {
            lower.forward(input, activations);
            for (int j = 0; j < hidden; j++) {
                activations[j] =
                        activation == Activation.TANH
                                ? (float) Math.tanh(activations[j])
                                : Math.max(0, activations[j]);
            }
            upper.forward(activations, probabilities);
            copy(probabilities, scores);
        }

        @Override
        void update(float[] input, int label) {
            Softmax.inPlace(probabilities);
            probabilities[label] -= 1;
            upper.backward(probabilities, errors);
            for (int j = 0; j < hidden; j++) {
                errors[j] *=
                        activation == Activation.TANH
                                ? 1 - activations[j] * activations[j]
                                : Math.signum(activations[j]);
            }
            upper.update(activations, probabilities);
            lower.update(input, errors);
        }
    }

    private static void copy(float[] from, double[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = from[i];
        }
    }
}
