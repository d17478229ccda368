package org.vsml.baselines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vsml.core.Examples;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * The meta-trained baselines in plain loops, written from their equations and independently of
 * SameDiff: slow, one episode, forward only. Each parallel example has its own state; where there
 * are several, they are averaged before each step.
 */
abstract class ReferenceBaselines {

    final NamedArrays meta;
    final TaskShape size;

    private ReferenceBaselines(NamedArrays meta, TaskShape size) {
        this.meta = meta;
        this.size = size;
    }

    /** Logits [T, P, classes of the task] and the learned variables at the end. */
    record Result(double[] logits, NamedArrays learned) {}

    static Result run(
            LearnerConfig config, NamedArrays meta, NamedArrays start, Examples examples) {
        int parallel = examples.parallel();
        List<ReferenceBaselines> lanes = new ArrayList<>();
        for (int p = 0; p < parallel; p++) {
            lanes.add(of(config, meta, slice(start, p, parallel)));
        }
        int inputs = examples.task().inputs();
        int classes = examples.task().classes();
        double[] logits = new double[examples.labels().length * classes];
        for (int t = 0; t < examples.length(); t++) {
            average(lanes);
            for (int p = 0; p < parallel; p++) {
                int i = t * parallel + p;
                ReferenceBaselines lane = lanes.get(p);
                double[] x = new double[lane.size.inputs()];
                System.arraycopy(examples.inputs(), i * inputs, x, 0, inputs);
                double[] y = lane.predict(x);
                double[] bounded = new double[classes];
                Arrays.setAll(bounded, c -> 100 * Math.tanh(y[c] / 100));
                System.arraycopy(bounded, 0, logits, i * classes, classes);
                int label = examples.labels()[i];
                double[] oneHot = new double[lane.size.classes()];
                double[] error = new double[lane.size.classes()];
                if (label != Examples.UNLABELLED) {
                    oneHot[label] = 1;
                    System.arraycopy(softmax(bounded), 0, error, 0, classes);
                    error[label] -= 1;
                }
                lane.learn(error, oneHot);
            }
        }
        NamedArrays learned = NamedArrays.zeros(start.layout());
        for (int p = 0; p < parallel; p++) {
            for (var array : lanes.get(p).state().entrySet()) {
                int offset = learned.layout().offset(array.getKey());
                double[] values = array.getValue();
                System.arraycopy(
                        values, 0, learned.values(), offset + p * values.length, values.length);
            }
        }
        return new Result(logits, learned);
    }

    private static ReferenceBaselines of(
            LearnerConfig config, NamedArrays meta, Map<String, double[]> state) {
        if (config instanceof MetaRnn rnn) {
            return new Rnn(rnn, meta, state);
        } else if (config instanceof HebbianFastWeights hebbian) {
            return new Hebbian(hebbian, meta, state);
        } else if (config instanceof FastWeightProgrammer programmer) {
            return new Programmer(programmer, meta, state);
        }
        return new Memory((FastWeightMemory) config, meta, state);
    }

    abstract double[] predict(double[] x);

    abstract void learn(double[] error, double[] label);

    /** The arrays themselves. */
    abstract Map<String, double[]> state();

    /** How many of every so many values of an array are averaged. */
    abstract int[] averaged(String array);

    private static void average(List<ReferenceBaselines> lanes) {
        ReferenceBaselines first = lanes.get(0);
        for (String name : first.state().keySet()) {
            int[] part = first.averaged(name);
            for (int i = 0; i < first.state().get(name).length; i++) {
                if (i % part[1] < part[0]) {
                    double sum = 0;
                    for (ReferenceBaselines lane : lanes) {
                        sum += lane.state().get(name)[i];
                    }
                    for (ReferenceBaselines lane : lanes) {
                        lane.state().get(name)[i] = sum / lanes.size();
                    }
                }
            }
        }
    }

    private static Map<String, double[]> slice(NamedArrays start, int p, int parallel) {
        Map<String, double[]> result = new TreeMap<>();
        for (var entry : start.layout().entries()) {
            int length = entry.size() / parallel;
            result.put(
                    entry.name(),
                    Arrays.copyOfRange(start.array(entry.name()), p * length, (p + 1) * length));
        }
        return result;
    }

    /** x·name_w + name_b. */
    double[] linear(double[] x, String name) {
        double[] y = meta.array(name + "_b");
        double[] w = meta.array(name + "_w");
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                y[j] += x[i] * w[i * y.length + j];
            }
        }
        return y;
    }

    static double[] tanh(double[] x) {
        return Arrays.stream(x).map(Math::tanh).toArray();
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static double[] softmax(double[] x) {
        double sum = Arrays.stream(x).map(Math::exp).sum();
        return Arrays.stream(x).map(v -> Math.exp(v) / sum).toArray();
    }

    static double[] concat(double[]... parts) {
        return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Σ_i m[j, i]·x[i]. */
    static double[] times(double[] m, double[] x) {
        double[] y = new double[m.length / x.length];
        for (int j = 0; j < y.length; j++) {
            for (int i = 0; i < x.length; i++) {
                y[j] += m[j * x.length + i] * x[i];
            }
        }
        return y;
    }

    static double[] outer(double[] a, double[] b) {
        double[] result = new double[a.length * b.length];
        Arrays.setAll(result, i -> a[i / b.length] * b[i % b.length]);
        return result;
    }

    void lstm(Map<String, double[]> state, double[] input) {
        double[] h = state.get("hidden");
        double[] c = state.get("cell");
        int n = h.length;
        double[] z = linear(input, "input");
        double[] w = meta.array("hidden_w");
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 4 * n; j++) {
                z[j] += h[i] * w[i * 4 * n + j];
            }
        }
        double[] newHidden = new double[n];
        for (int i = 0; i < n; i++) {
            c[i] = sigmoid(z[2 * n + i] + 1) * c[i] + sigmoid(z[i]) * Math.tanh(z[n + i]);
            newHidden[i] = sigmoid(z[3 * n + i]) * Math.tanh(c[i]);
        }
        state.put("hidden", newHidden);
    }

    private static final class Rnn extends ReferenceBaselines {
        private final MetaRnn rnn;
        private final Map<String, double[]> state;

        Rnn(MetaRnn rnn, NamedArrays meta, Map<String, double[]> state) {
            super(meta, rnn.task());
            this.rnn = rnn;
            this.state = state;
        }

        @Override
        double[] predict(double[] x) {
            double[] features = rnn.convolutionChannels() > 0 ? convolved(x) : x;
            double[] input = concat(features, state.get("error"), state.get("label"));
            for (int tick = 0; tick < rnn.microTicks(); tick++) {
                lstm(state, input);
            }
            return linear(state.get("hidden"), "output");
        }

        /**
         * TensorFlow's SAME padding: what is missing for all positions, the smaller half before.
         */
        private double[] convolved(double[] x) {
            int height = rnn.task().input().height();
            int width = rnn.task().input().width();
            int from = rnn.task().input().channels();
            int to = rnn.convolutionChannels();
            double[] image = x;
            for (int k = 0; k < 3; k++) {
                int outHeight = (height + 1) / 2;
                int outWidth = (width + 1) / 2;
                int top = Math.max(0, (outHeight - 1) * 2 + 3 - height) / 2;
                int left = Math.max(0, (outWidth - 1) * 2 + 3 - width) / 2;
                double[] w = meta.array("convolution." + k + "_w");
                double[] b = meta.array("convolution." + k + "_b");
                double[] out = new double[outHeight * outWidth * to];
                for (int i = 0; i < out.length; i++) {
                    int o = i % to;
                    int column = i / to % outWidth;
                    int row = i / to / outWidth;
                    double sum = b[o];
                    for (int tap = 0; tap < 9; tap++) {
                        int y = row * 2 - top + tap / 3;
                        int z = column * 2 - left + tap % 3;
                        if (y >= 0 && y < height && z >= 0 && z < width) {
                            for (int c = 0; c < from; c++) {
                                sum +=
                                        image[(y * width + z) * from + c]
                                                * w[(tap * from + c) * to + o];
                            }
                        }
                    }
                    out[i] = k < 2 ? Math.max(0, sum) : Math.tanh(sum);
                }
                image = out;
                height = outHeight;
                width = outWidth;
                from = to;
            }
            return image;
        }

        @Override
        void learn(double[] error, double[] label) {
            state.put("error", error);
            state.put("label", label);
        }

        @Override
        Map<String, double[]> state() {
            return state;
        }

        @Override
        int[] averaged(String array) {
            int n = rnn.hiddenSize();
            return array.equals("hidden") || array.equals("cell")
                    ? new int[] {n / 2, n}
                    : new int[] {0, 1};
        }
    }

    private static final class Hebbian extends ReferenceBaselines {
        private final HebbianFastWeights config;
        private final Map<String, double[]> state;
        private double[] x;

        Hebbian(HebbianFastWeights config, NamedArrays meta, Map<String, double[]> state) {
            super(meta, config.task());
            this.config = config;
            this.state = state;
        }

        private double[] evaluate(double[] z) {
            double[] y = meta.array("b");
            double[] w = meta.array("w");
            double[] coeff = meta.array("coeff");
            double[] fast = state.get("fast_weights");
            for (int j = 0; j < y.length; j++) {
                for (int i = 0; i < z.length; i++) {
                    int at = j * z.length + i;
                    y[j] += (w[at] + coeff[at] * fast[at]) * z[i];
                }
            }
            return y;
        }

        @Override
        double[] predict(double[] input) {
            x = input;
            return evaluate(concat(x, new double[2 * size.classes()]));
        }

        @Override
        void learn(double[] error, double[] label) {
            double[] z = concat(x, error, label);
            double[] y = softmax(evaluate(z));
            double[] fast = state.get("fast_weights");
            double eta = sigmoid(meta.array("rate")[0]);
            for (int j = 0; j < y.length; j++) {
                for (int i = 0; i < z.length; i++) {
                    int at = j * z.length + i;
                    fast[at] =
                            config.rule() == HebbianFastWeights.Rule.OJA
                                    ? fast[at] + eta * y[j] * (z[i] - y[j] * fast[at])
                                    : (1 - eta) * fast[at] + eta * z[i] * y[j];
                }
            }
        }

        @Override
        Map<String, double[]> state() {
            return state;
        }

        @Override
        int[] averaged(String array) {
            return new int[] {1, 1};
        }
    }

    private static final class Programmer extends ReferenceBaselines {
        private final Map<String, double[]> state;
        private double[] x;

        Programmer(FastWeightProgrammer config, NamedArrays meta, Map<String, double[]> state) {
            super(meta, config.task());
            this.state = state;
        }

        @Override
        double[] predict(double[] input) {
            x = input;
            return times(state.get("fast_weights"), linear(x, "query"));
        }

        @Override
        void learn(double[] error, double[] label) {
            double[] z = concat(x, error, label);
            double[] key = linear(z, "key");
            double length = Math.sqrt(Arrays.stream(key).map(k -> k * k).sum() + 1e-6);
            double[] value = linear(z, "value");
            double strength = sigmoid(linear(z, "strength")[0]);
            double[] fast = state.get("fast_weights");
            double[] old = times(fast, Arrays.stream(key).map(k -> k / length).toArray());
            for (int i = 0; i < fast.length; i++) {
                int j = i / key.length;
                fast[i] += strength * (value[j] - old[j]) * key[i % key.length] / length;
            }
        }

        @Override
        Map<String, double[]> state() {
            return state;
        }

        @Override
        int[] averaged(String array) {
            return new int[] {1, 1};
        }
    }

    private static final class Memory extends ReferenceBaselines {
        private final FastWeightMemory config;
        private final Map<String, double[]> state;

        Memory(FastWeightMemory config, NamedArrays meta, Map<String, double[]> state) {
            super(meta, config.task());
            this.config = config;
            this.state = state;
        }

        @Override
        double[] predict(double[] x) {
            lstm(state, concat(x, state.get("error"), state.get("label")));
            double[] h = state.get("hidden");
            double[] key = outer(tanh(linear(h, "write_key1")), tanh(linear(h, "write_key2")));
            double[] value = tanh(linear(h, "write_value"));
            double strength = sigmoid(linear(h, "write_strength")[0]);
            double[] memory = state.get("memory");
            double[] old = times(memory, key);
            double squares = 0;
            for (int i = 0; i < memory.length; i++) {
                int j = i / key.length;
                memory[i] += strength * (value[j] - old[j]) * key[i % key.length];
                squares += memory[i] * memory[i];
            }
            for (int i = 0; i < memory.length; i++) {
                memory[i] /= Math.max(1, Math.sqrt(squares));
            }
            double[] n =
                    times(
                            memory,
                            outer(tanh(linear(h, "read_key1")), tanh(linear(h, "read_key2"))));
            double mean = Arrays.stream(n).average().orElseThrow();
            double variance =
                    Arrays.stream(n).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            double[] normalised =
                    Arrays.stream(n).map(v -> (v - mean) / Math.sqrt(variance + 1e-5)).toArray();
            double[] read = linear(normalised, "read");
            double[] sum = new double[h.length];
            Arrays.setAll(sum, i -> h[i] + read[i]);
            return linear(sum, "output");
        }

        @Override
        void learn(double[] error, double[] label) {
            state.put("error", error);
            state.put("label", label);
        }

        @Override
        Map<String, double[]> state() {
            return state;
        }

        @Override
        int[] averaged(String array) {
            int n = config.hiddenSize();
            return switch (array) {
                case "hidden", "cell" -> new int[] {n / 2, n};
                case "memory" -> new int[] {1, 1};
                default -> new int[] {0, 1};
            };
        }
    }
}
