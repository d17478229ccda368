package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.vsml.baselines.GradientDescent.Activation;
import org.vsml.baselines.GradientDescent.Optimizer;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

class GradientDescentTest {

    private static final Examples STREAM = Streams.correlated(9, 4, 60, 0.3, 5);

    /** Float against double over 60 steps: sums of 9 terms of size 1, each off by 1e-7 a step. */
    private static final Offset<Double> ROUNDING = within(2e-4);

    /**
     * A softmax classifier with at most one hidden layer, trained by finite differences of the
     * loss: knows nothing of back-propagation.
     */
    private static final class Reference {

        private final Examples stream;
        private final int hidden;
        private final Activation activation;
        private final double[] parameters;
        private final double[] first;
        private final double[] second;

        Reference(Examples stream, int hidden, Activation activation, double[] start) {
            this.stream = stream;
            this.hidden = hidden;
            this.activation = activation;
            parameters = start.clone();
            first = new double[start.length];
            second = new double[start.length];
        }

        double[] logits(double[] x) {
            int classes = stream.task().classes();
            double[] below = hidden == 0 ? x : layer(x, hidden, 0);
            if (hidden > 0) {
                for (int j = 0; j < hidden; j++) {
                    below[j] =
                            activation == Activation.TANH
                                    ? Math.tanh(below[j])
                                    : Math.max(0, below[j]);
                }
            }
            return layer(below, classes, hidden == 0 ? 0 : hidden * (x.length + 1));
        }

        /** Weights by rows, then biases. */
        private double[] layer(double[] x, int outputs, int from) {
            double[] y = new double[outputs];
            for (int o = 0; o < outputs; o++) {
                y[o] = parameters[from + outputs * x.length + o];
                for (int i = 0; i < x.length; i++) {
                    y[o] += parameters[from + o * x.length + i] * x[i];
                }
            }
            return y;
        }

        void step(double[] x, int label, Optimizer optimizer, double rate, int t) {
            double[] gradient = new double[parameters.length];
            for (int p = 0; p < parameters.length; p++) {
                double kept = parameters[p];
                double width = 1e-5;
                parameters[p] = kept + width;
                double above = loss(x, label);
                parameters[p] = kept - width;
                gradient[p] = (above - loss(x, label)) / (2 * width);
                parameters[p] = kept;
            }
            for (int p = 0; p < parameters.length; p++) {
                if (optimizer == Optimizer.SGD) {
                    parameters[p] -= rate * gradient[p];
                } else {
                    first[p] = 0.9 * first[p] + 0.1 * gradient[p];
                    second[p] = 0.999 * second[p] + 0.001 * gradient[p] * gradient[p];
                    double m = first[p] / (1 - Math.pow(0.9, t));
                    double v = second[p] / (1 - Math.pow(0.999, t));
                    parameters[p] -= rate * m / (Math.sqrt(v) + 1e-8);
                }
            }
        }

        private double loss(double[] x, int label) {
            int classes = stream.task().classes();
            return CrossEntropy.loss(logits(x), new int[] {label}, new double[] {1}, classes, null);
        }
    }

    private static void agreesWithReference(
            GradientDescent learner, double[] start, Offset<Double> tolerance) {
        double[] scores = learner.start(STREAM.task(), 7).learn(STREAM);
        Reference reference = new Reference(STREAM, learner.hidden(), learner.activation(), start);
        int classes = STREAM.task().classes();
        for (int t = 0; t < STREAM.length(); t++) {
            double[] x = Streams.input(STREAM, t);
            double[] expected = reference.logits(x);
            for (int c = 0; c < classes; c++) {
                assertThat(scores[t * classes + c])
                        .as("example %d, class %d", t, c)
                        .isCloseTo(expected[c], tolerance);
            }
            reference.step(x, STREAM.labels()[t], learner.optimizer(), learner.rate(), t + 1);
        }
    }

    @Test
    void sgdFollowsTheGradientOfTheCrossEntropy() {
        agreesWithReference(
                new GradientDescent(Optimizer.SGD, 0.05, 0), new double[4 * 9 + 4], ROUNDING);
    }

    @Test
    void adamFollowsItsPaper() {
        agreesWithReference(
                new GradientDescent(Optimizer.ADAM, 0.01, 0), new double[4 * 9 + 4], ROUNDING);
    }

    @Test
    void aHiddenLayerIsTrainedByTheChainRule() {
        int hidden = 5;
        // The learner's own start, drawn in its order: lower weights, then upper weights; biases 0.
        var random = Seeds.generator(7);
        double[] start = new double[hidden * 10 + 4 * 6];
        for (int i = 0; i < hidden * 9; i++) {
            start[i] = (float) random.nextDouble(-Math.sqrt(6.0 / 14), Math.sqrt(6.0 / 14));
        }
        for (int i = 0; i < 4 * hidden; i++) {
            start[hidden * 10 + i] =
                    (float) random.nextDouble(-Math.sqrt(6.0 / 9), Math.sqrt(6.0 / 9));
        }
        agreesWithReference(new GradientDescent(Optimizer.SGD, 0.05, hidden), start, ROUNDING);
        agreesWithReference(
                new GradientDescent(Optimizer.SGD, 0.05, hidden, Activation.RELU), start, ROUNDING);
        // Adam's first steps are the sign of the gradient: where that is almost 0 rounding decides,
        // hence the wider bound.
        agreesWithReference(
                new GradientDescent(Optimizer.ADAM, 0.003, hidden), start, within(2e-3));
    }

    @Test
    void unlabelledExamplesArePredictedButNotLearned() {
        TaskShape task = TaskShape.of(2, 2);
        double[] inputs = {1, 2, 1, 2};
        double[] scores =
                ClassicalLearners.sgd(0.1)
                        .start(task, 0)
                        .learn(Examples.online(task, inputs, new int[] {Examples.UNLABELLED, 1}));

        assertThat(scores).containsExactly(0, 0, 0, 0);
    }

    @Test
    void namesTellTheSettings() {
        assertThat(ClassicalLearners.sgd(0.003).name()).isEqualTo("sgd linear, rate 0.003");
        assertThat(new GradientDescent(Optimizer.ADAM, 1e-4, 160).name())
                .isEqualTo("adam 160 tanh, rate 0.0001");
    }

    @Test
    void impossibleRatesAreRejected() {
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ClassicalLearners.sgd(rate))
                    .withMessageContaining(
                            "learning rate must be positive and finite, got " + rate);
        }
    }
}
