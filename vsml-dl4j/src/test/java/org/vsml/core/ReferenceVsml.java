package org.vsml.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The model written down as plainly as possible, one sub-RNN at a time, in double: the oracle that
 * engines are tested against. Slow on purpose.
 *
 * <p>A dense layer is the special case of one position whose patch is the whole input.
 */
public final class ReferenceVsml {

    /**
     * What a run gave.
     *
     * @param logits [T, P, classes]
     * @param learnedVariables V_L after the last example
     */
    public record Result(double[] logits, NamedArrays learnedVariables) {}

    private final Vsml model;
    private final SubRnn rnn;
    private final Dynamics dynamics;
    private final NamedArrays meta;
    private final TaskShape task;
    private final List<Layer> layers = new ArrayList<>();

    /** What stands beside the layer, or null. */
    private ReferenceMemory memory;

    /** What it reads of each example. */
    private double[][] relative;

    private double[][] scales;

    private ReferenceVsml(Vsml model, NamedArrays meta, TaskShape task) {
        this.model = model;
        this.meta = meta;
        this.task = task;
        rnn = model.subRnn();
        dynamics = model.dynamics();
        for (LayerShape shape : model.architecture().resolve(task)) {
            layers.add(new Layer(shape));
        }
    }

    /** Runs the model over a stream. */
    public static Result run(
            Vsml model, NamedArrays metaVariables, NamedArrays start, Examples examples) {
        return new ReferenceVsml(model, metaVariables, examples.task()).run(start, examples);
    }

    /** Runs a model with a memory over a stream. */
    public static Result run(
            VsmlWithMemory model, NamedArrays metaVariables, NamedArrays start, Examples examples) {
        TaskShape task = examples.task();
        ReferenceVsml layer = new ReferenceVsml(model.layer(), metaVariables, task);
        RunningDiscriminant discriminant =
                model.discriminant() == null
                        ? null
                        : RunningDiscriminant.of(model.discriminant(), task, start);
        layer.memory =
                new ReferenceMemory(
                        model,
                        metaVariables,
                        task,
                        model.ofMemory(start, task),
                        discriminant);
        layer.relative = new double[examples.labels().length][task.inputs()];
        layer.scales = new double[examples.labels().length][task.inputs()];
        ConditionedEpisode conditioned =
                ConditionedEpisode.of(
                        model.conditioning(),
                        start,
                        examples,
                        RolloutOptions.FORWARD,
                        (example, statistics) -> {
                            for (int a = 0; a < task.inputs(); a++) {
                                double x = examples.inputs()[example * task.inputs() + a];
                                layer.relative[example][a] = statistics.relative(x, a);
                                layer.scales[example][a] = statistics.inverseSquaredScale(a);
                            }
                        });
        Result result = layer.run(model.ofLayer(start, task), conditioned.standardised());
        NamedArrays statistics = NamedArrays.zeros(model.statisticsLayout(task));
        conditioned.end().write(statistics);
        if (discriminant != null) {
            discriminant.write(statistics);
        }
        return new Result(
                result.logits(),
                NamedArrays.concatenate(
                        List.of(
                                result.learnedVariables(),
                                statistics,
                                layer.memory.learnedVariables())));
    }

    /** What is connected to what in one layer, whatever its kind. */
    private static final class Layer {
        final LayerShape shape;
        final int a;
        final int b;
        final int positions;

        Layer(LayerShape shape) {
            this.shape = shape;
            a = shape.stateInputs();
            b = shape.stateOutputs();
            positions =
                    shape instanceof LayerShape.Convolution c
                            ? c.outputHeight() * c.outputWidth()
                            : 1;
        }

        /**
         * The incoming forward message that sub-RNNs (i, ·) read at a position, or -1 in the
         * padding.
         */
        int input(int position, int i) {
            if (!(shape instanceof LayerShape.Convolution c)) {
                return i;
            }
            int channel = i % c.inputChannels();
            int kernelColumn = i / c.inputChannels() % c.kernel();
            int kernelRow = i / c.inputChannels() / c.kernel();
            int row = position / c.outputWidth() * c.stride() + kernelRow - c.kernel() / 2;
            int column = position % c.outputWidth() * c.stride() + kernelColumn - c.kernel() / 2;
            boolean inside = row >= 0 && row < c.height() && column >= 0 && column < c.width();
            return inside ? (row * c.width() + column) * c.inputChannels() + channel : -1;
        }

        /** The incoming backward message that sub-RNNs (·, j) read at a position. */
        int output(int position, int j) {
            return position * b + j;
        }

        /** What forward messages are divided by when they are averaged. */
        double forwardCount() {
            return a;
        }

        /**
         * What backward messages are divided by: outputs, and in a convolution also kernel entries.
         */
        double backwardCount() {
            return shape instanceof LayerShape.Convolution c
                    ? (double) b * c.kernel() * c.kernel()
                    : b;
        }
    }

    /** V_L of one of the P parallel examples. */
    private final class Lane {
        final List<double[][][]> hidden = new ArrayList<>();
        final List<double[][][]> cell = new ArrayList<>();
        final List<double[][]> forwardMessage = new ArrayList<>();
        final List<double[][]> backwardMessage = new ArrayList<>();
        double[] error = new double[task.classes()];
        double[] label = new double[task.classes()];
        double[] begun = new double[1];
        double[] firstInput = new double[task.inputs()];
        double[] awake = new double[task.inputs()];
        boolean[] present = new boolean[task.inputs()];

        Lane() {
            for (Layer layer : layers) {
                hidden.add(new double[rnn.stateSize()][layer.b][layer.a]);
                cell.add(new double[rnn.stateSize()][layer.b][layer.a]);
                forwardMessage.add(new double[layer.shape.inputs()][rnn.forwardMessageSize()]);
                backwardMessage.add(new double[layer.shape.outputs()][rnn.backwardMessageSize()]);
            }
        }
    }

    private Result run(NamedArrays start, Examples examples) {
        int parallel = examples.parallel();
        int classes = task.classes();
        List<Lane> lanes = new ArrayList<>();
        for (int p = 0; p < parallel; p++) {
            lanes.add(lane(start, p, parallel));
        }
        double[] logits = new double[examples.length() * parallel * classes];
        for (int t = 0; t < examples.length(); t++) {
            observe(lanes, examples, t);
            averageStates(lanes);
            for (int p = 0; p < parallel; p++) {
                int example = t * parallel + p;
                double[] y = step(lanes.get(p), examples, example);
                System.arraycopy(y, 0, logits, example * classes, classes);
            }
        }
        NamedArrays end = NamedArrays.zeros(start.layout());
        for (int p = 0; p < parallel; p++) {
            transfer(lanes.get(p), end, p, parallel, false);
        }
        return new Result(logits, end);
    }

    private Lane lane(NamedArrays start, int p, int parallel) {
        Lane lane = new Lane();
        transfer(lane, start, p, parallel, true);
        return lane;
    }

    /** Which inputs take part in step t: those that have changed, in any of the lanes. */
    private void observe(List<Lane> lanes, Examples examples, int t) {
        boolean any = false;
        for (int i = 0; i < task.inputs(); i++) {
            boolean awake = false;
            for (int p = 0; p < lanes.size(); p++) {
                Lane lane = lanes.get(p);
                double x = examples.inputs()[(t * lanes.size() + p) * task.inputs() + i];
                if (lane.begun[0] == 0) {
                    lane.firstInput[i] = x;
                }
                awake |= lane.awake[i] == 1 || x != lane.firstInput[i];
            }
            for (Lane lane : lanes) {
                lane.awake[i] = awake ? 1 : 0;
            }
            any |= awake;
        }
        for (Lane lane : lanes) {
            lane.begun[0] = 1;
            for (int i = 0; i < task.inputs(); i++) {
                lane.present[i] = !model.inputsRest() || !any || lane.awake[i] == 1;
            }
        }
    }

    private static boolean rests(Lane lane, int k, int i) {
        // Inputs are those of the first layer; a convolution has none that rest.
        return k == 0 && i < lane.present.length && !lane.present[i];
    }

    private void averageStates(List<Lane> lanes) {
        for (int k = 0; k < layers.size(); k++) {
            for (int n = 0; n < dynamics.averagedChannels(rnn.stateSize()); n++) {
                for (int j = 0; j < layers.get(k).b; j++) {
                    for (int i = 0; i < layers.get(k).a; i++) {
                        if (rests(lanes.get(0), k, i)) {
                            continue;
                        }
                        double h = 0;
                        double c = 0;
                        for (Lane lane : lanes) {
                            h += lane.hidden.get(k)[n][j][i] / lanes.size();
                            c += lane.cell.get(k)[n][j][i] / lanes.size();
                        }
                        for (Lane lane : lanes) {
                            lane.hidden.get(k)[n][j][i] = h;
                            lane.cell.get(k)[n][j][i] = c;
                        }
                    }
                }
            }
        }
    }

    /**
     * One example: the forward pass, the prediction, the error, and the reverse pass if there is
     * one.
     */
    private double[] step(Lane lane, Examples examples, int example) {
        int last = layers.size() - 1;
        for (int i = 0; i < task.inputs(); i++) {
            lane.forwardMessage.get(0)[i] = new double[rnn.forwardMessageSize()];
            lane.forwardMessage.get(0)[i][0] = examples.inputs()[example * task.inputs() + i];
        }
        if (memory != null) {
            int from = example * task.inputs();
            memory.observe(
                    lane.cell.get(0),
                    lane.present,
                    relative[example],
                    scales[example],
                    Arrays.copyOfRange(examples.inputs(), from, from + task.inputs()));
        }
        boolean reverse = dynamics.backwardPass();
        lane.backwardMessage.set(
                last,
                reverse
                        ? new double[task.classes()][rnn.backwardMessageSize()]
                        : topMessage(lane.error, lane.label));
        double[][] output = null;
        for (int k = 0; k <= last; k++) {
            double[][] up = new double[layers.get(k).shape.outputs()][rnn.forwardMessageSize()];
            double[][] down = new double[layers.get(k).shape.inputs()][rnn.backwardMessageSize()];
            runLayer(lane, k, false, up, down);
            if (k < last) {
                lane.forwardMessage.set(k + 1, up);
            }
            if (k > 0) {
                lane.backwardMessage.set(k - 1, down);
            }
            output = up;
        }
        double[] logits = new double[task.classes()];
        for (int b = 0; b < logits.length; b++) {
            logits[b] = output[b][dynamics.outputChannel()];
        }
        if (memory != null) {
            logits = memory.predict(logits);
        }
        for (int b = 0; b < logits.length; b++) {
            double y = logits[b];
            double bound = dynamics.tanhBound();
            logits[b] = Double.isFinite(bound) ? bound * Math.tanh(y / bound) : y;
        }
        lane.error = new double[task.classes()];
        lane.label = new double[task.classes()];
        int label = examples.labels()[example];
        if (label != Examples.UNLABELLED) {
            lane.label[label] = 1;
            double[] probabilities = CrossEntropy.softmax(logits, 0, logits.length);
            for (int b = 0; b < logits.length; b++) {
                lane.error[b] = probabilities[b] - lane.label[b];
            }
        }
        if (memory != null) {
            memory.learn(label, lane.error);
        }
        if (reverse) {
            lane.backwardMessage.set(last, topMessage(lane.error, lane.label));
            for (int k = last; k >= 0; k--) {
                double[][] up = new double[layers.get(k).shape.outputs()][rnn.forwardMessageSize()];
                double[][] down =
                        new double[layers.get(k).shape.inputs()][rnn.backwardMessageSize()];
                runLayer(lane, k, true, up, down);
                if (k < last) {
                    lane.forwardMessage.set(k + 1, up);
                }
                if (k > 0) {
                    lane.backwardMessage.set(k - 1, down);
                }
            }
        }
        return logits;
    }

    private double[][] topMessage(double[] error, double[] label) {
        double[][] message = new double[task.classes()][rnn.backwardMessageSize()];
        for (int b = 0; b < task.classes(); b++) {
            message[b][0] = error[b];
            message[b][1] = dynamics.feedLabel() ? label[b] : 0;
        }
        return message;
    }

    /**
     * Runs every sub-RNN of a layer at every position, adds its messages up, and averages its
     * states over positions.
     */
    private void runLayer(Lane lane, int k, boolean reverse, double[][] up, double[][] down) {
        Layer layer = layers.get(k);
        String prefix = model.metaVariablePrefix(k, reverse);
        double[][] w_f = matrix(prefix + "w_f");
        double[][] w_b = matrix(prefix + "w_b");
        double[][] w_h = matrix(prefix + "w_h");
        double[] bias = meta.array(prefix + "bias");
        boolean mean = dynamics.aggregation() == Aggregation.MEAN;
        double sending = layer.forwardCount();
        for (int i = 0; i < layer.a; i++) {
            sending -= rests(lane, k, i) ? 1 : 0;
        }
        double upShare = mean ? 1 / sending : 1;
        double downShare = mean ? 1 / layer.backwardCount() : 1;
        double[] padding = new double[rnn.forwardMessageSize()];
        for (int tick = 0; tick < dynamics.microTicks(); tick++) {
            boolean sends = tick == dynamics.microTicks() - 1;
            for (int j = 0; j < layer.b; j++) {
                for (int i = 0; i < layer.a; i++) {
                    if (rests(lane, k, i)) {
                        continue;
                    }
                    double[] hiddenSum = new double[rnn.stateSize()];
                    double[] cellSum = new double[rnn.stateSize()];
                    for (int position = 0; position < layer.positions; position++) {
                        double[] h = channels(lane.hidden.get(k), j, i);
                        double[] c = channels(lane.cell.get(k), j, i);
                        int input = layer.input(position, i);
                        double[] m_f = input < 0 ? padding : lane.forwardMessage.get(k)[input];
                        double[] m_b = lane.backwardMessage.get(k)[layer.output(position, j)];
                        double[] z = bias.clone();
                        addProduct(z, m_f, w_f);
                        addProduct(z, m_b, w_b);
                        if (rnn.coordinates()) {
                            addProduct(z, place(k, j, i), matrix(prefix + "w_c"));
                        }
                        switch (rnn.cell()) {
                            case LSTM -> {
                                addProduct(z, h, w_h);
                                lstm(z, h, c);
                            }
                            case GRU -> gru(z, h, w_h);
                            case VANILLA -> {
                                addProduct(z, h, w_h);
                                for (int n = 0; n < h.length; n++) {
                                    h[n] = Math.tanh(z[n]);
                                }
                            }
                        }
                        add(hiddenSum, h, 1);
                        add(cellSum, c, 1);
                        if (sends) {
                            add(
                                    up[layer.output(position, j)],
                                    message(prefix + "fwd_", h),
                                    upShare);
                        }
                        if (sends && input >= 0) {
                            add(down[input], message(prefix + "bwd_", h), downShare);
                        }
                    }
                    for (int n = 0; n < rnn.stateSize(); n++) {
                        lane.hidden.get(k)[n][j][i] = hiddenSum[n] / layer.positions;
                        lane.cell.get(k)[n][j][i] = cellSum[n] / layer.positions;
                    }
                }
            }
        }
    }

    private void lstm(double[] z, double[] h, double[] c) {
        int size = rnn.stateSize();
        for (int n = 0; n < size; n++) {
            double i = sigmoid(z[n] + rnn.inputGateShift());
            double g = Math.tanh(z[size + n]);
            double f = sigmoid(z[2 * size + n] + rnn.forgetGateShift());
            double o = sigmoid(z[3 * size + n]);
            double clip = dynamics.stateClip();
            c[n] = Math.max(-clip, Math.min(clip, f * c[n] + i * g));
            h[n] = o * Math.tanh(c[n]);
        }
    }

    /**
     * @param z without what h contributes
     */
    private void gru(double[] z, double[] h, double[][] w_h) {
        int size = rnn.stateSize();
        double[] fromHidden = new double[3 * size];
        addProduct(fromHidden, h, w_h);
        double[] reset = new double[size];
        for (int n = 0; n < size; n++) {
            reset[n] = h[n] * sigmoid(z[n] + fromHidden[n]);
        }
        double[] fromReset = new double[3 * size];
        addProduct(fromReset, reset, w_h);
        for (int n = 0; n < size; n++) {
            double u = sigmoid(z[size + n] + fromHidden[size + n] + rnn.inputGateShift());
            double candidate = Math.tanh(z[2 * size + n] + fromReset[2 * size + n]);
            h[n] = (1 - u) * h[n] + u * candidate;
        }
    }

    /** Coordinates of sub-RNN (i, j) of layer k. */
    private double[] place(int k, int j, int i) {
        int height = 1;
        int width = layers.get(k).a;
        int channels = 1;
        if (layers.get(k).shape instanceof LayerShape.Convolution c) {
            height = c.kernel();
            width = c.kernel();
            channels = c.inputChannels();
        } else if (k == 0) {
            height = task.input().height();
            width = task.input().width();
            channels = task.input().channels();
        } else if (layers.get(k - 1).shape instanceof LayerShape.Convolution c) {
            height = c.outputHeight();
            width = c.outputWidth();
            channels = c.outputChannels();
        }
        return new double[] {
            coordinate(i / (width * channels), height),
            coordinate(i / channels % width, width),
            coordinate(i % channels, channels),
            coordinate(j, layers.get(k).b),
            coordinate(k, layers.size())
        };
    }

    /** From −1 for the first to 1 for the last, 0 for one alone. */
    private static double coordinate(int index, int count) {
        return count == 1 ? 0 : -1 + index * 2 / (count - 1.0);
    }

    private double[] message(String prefix, double[] h) {
        double[] message = meta.array(prefix + "b");
        addProduct(message, h, matrix(prefix + "w"));
        if (rnn.layerNorm()) {
            double mean = 0;
            double variance = 0;
            for (double m : message) {
                mean += m / message.length;
            }
            for (double m : message) {
                variance += (m - mean) * (m - mean) / message.length;
            }
            double[] scale = meta.array(prefix + "ln_scale");
            double[] offset = meta.array(prefix + "ln_offset");
            for (int m = 0; m < message.length; m++) {
                message[m] =
                        (message[m] - mean)
                                        / Math.sqrt(variance + SubRnn.LAYER_NORM_EPSILON)
                                        * scale[m]
                                + offset[m];
            }
        }
        return message;
    }

    private double[][] matrix(String name) {
        List<Integer> shape = meta.layout().entry(name).shape();
        double[] flat = meta.array(name);
        double[][] matrix = new double[shape.get(0)][shape.get(1)];
        for (int row = 0; row < matrix.length; row++) {
            System.arraycopy(flat, row * shape.get(1), matrix[row], 0, shape.get(1));
        }
        return matrix;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] channels(double[][][] state, int j, int i) {
        double[] result = new double[state.length];
        for (int n = 0; n < result.length; n++) {
            result[n] = state[n][j][i];
        }
        return result;
    }

    private static void addProduct(double[] z, double[] row, double[][] matrix) {
        for (int r = 0; r < row.length; r++) {
            add(z, matrix[r], row[r]);
        }
    }

    private static void add(double[] sum, double[] x, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += x[i] * factor;
        }
    }

    /** Copies V_L of parallel example p out of, or into, named arrays. */
    private void transfer(Lane lane, NamedArrays arrays, int p, int parallel, boolean read) {
        for (int k = 0; k < layers.size(); k++) {
            for (int n = 0; n < rnn.stateSize(); n++) {
                for (int j = 0; j < layers.get(k).b; j++) {
                    int row = (n * layers.get(k).b + j) * layers.get(k).a;
                    copy(arrays, "hidden." + k, p, parallel, row, lane.hidden.get(k)[n][j], read);
                    if (rnn.cell().keepsCell()) {
                        copy(arrays, "cell." + k, p, parallel, row, lane.cell.get(k)[n][j], read);
                    }
                }
            }
            if (k + 1 < layers.size()) {
                for (int u = 0; u < layers.get(k).shape.outputs(); u++) {
                    int row = u * rnn.backwardMessageSize();
                    copy(
                            arrays,
                            "backward_message." + k,
                            p,
                            parallel,
                            row,
                            lane.backwardMessage.get(k)[u],
                            read);
                }
            }
        }
        if (!dynamics.backwardPass()) {
            copy(arrays, "error", p, parallel, 0, lane.error, read);
            copy(arrays, "label", p, parallel, 0, lane.label, read);
        }
        if (model.inputsRest()) {
            copy(arrays, "begun", p, parallel, 0, lane.begun, read);
            copy(arrays, "first_input", p, parallel, 0, lane.firstInput, read);
            copy(arrays, "awake", p, parallel, 0, lane.awake, read);
        }
    }

    private static void copy(
            NamedArrays arrays,
            String name,
            int p,
            int parallel,
            int from,
            double[] lane,
            boolean read) {
        int size = arrays.layout().entry(name).size() / parallel;
        int offset = arrays.layout().offset(name) + p * size + from;
        if (read) {
            System.arraycopy(arrays.values(), offset, lane, 0, lane.length);
        } else {
            System.arraycopy(lane, 0, arrays.values(), offset, lane.length);
        }
    }
}
