package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.vsml.core.Aggregation;
import org.vsml.core.Architecture;
import org.vsml.core.CellType;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Dynamics;
import org.vsml.core.LayerShape;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.RandomCase;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * Theorem 1: VSML with the vanilla sub-RNN of equation 4 is one big RNN, s ← σ(s·W̃), whose matrix
 * has entries of zero and shared entries (equation 6).
 *
 * <p>W̃ connects the sub-RNN at (c, d) with that at (a, b), where every pair of numbers is an input
 * and an output neuron. A network of several layers is the part of W̃ that belongs to the pairs
 * which exist; the backward message of equation 7 adds a second shared block where c = b. Like the
 * engine, which runs its layers in sequence, the big RNN updates the states of one layer at a time.
 * As in the paper there are no biases, and the input, and here the error, are states that are
 * provided from outside.
 */
class SharedMatrixRnnTest {

    /** Two orders of summation in double. */
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);

    private static final int N = 4;

    /** A sub-RNN between two neurons, numbered through the whole network. */
    private record Place(int input, int output) {}

    @Test
    void equationFourIsOneRnnWithTheMatrixOfEquationSix() {
        Random random = new Random(11);
        int neurons = 3;
        double[][] w = matrix(random);
        double[][] c = matrix(random);
        List<Place> places = new ArrayList<>();
        for (int a = 0; a < neurons; a++) {
            for (int b = 0; b < neurons; b++) {
                places.add(new Place(a, b));
            }
        }
        double[][] big = sharedMatrix(places, w, c, new double[N][N]);
        double[] state = RandomCase.gaussian(random, places.size() * N, 1);
        double[][][] grid = new double[neurons][neurons][N];
        for (int p = 0; p < places.size(); p++) {
            System.arraycopy(
                    state, p * N, grid[places.get(p).input()][places.get(p).output()], 0, N);
        }
        for (int tick = 0; tick < 5; tick++) {
            state = product(state, big);
            double[][][] next = new double[neurons][neurons][N];
            for (int a = 0; a < neurons; a++) {
                for (int b = 0; b < neurons; b++) {
                    for (int j = 0; j < N; j++) {
                        double sum = 0;
                        for (int i = 0; i < N; i++) {
                            sum += grid[a][b][i] * w[i][j];
                            for (int other = 0; other < neurons; other++) {
                                sum += grid[other][a][i] * c[i][j];
                            }
                        }
                        next[a][b][j] = Math.tanh(sum);
                    }
                }
            }
            grid = next;
            for (int p = 0; p < places.size(); p++) {
                for (int j = 0; j < N; j++) {
                    state[p * N + j] = Math.tanh(state[p * N + j]);
                    assertThat(state[p * N + j])
                            .isCloseTo(
                                    grid[places.get(p).input()][places.get(p).output()][j],
                                    ROUNDING);
                }
            }
        }
    }

    @Test
    void theEngineRunsTheSameRnn() {
        Vsml model =
                new Vsml(
                        new SubRnn(N, N, N, false, 0, 0, CellType.VANILLA, false),
                        Architecture.dense(3, 2),
                        Dynamics.PAPER.withAggregation(Aggregation.SUM));
        TaskShape task = TaskShape.of(2, 3);
        RandomCase c = RandomCase.of(model, task, 1, 6, new Random(12));
        NamedArrays meta = c.metaVariables();
        for (String bias : List.of("bias", "fwd_b", "bwd_b")) {
            meta.set(
                    "sub_rnn.0." + bias,
                    new double[meta.layout().entry("sub_rnn.0." + bias).size()]);
        }
        // So that the state (x, 0, …) sends the message (x, 0, …).
        for (String projection : List.of("fwd_w", "bwd_w")) {
            double[] values = meta.array("sub_rnn.0." + projection);
            for (int m = 0; m < N; m++) {
                values[m] = m == 0 ? 1 : 0;
            }
            meta.set("sub_rnn.0." + projection, values);
        }
        BigRnn rnn = new BigRnn(model, task, meta, c.start());
        // What the states of the start send down, and no error before the first example.
        NamedArrays start = c.start();
        for (int k = 0; k < 2; k++) {
            start.set("backward_message." + k, rnn.messagesBelow(k + 1));
        }
        start.set("error", new double[3]);
        start.set("label", new double[3]);

        SameDiffLearner learner = new SameDiffLearner(new VsmlStep(model), Precision.DOUBLE, 4);
        try (Rollout rollout =
                learner.run(meta, List.of(start), List.of(c.examples()), RolloutOptions.FORWARD)) {
            for (int t = 0; t < c.examples().length(); t++) {
                double[] logits = rnn.step(c.examples().inputs(), t, c.examples().labels()[t]);
                for (int b = 0; b < 3; b++) {
                    assertThat(100 * Math.tanh(logits[b] / 100))
                            .isCloseTo(rollout.logits(0)[t * 3 + b], ROUNDING);
                }
            }
            for (int k = 0; k < 3; k++) {
                assertThat(rollout.learnedVariables(0).array("hidden." + k))
                        .containsExactly(rnn.hidden(k), ROUNDING);
            }
        }
    }

    /** The whole network as one state vector and one matrix. */
    private static final class BigRnn {
        private final List<LayerShape> layers;
        private final int ticks;
        private final int classes;
        private final double[][] forward;
        private final double[][] backward;
        private final double[][] matrix;
        private final List<Place> places = new ArrayList<>();
        private final int[] firstPlace;
        private double[] state;

        BigRnn(Vsml model, TaskShape task, NamedArrays meta, NamedArrays start) {
            layers = model.architecture().resolve(task);
            ticks = model.dynamics().microTicks();
            classes = task.classes();
            forward = square(meta.array("sub_rnn.0.fwd_w"));
            backward = square(meta.array("sub_rnn.0.bwd_w"));
            firstPlace = new int[layers.size() + 2];
            // Neuron 0 is where inputs come from, then the layers, then where errors come from.
            int first = 1;
            for (int a = 0; a < task.inputs(); a++) {
                places.add(new Place(0, first + a));
            }
            for (int k = 0; k < layers.size(); k++) {
                firstPlace[k] = places.size();
                int above = first + layers.get(k).inputs();
                for (int b = 0; b < layers.get(k).outputs(); b++) {
                    for (int a = 0; a < layers.get(k).inputs(); a++) {
                        places.add(new Place(first + a, above + b));
                    }
                }
                first = above;
            }
            firstPlace[layers.size()] = places.size();
            for (int b = 0; b < classes; b++) {
                places.add(new Place(first + b, first + classes));
            }
            firstPlace[layers.size() + 1] = places.size();
            matrix =
                    sharedMatrix(
                            places,
                            square(meta.array("sub_rnn.0.w_h")),
                            product(forward, square(meta.array("sub_rnn.0.w_f"))),
                            product(backward, square(meta.array("sub_rnn.0.w_b"))));
            state = new double[places.size() * N];
            for (int k = 0; k < layers.size(); k++) {
                double[] hidden = start.array("hidden." + k);
                int count = layers.get(k).subRnns();
                for (int i = 0; i < count; i++) {
                    for (int n = 0; n < N; n++) {
                        state[(firstPlace[k] + i) * N + n] = hidden[n * count + i];
                    }
                }
            }
        }

        double[] step(double[] inputs, int t, int label) {
            int size = layers.get(0).inputs();
            for (int a = 0; a < size; a++) {
                state[a * N] = inputs[t * size + a];
            }
            for (int k = 0; k < layers.size(); k++) {
                for (int tick = 0; tick < ticks; tick++) {
                    double[] next = product(state, matrix);
                    for (int i = firstPlace[k] * N; i < firstPlace[k + 1] * N; i++) {
                        state[i] = Math.tanh(next[i]);
                    }
                }
            }
            double[] logits = new double[classes];
            int last = layers.size() - 1;
            for (int p = firstPlace[last]; p < firstPlace[last + 1]; p++) {
                for (int n = 0; n < N; n++) {
                    logits[(p - firstPlace[last]) / layers.get(last).inputs()] +=
                            state[p * N + n] * forward[n][1];
                }
            }
            double[] bounded = new double[classes];
            for (int b = 0; b < classes; b++) {
                bounded[b] = 100 * Math.tanh(logits[b] / 100);
            }
            double[] probabilities = CrossEntropy.softmax(bounded, 0, classes);
            for (int b = 0; b < classes; b++) {
                double error = label < 0 ? 0 : probabilities[b] - (b == label ? 1 : 0);
                state[(firstPlace[layers.size()] + b) * N] = error;
            }
            return logits;
        }

        /** Backward messages that a layer's states send down, [inputs, N'']. */
        double[] messagesBelow(int k) {
            int size = layers.get(k).inputs();
            double[] messages = new double[size * N];
            for (int p = firstPlace[k]; p < firstPlace[k + 1]; p++) {
                int a = (p - firstPlace[k]) % size;
                for (int n = 0; n < N; n++) {
                    for (int m = 0; m < N; m++) {
                        messages[a * N + m] += state[p * N + n] * backward[n][m];
                    }
                }
            }
            return messages;
        }

        /** h of a layer, [N, B, A]. */
        double[] hidden(int k) {
            int count = layers.get(k).subRnns();
            double[] result = new double[N * count];
            for (int i = 0; i < count; i++) {
                for (int n = 0; n < N; n++) {
                    result[n * count + i] = state[(firstPlace[k] + i) * N + n];
                }
            }
            return result;
        }
    }

    /** Equation 6, and the same for backward messages. */
    private static double[][] sharedMatrix(
            List<Place> places, double[][] w, double[][] forward, double[][] backward) {
        double[][] result = new double[places.size() * N][places.size() * N];
        for (int from = 0; from < places.size(); from++) {
            for (int to = 0; to < places.size(); to++) {
                Place sender = places.get(from);
                Place reader = places.get(to);
                for (int i = 0; i < N; i++) {
                    for (int j = 0; j < N; j++) {
                        double entry = 0;
                        if (sender.equals(reader)) {
                            entry += w[i][j];
                        }
                        if (sender.output() == reader.input()) {
                            entry += forward[i][j];
                        }
                        if (sender.input() == reader.output()) {
                            entry += backward[i][j];
                        }
                        result[from * N + i][to * N + j] = entry;
                    }
                }
            }
        }
        return result;
    }

    private static double[][] matrix(Random random) {
        return square(RandomCase.gaussian(random, N * N, 0.4));
    }

    private static double[][] square(double[] values) {
        double[][] result = new double[N][N];
        for (int i = 0; i < N; i++) {
            System.arraycopy(values, i * N, result[i], 0, N);
        }
        return result;
    }

    private static double[][] product(double[][] x, double[][] y) {
        double[][] result = new double[N][];
        for (int i = 0; i < N; i++) {
            result[i] = product(x[i], y);
        }
        return result;
    }

    private static double[] product(double[] x, double[][] y) {
        double[] result = new double[y[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < result.length; j++) {
                result[j] += x[i] * y[i][j];
            }
        }
        return result;
    }
}
