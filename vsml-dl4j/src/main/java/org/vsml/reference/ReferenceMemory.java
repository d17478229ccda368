package org.vsml.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.core.RunningDiscriminant;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * The memory of recruited sub-RNNs ({@link VsmlWithMemory}) written down as plainly as possible,
 * one sub-RNN at a time, in double.
 */
final class ReferenceMemory {

    /** A recruited unit: an example and the states [classes][N] of its sub-RNNs. */
    private static final class Unit {
        final int label;
        final double[] input;
        final double[][] hidden;
        final double[][] cell;

        Unit(int label, double[] input, int classes, int size) {
            this.label = label;
            this.input = input;
            hidden = new double[classes][size];
            cell = new double[classes][size];
        }
    }

    private final VsmlWithMemory model;
    private final NamedArrays meta;
    private final TaskShape task;
    private final int size;
    private final RunningDiscriminant discriminant;
    private final List<Unit> units = new ArrayList<>();
    private final double[][][] readingHidden;
    private final double[][][] readingCell;

    /** a [readings][2]; zeros that stay if there are none. */
    private final double[][] adapted;

    private double examples;
    private double nearest;

    // What predict leaves for learn.
    private double[] input;
    private double[] scales;
    private double[] standardised;
    private double[] omega;
    private List<Unit> neighbours;
    private double[] attention;
    private double[] similarity;
    private double[][][] readingMessages;
    private List<double[]> readings;
    private double[] context;

    /** What the discriminant said last. */
    private double[] experts;

    /**
     * @param start the memory's part of the learned variables
     * @param discriminant of the same stream, or null
     */
    ReferenceMemory(
            VsmlWithMemory model,
            NamedArrays meta,
            TaskShape task,
            NamedArrays start,
            RunningDiscriminant discriminant) {
        this.model = model;
        this.discriminant = discriminant;
        this.meta = meta;
        this.task = task;
        size = model.layer().subRnn().stateSize();
        examples = start.array("memory.examples")[0];
        nearest = start.array("memory.nearest")[0];
        readingHidden = cube(start.array("reading.hidden"), model.readings());
        readingCell = cube(start.array("reading.cell"), model.readings());
        adapted = new double[model.readings()][VsmlWithMemory.CONTEXTS];
        if (model.adaptiveWeights()) {
            double[] weights = start.array("reading.adapted");
            for (int i = 0; i < weights.length; i++) {
                adapted[i / VsmlWithMemory.CONTEXTS][i % VsmlWithMemory.CONTEXTS] = weights[i];
            }
        }
        double[] labels = start.array("memory.label");
        double[][][] hidden = cube(start.array("memory.hidden"), labels.length);
        double[][][] cell = cube(start.array("memory.cell"), labels.length);
        double[] inputs = start.array("memory.input");
        for (int s = 0; s < labels.length; s++) {
            double[] x = new double[task.inputs()];
            System.arraycopy(inputs, s * x.length, x, 0, x.length);
            Unit unit = new Unit((int) labels[s], x, task.classes(), size);
            for (int b = 0; b < task.classes(); b++) {
                System.arraycopy(hidden[s][b], 0, unit.hidden[b], 0, size);
                System.arraycopy(cell[s][b], 0, unit.cell[b], 0, size);
            }
            units.add(unit);
        }
    }

    /** The memory's part of the learned variables. */
    NamedArrays learnedVariables() {
        NamedArrays result = NamedArrays.zeros(model.memoryLayout(task, units.size()));
        result.set("memory.examples", examples);
        result.set("memory.nearest", nearest);
        result.set("reading.hidden", flat(List.of(readingHidden)));
        result.set("reading.cell", flat(List.of(readingCell)));
        if (model.adaptiveWeights()) {
            result.set(
                    "reading.adapted",
                    Arrays.stream(adapted).flatMapToDouble(Arrays::stream).toArray());
        }
        result.set("memory.label", units.stream().mapToDouble(u -> u.label).toArray());
        result.set(
                "memory.input",
                units.stream().flatMapToDouble(u -> Arrays.stream(u.input)).toArray());
        result.set("memory.hidden", flat(units.stream().map(u -> u.hidden).toList()));
        result.set("memory.cell", flat(units.stream().map(u -> u.cell).toList()));
        return result;
    }

    /**
     * The metric that the layer's cells say.
     *
     * @param cells of the layer before the example, [N][B][A]
     * @param present inputs that take part
     * @param x the example, measured from the first
     * @param inverse 1 / scale_a²
     * @param conditioned x̂
     */
    void observe(
            double[][][] cells,
            boolean[] present,
            double[] x,
            double[] inverse,
            double[] conditioned) {
        standardised = conditioned;
        input = x;
        scales = inverse;
        double[] metric = meta.array("memory.metric");
        double share = sigmoid(meta.array("memory.metric_share")[0]);
        double[] squares = new double[x.length];
        double mean = 0;
        int count = 0;
        for (int a = 0; a < x.length; a++) {
            if (!present[a]) {
                continue;
            }
            for (int b = 0; b < task.classes(); b++) {
                double u = 0;
                for (int n = 0; n < size; n++) {
                    u += metric[n] * cells[n][b][a];
                }
                squares[a] += u * u / task.classes();
            }
            mean += squares[a];
            count++;
        }
        mean /= count;
        omega = new double[x.length];
        for (int a = 0; a < x.length; a++) {
            double relative =
                    (squares[a] + VsmlWithMemory.METRIC_FLOOR)
                            / (mean + VsmlWithMemory.METRIC_FLOOR);
            omega[a] = present[a] ? share + (1 - share) * relative : 0;
        }
    }

    /** Combines the layer's logits with the memory's; not bounded yet. */
    double[] predict(double[] ofLayer) {
        int classes = task.classes();
        double[] z = recall();
        double[] y = centred(ofLayer);
        for (int b = 0; b < classes; b++) {
            y[b] *= examples / (examples + 1);
        }
        readings = new ArrayList<>(List.of(y, centred(z)));
        if (discriminant != null) {
            experts = discriminant.predict(standardised, 0);
            readings.add(centred(Arrays.copyOf(experts, classes)));
        }
        double novelty = 0;
        for (double k : similarity) {
            novelty = Math.max(novelty, k);
        }
        context = new double[] {1, 2 * novelty - 1};
        double[] trust = meta.array("reading.trust");
        double[] weights = meta.array("reading.weight");
        double[] logits = new double[classes];
        readingMessages = new double[model.readings()][classes][];
        for (int j = 0; j < readings.size(); j++) {
            for (int b = 0; b < classes; b++) {
                double r = readings.get(j)[b];
                readingMessages[j][b] =
                        new double[] {
                            Math.tanh(r / 3),
                            novelty,
                            Math.log(1 + examples) / 7,
                            j == 1 ? 1 : 0,
                            j == 2 ? 1 : 0
                        };
                tick(
                        "reading.predict.",
                        readingMessages[j][b],
                        null,
                        readingHidden[j][b],
                        readingCell[j][b]);
                double weight = weights[j] + dot(adapted[j], context);
                logits[b] += r * (weight + dot(trust, readingHidden[j][b]));
            }
        }
        return logits;
    }

    double[] experts() {
        return experts;
    }

    private double[] recall() {
        int classes = task.classes();
        double[] distances = units.stream().mapToDouble(unit -> distance(unit.input)).toArray();
        List<Integer> order =
                IntStream.range(0, units.size())
                        .boxed()
                        .sorted(Comparator.comparingDouble(s -> distances[s]))
                        .limit(model.memory().neighbours())
                        .toList();
        neighbours = order.stream().map(units::get).toList();
        attention = new double[order.size()];
        similarity = new double[order.size()];
        double[] z = new double[classes];
        if (order.isEmpty()) {
            return z;
        }
        double smallest = distances[order.get(0)];
        double step = Math.max(VsmlWithMemory.SMALLEST_STEP, 1 / (examples + 1));
        nearest = nearest < 0 ? smallest : nearest + (smallest - nearest) * step;
        double nu = nearest + VsmlWithMemory.DISTANCE_FLOOR;
        double sharpness = Math.exp(meta.array("memory.log_sharpness")[0]);
        double sum = 0;
        for (int i = 0; i < attention.length; i++) {
            double d = distances[order.get(i)];
            attention[i] = Math.exp(-sharpness * (d - smallest) / nu);
            similarity[i] = Math.exp(-d / (2 * nu));
            sum += attention[i];
        }
        double[] evidence = meta.array("memory.evidence");
        double bound = model.memory().evidenceBound();
        for (int i = 0; i < attention.length; i++) {
            attention[i] /= sum;
            Unit unit = neighbours.get(i);
            for (int b = 0; b < classes; b++) {
                double[] message = {similarity[i], attention[i], 0};
                tick("memory.predict.", message, null, unit.hidden[b], unit.cell[b]);
                double f = Math.max(-bound, Math.min(bound, dot(evidence, unit.hidden[b])));
                double vote = (unit.label == b ? 1 : 0) + model.memory().smoothing();
                z[b] += attention[i] * vote * Math.exp(f);
            }
        }
        for (int b = 0; b < classes; b++) {
            z[b] = Math.log(z[b]);
        }
        return z;
    }

    private double distance(double[] of) {
        double sum = 0;
        for (int a = 0; a < of.length; a++) {
            double difference = input[a] - of[a];
            double bound = model.squaredInputBound(task);
            sum += omega[a] * Math.min(bound, difference * difference * scales[a]);
        }
        return sum;
    }

    /** Shows the label, or that there is none, to readings and units; recruits. */
    void learn(int label, double[] error) {
        int classes = task.classes();
        if (model.adaptiveWeights()) {
            adapt(error);
        }
        for (int b = 0; b < classes; b++) {
            double[] backward = {error[b], b == label ? 1 : 0};
            for (int j = 0; j < model.readings(); j++) {
                tick(
                        "reading.learn.",
                        readingMessages[j][b],
                        backward,
                        readingHidden[j][b],
                        readingCell[j][b]);
            }
            for (int i = 0; i < neighbours.size(); i++) {
                Unit unit = neighbours.get(i);
                double[] message = {similarity[i], attention[i], 0};
                tick("memory.learn.", message, backward, unit.hidden[b], unit.cell[b]);
            }
        }
        if (label != Examples.UNLABELLED) {
            Unit unit = new Unit(label, input.clone(), classes, size);
            for (int b = 0; b < classes; b++) {
                double[] backward = {error[b], b == label ? 1 : 0};
                tick(
                        "memory.learn.",
                        new double[] {1, 1, 1},
                        backward,
                        unit.hidden[b],
                        unit.cell[b]);
            }
            units.add(unit);
            examples++;
            if (discriminant != null) {
                discriminant.learn(label);
            }
            if (units.size() > model.memory().capacity()) {
                units.remove(0);
            }
        }
    }

    /** Adaptive weights go down the gradient of the example's cross-entropy. */
    private void adapt(double[] error) {
        double power = 1;
        for (double[] reading : readings) {
            power += dot(reading, reading) / reading.length;
        }
        double[] rate = meta.array("reading.rate");
        for (int j = 0; j < adapted.length; j++) {
            double gradient = dot(error, readings.get(j));
            for (int i = 0; i < context.length; i++) {
                adapted[j][i] -= sigmoid(rate[i]) * context[i] * gradient / power;
            }
        }
    }

    /** One tick of an LSTM (equation 7); h and c are changed. */
    private void tick(String prefix, double[] forward, double[] backward, double[] h, double[] c) {
        SubRnn rnn = model.layer().subRnn();
        double[] z = meta.array(prefix + SubRnnArrays.BIAS);
        addProduct(z, forward, meta.array(prefix + SubRnnArrays.FORWARD_INPUT));
        if (backward != null) {
            addProduct(z, backward, meta.array(prefix + SubRnnArrays.BACKWARD_INPUT));
        }
        addProduct(z, h, meta.array(prefix + SubRnnArrays.RECURRENT));
        double clip = model.layer().dynamics().stateClip();
        for (int n = 0; n < size; n++) {
            double i = sigmoid(z[n] + rnn.inputGateShift());
            double g = Math.tanh(z[size + n]);
            double f = sigmoid(z[2 * size + n] + rnn.forgetGateShift());
            double o = sigmoid(z[3 * size + n]);
            c[n] = Math.max(-clip, Math.min(clip, f * c[n] + i * g));
            h[n] = o * Math.tanh(c[n]);
        }
    }

    private static void addProduct(double[] z, double[] row, double[] matrix) {
        for (int r = 0; r < row.length; r++) {
            for (int i = 0; i < z.length; i++) {
                z[i] += row[r] * matrix[r * z.length + i];
            }
        }
    }

    private static double[] centred(double[] values) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double[] result = values.clone();
        for (int b = 0; b < result.length; b++) {
            result[b] -= mean;
        }
        return result;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** [count][classes][N]. */
    private double[][][] cube(double[] values, int count) {
        double[][][] result = new double[count][task.classes()][size];
        for (int i = 0; i < values.length; i++) {
            result[i / size / task.classes()][i / size % task.classes()][i % size] = values[i];
        }
        return result;
    }

    private double[] flat(List<double[][]> matrices) {
        double[] result = new double[matrices.size() * task.classes() * size];
        int offset = 0;
        for (double[][] matrix : matrices) {
            for (double[] row : matrix) {
                System.arraycopy(row, 0, result, offset, size);
                offset += size;
            }
        }
        return result;
    }
}
