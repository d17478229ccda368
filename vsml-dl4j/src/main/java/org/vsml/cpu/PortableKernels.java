package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.math.RationalTanh;

/** The kernels as plain loops, which the JIT compiler vectorises by itself. */
final class PortableKernels implements TileKernels {

    private static final int LEAST_WIDTH = 16;
    private static final int MOST_WIDTH = 128;

    /** Without an instruction for it, Math.fma is a hundred times slower than two roundings. */
    private static final boolean FUSED = fusedIsFast();

    private final int width;

    PortableKernels() {
        this(LEAST_WIDTH);
    }

    private PortableKernels(int width) {
        this.width = width;
    }

    @Override
    public String name() {
        return "portable";
    }

    @Override
    public TileKernels forInputs(int inputs) {
        int needed = (inputs + LEAST_WIDTH - 1) / LEAST_WIDTH * LEAST_WIDTH;
        int tiles = (needed + MOST_WIDTH - 1) / MOST_WIDTH;
        int most = (needed + tiles - 1) / tiles;
        return new PortableKernels((most + LEAST_WIDTH - 1) / LEAST_WIDTH * LEAST_WIDTH);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int accumulatorWidth() {
        return 1;
    }

    @Override
    public void multiply(Matrix weights, Slice in, Slice base, Slice bias, Slice out) {
        multiply(
                weights,
                in.array(),
                in.offset(),
                base,
                bias == null ? null : bias.array(),
                bias == null ? 0 : bias.offset(),
                out.array(),
                out.offset());
    }

    @Override
    public void multiplyPair(Matrix weights, Slice in, Slice base, Slice biases, Slice out) {
        for (int k = 0; k < 2; k++) {
            multiply(
                    weights,
                    in.array(),
                    in.offset() + k * in.step(),
                    base,
                    biases == null ? null : biases.array(),
                    biases == null ? 0 : biases.offset() + k * weights.rows(),
                    out.array(),
                    out.offset() + k * out.step());
        }
    }

    private void multiply(
            Matrix matrix,
            float[] in,
            int inOffset,
            Slice base,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset) {
        float[] weights = matrix.values();
        int inner = matrix.inner();
        int rows = matrix.rows();
        for (int r = 0; r < rows; r++) {
            int o = outOffset + r * width;
            float constant = bias == null ? 0 : bias[biasOffset + r];
            if (base == null) {
                Arrays.fill(out, o, o + width, constant);
            } else {
                addConstant(base.array(), base.offset() + r * width, constant, out, o, width);
            }
            // What is left of a multiple of eight comes first: hidden states below messages are
            // then
            // added up as they are without them.
            int i = 0;
            for (; i < inner % 8; i++) {
                addScaled(weights[i * rows + r], in, inOffset + i * width, out, o, width);
            }
            for (; i < inner; i += 8) {
                addEight(weights, i * rows + r, rows, in, inOffset + i * width, out, o, width);
            }
        }
    }

    private static void addConstant(
            float[] base, int b, float constant, float[] out, int o, int width) {
        for (int l = 0; l < width; l++) {
            out[o + l] = base[b + l] + constant;
        }
    }

    private static void addEight(
            float[] weights, int w, int step, float[] in, int i, float[] out, int o, int width) {
        float w0 = weights[w];
        float w1 = weights[w + step];
        float w2 = weights[w + 2 * step];
        float w3 = weights[w + 3 * step];
        float w4 = weights[w + 4 * step];
        float w5 = weights[w + 5 * step];
        float w6 = weights[w + 6 * step];
        float w7 = weights[w + 7 * step];
        int i1 = i + width;
        int i2 = i1 + width;
        int i3 = i2 + width;
        int i4 = i3 + width;
        int i5 = i4 + width;
        int i6 = i5 + width;
        int i7 = i6 + width;
        for (int l = 0; l < width; l++) {
            float low =
                    fma(in[i + l], w0, fma(in[i1 + l], w1, fma(in[i2 + l], w2, in[i3 + l] * w3)));
            float high =
                    fma(in[i4 + l], w4, fma(in[i5 + l], w5, fma(in[i6 + l], w6, in[i7 + l] * w7)));
            out[o + l] += low + high;
        }
    }

    private static void addScaled(float factor, float[] in, int i, float[] out, int o, int width) {
        for (int l = 0; l < width; l++) {
            out[o + l] = fma(in[i + l], factor, out[o + l]);
        }
    }

    @Override
    public void activate(MicroTick tick) {
        int size = tick.size();
        float[] gates = tick.gates().array();
        int i = tick.gates().offset();
        float[] newCell = tick.newCell().array();
        int to = tick.newCell().offset();
        float[] cellTanh = tick.cellTanh().array();
        int t = tick.cellTanh().offset();
        int span = size * width;
        sigmoid(gates, i, span);
        tanh(gates, i + span, gates, i + span, span);
        sigmoid(gates, i + 2 * span, 2 * span);
        Slice cell = tick.cell();
        updateCell(gates, i, span, cell.array(), cell.offset(), newCell, to, tick.clip());
        tanh(newCell, to, cellTanh, t, span);
        float[] hidden = tick.newHidden().array();
        int h = tick.newHidden().offset();
        int o = i + 3 * span;
        float[] mask = tick.mask().array();
        for (int n = 0; n < size; n++) {
            int row = n * width;
            output(gates, o + row, cellTanh, t + row, mask, hidden, h + row, width);
        }
    }

    private static void updateCell(
            float[] gates,
            int i,
            int span,
            float[] cell,
            int c,
            float[] newCell,
            int to,
            float clip) {
        int g = i + span;
        int f = g + span;
        for (int l = 0; l < span; l++) {
            float sum = fma(gates[f + l], cell[c + l], gates[i + l] * gates[g + l]);
            newCell[to + l] = Math.max(-clip, Math.min(clip, sum));
        }
    }

    private static void output(
            float[] gates,
            int o,
            float[] cellTanh,
            int t,
            float[] mask,
            float[] newHidden,
            int h,
            int width) {
        for (int l = 0; l < width; l++) {
            newHidden[h + l] = gates[o + l] * cellTanh[t + l] * mask[l];
        }
    }

    /** The sigmoid of twice the values: tanh / 2 + 1/2. */
    private static void sigmoid(float[] z, int from, int count) {
        for (int l = from; l < from + count; l++) {
            float x = Math.max(-RationalTanh.BOUND, Math.min(RationalTanh.BOUND, z[l]));
            float square = x * x;
            z[l] = fma(0.5f, x * numerator(square) / denominator(square), 0.5f);
        }
    }

    private static void tanh(float[] from, int f, float[] to, int t, int count) {
        for (int l = 0; l < count; l++) {
            float x = Math.max(-RationalTanh.BOUND, Math.min(RationalTanh.BOUND, from[f + l]));
            float square = x * x;
            to[t + l] = x * numerator(square) / denominator(square);
        }
    }

    private static float numerator(float square) {
        float p = fma(RationalTanh.P7, square, RationalTanh.P5);
        p = fma(p, square, RationalTanh.P3);
        return fma(p, square, RationalTanh.P1);
    }

    private static float denominator(float square) {
        float q = fma(RationalTanh.Q8, square, RationalTanh.Q6);
        q = fma(q, square, RationalTanh.Q4);
        q = fma(q, square, RationalTanh.Q2);
        return fma(q, square, RationalTanh.Q0);
    }

    @Override
    public void activateAdjoint(MicroTick tick, Slice hiddenAdjoint, Slice cellAdjoint) {
        int span = tick.size() * width;
        float clip = tick.clip();
        float[] gates = tick.gates().array();
        int gi = tick.gates().offset();
        int gg = gi + span;
        int gf = gg + span;
        int go = gf + span;
        float[] cells = tick.cell().array();
        int c = tick.cell().offset();
        float[] newCells = tick.newCell().array();
        int n = tick.newCell().offset();
        float[] cellTanhs = tick.cellTanh().array();
        int th = tick.cellTanh().offset();
        float[] ofHidden = hiddenAdjoint.array();
        int h = hiddenAdjoint.offset();
        float[] ofCell = cellAdjoint.array();
        int a = cellAdjoint.offset();
        for (int l = 0; l < span; l++) {
            float i = gates[gi + l];
            float g = gates[gg + l];
            float f = gates[gf + l];
            float o = gates[go + l];
            float t = cellTanhs[th + l];
            float dh = ofHidden[h + l];
            float dc = ofCell[a + l] + dh * o * (1 - t * t);
            dc = Math.abs(newCells[n + l]) < clip ? dc : 0;
            gates[gi + l] = dc * g * i * (1 - i);
            gates[gg + l] = dc * i * (1 - g * g);
            gates[gf + l] = dc * cells[c + l] * f * (1 - f);
            gates[go + l] = dh * t * o * (1 - o);
            ofCell[a + l] = dc * f;
        }
    }

    @Override
    public void outer(int tiles, Slice leftTiles, Slice rightTiles, Matrix matrix) {
        float[] left = leftTiles.array();
        int leftOffset = leftTiles.offset();
        float[] right = rightTiles.array();
        int rightOffset = rightTiles.offset();
        float[] sums = matrix.values();
        int inner = matrix.inner();
        int rows = matrix.rows();
        for (int tile = 0; tile < tiles; tile++) {
            int a = leftOffset + tile * inner * width;
            int b = rightOffset + tile * rows * width;
            int i = 0;
            for (; i + 4 <= inner; i += 4) {
                for (int r = 0; r < rows; r++) {
                    addFourProducts(
                            left,
                            a + i * width,
                            right,
                            b + r * width,
                            sums,
                            i * rows + r,
                            rows,
                            width);
                }
            }
            for (; i < inner; i++) {
                for (int r = 0; r < rows; r++) {
                    sums[i * rows + r] += dot(left, a + i * width, right, b + r * width, width);
                }
            }
        }
    }

    /** The JIT compiler vectorises no sum of floats: eight running sums instead. */
    private static void addFourProducts(
            float[] left, int a, float[] right, int b, float[] sums, int s, int step, int width) {
        sums[s] += dot(left, a, right, b, width);
        sums[s + step] += dot(left, a + width, right, b, width);
        sums[s + 2 * step] += dot(left, a + 2 * width, right, b, width);
        sums[s + 3 * step] += dot(left, a + 3 * width, right, b, width);
    }

    private static float dot(float[] left, int a, float[] right, int b, int width) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int l = 0; l < width; l += 4) {
            s0 = fma(left[a + l], right[b + l], s0);
            s1 = fma(left[a + l + 1], right[b + l + 1], s1);
            s2 = fma(left[a + l + 2], right[b + l + 2], s2);
            s3 = fma(left[a + l + 3], right[b + l + 3], s3);
        }
        return s0 + s1 + (s2 + s3);
    }

    @Override
    public void sum(int rows, Slice a, Slice b, Slice bias, Slice out) {
        for (int r = 0; r < rows; r++) {
            int row = r * width;
            addThree(
                    a.array(),
                    a.offset() + row,
                    b.array(),
                    b.offset() + row,
                    bias.array()[bias.offset() + r],
                    out.array(),
                    out.offset() + row,
                    width);
        }
    }

    private static void addThree(
            float[] a, int i, float[] b, int j, float constant, float[] out, int o, int width) {
        for (int l = 0; l < width; l++) {
            out[o + l] = a[i + l] + b[j + l] + constant;
        }
    }

    @Override
    public void addToThree(int count, Slice first, Slice second, Slice third, Slice values) {
        add(count, first, values);
        add(count, second, values);
        add(count, third, values);
    }

    @Override
    public void addToBoth(int tiles, int count, Slice values, Slice first, Slice second) {
        for (int tile = 0; tile < tiles; tile++) {
            int v = values.offset() + tile * count;
            add(count, first.array(), first.offset(), values.array(), v);
            add(count, second.array(), second.offset(), values.array(), v);
        }
    }

    @Override
    public void add(int count, Slice sums, Slice values) {
        add(count, sums.array(), sums.offset(), values.array(), values.offset());
    }

    private static void add(int count, float[] sums, int s, float[] values, int v) {
        for (int l = 0; l < count; l++) {
            sums[s + l] += values[v + l];
        }
    }

    private static float fma(float a, float b, float c) {
        return FUSED ? Math.fma(a, b, c) : a * b + c;
    }

    private static boolean fusedIsFast() {
        float x = 1;
        long best = Long.MAX_VALUE;
        // The emulation takes about a microsecond and the interpreter's intrinsic far less.
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                x = Math.fma(x, 0.5f, 0.25f);
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return x > 0 && best < 20_000;
    }

    @Override
    public float distance(
            float[] x, float[] y, float[] scales, float[] weights, float limit, int from, int to) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int a = from;
        for (; a + 4 <= to; a += 4) {
            s0 += part(x, y, scales, weights, limit, a);
            s1 += part(x, y, scales, weights, limit, a + 1);
            s2 += part(x, y, scales, weights, limit, a + 2);
            s3 += part(x, y, scales, weights, limit, a + 3);
        }
        for (; a < to; a++) {
            s0 += part(x, y, scales, weights, limit, a);
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static float part(
            float[] x, float[] y, float[] scales, float[] weights, float limit, int a) {
        float difference = x[a] - y[a];
        float square = difference * difference * scales[a];
        return weights[a] * (square < limit ? square : limit);
    }
}
