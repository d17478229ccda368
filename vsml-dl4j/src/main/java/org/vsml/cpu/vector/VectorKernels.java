package org.vsml.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.vsml.cpu.Matrix;
import org.vsml.cpu.MicroTick;
import org.vsml.cpu.Slice;
import org.vsml.cpu.TileKernels;
import org.vsml.math.RationalTanh;

/**
 * The kernels on {@code jdk.incubator.vector}, at the widest vectors of the processor; a tile is
 * one vector wide. Methods are small, so that the JIT compiler inlines them whole and keeps vectors
 * in registers; what does not fit there goes through scratch memory that stays in the first-level
 * cache.
 */
public final class VectorKernels implements TileKernels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = SPECIES.length();

    // As constants of the class, so that the compiler has less to inline than with broadcasts: past
    // some number of nodes it stops, and every vector becomes an object.
    private static final FloatVector ONE = constant(RationalTanh.Q0);
    private static final IntVector BOUND = constant(RationalTanh.BOUND).reinterpretAsInts();
    private static final IntVector SIGN = constant(-0f).reinterpretAsInts();
    private static final IntVector MAGNITUDE = SIGN.not();
    private static final FloatVector P1 = constant(RationalTanh.P1);
    private static final FloatVector P3 = constant(RationalTanh.P3);
    private static final FloatVector P5 = constant(RationalTanh.P5);
    private static final FloatVector P7 = constant(RationalTanh.P7);
    private static final FloatVector Q2 = constant(RationalTanh.Q2);
    private static final FloatVector Q4 = constant(RationalTanh.Q4);
    private static final FloatVector Q6 = constant(RationalTanh.Q6);
    private static final FloatVector Q8 = constant(RationalTanh.Q8);

    private final boolean manyRegisters;

    /** Found by name, since the module it needs may be absent. */
    public VectorKernels() {
        this(SPECIES.vectorBitSize() == 512);
    }

    /**
     * @param manyRegisters whether to count on 32 of them, as processors with 512 bits have, or on
     *     16
     */
    public VectorKernels(boolean manyRegisters) {
        this.manyRegisters = manyRegisters;
    }

    @Override
    public String name() {
        return "vector-" + SPECIES.vectorBitSize();
    }

    @Override
    public TileKernels forInputs(int inputs) {
        return this;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int accumulatorWidth() {
        return WIDTH;
    }

    @Override
    public void multiply(Matrix weights, Slice in, Slice base, Slice bias, Slice out) {
        start(
                base == null ? null : base.array(),
                base == null ? 0 : base.offset(),
                bias == null ? null : bias.array(),
                bias == null ? 0 : bias.offset(),
                out.array(),
                out.offset(),
                weights.rows());
        multiply(weights, in.array(), in.offset(), out.array(), out.offset());
    }

    private static void multiply(Matrix matrix, float[] in, int i, float[] out, int o) {
        float[] weights = matrix.values();
        int inner = matrix.inner();
        int rows = matrix.rows();
        int eights = rows / 8 * 8;
        eightRowsEach(weights, eights, rows, inner, in, i, out, o);
        for (int r = eights; r < rows; r++) {
            oneRow(weights, r, rows, inner, in, i, out, o + r * WIDTH);
        }
    }

    private static void start(
            float[] base,
            int baseOffset,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset,
            int rows) {
        if (base == null && bias == null) {
            clear(out, outOffset, rows);
        } else if (bias == null) {
            System.arraycopy(base, baseOffset, out, outOffset, rows * WIDTH);
        } else if (base == null) {
            spread(bias, biasOffset, out, outOffset, rows);
        } else {
            spreadOn(base, baseOffset, bias, biasOffset, out, outOffset, rows);
        }
    }

    private static void clear(float[] out, int o, int rows) {
        for (int r = 0; r < rows; r++) {
            FloatVector.zero(SPECIES).intoArray(out, o + r * WIDTH);
        }
    }

    private static void spread(float[] bias, int b, float[] out, int o, int rows) {
        for (int r = 0; r < rows; r++) {
            constant(bias[b + r]).intoArray(out, o + r * WIDTH);
        }
    }

    private static void spreadOn(
            float[] base, int from, float[] bias, int b, float[] out, int o, int rows) {
        for (int r = 0; r < rows; r++) {
            load(base, from + r * WIDTH).add(constant(bias[b + r])).intoArray(out, o + r * WIDTH);
        }
    }

    /** Rows up to {@code end}, eight at once. */
    private static void eightRowsEach(
            float[] weights,
            int end,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            float[] out,
            int outOffset) {
        for (int r = 0; r < end; r += 8) {
            int o = outOffset + r * WIDTH;
            FloatVector a0 = load(out, o);
            FloatVector a1 = load(out, o + WIDTH);
            FloatVector a2 = load(out, o + 2 * WIDTH);
            FloatVector a3 = load(out, o + 3 * WIDTH);
            FloatVector a4 = load(out, o + 4 * WIDTH);
            FloatVector a5 = load(out, o + 5 * WIDTH);
            FloatVector a6 = load(out, o + 6 * WIDTH);
            FloatVector a7 = load(out, o + 7 * WIDTH);
            int w = r;
            for (int i = 0; i < inner; i++) {
                FloatVector x = load(in, inOffset + i * WIDTH);
                a0 = x.fma(constant(weights[w]), a0);
                a1 = x.fma(constant(weights[w + 1]), a1);
                a2 = x.fma(constant(weights[w + 2]), a2);
                a3 = x.fma(constant(weights[w + 3]), a3);
                a4 = x.fma(constant(weights[w + 4]), a4);
                a5 = x.fma(constant(weights[w + 5]), a5);
                a6 = x.fma(constant(weights[w + 6]), a6);
                a7 = x.fma(constant(weights[w + 7]), a7);
                w += rows;
            }
            a0.intoArray(out, o);
            a1.intoArray(out, o + WIDTH);
            a2.intoArray(out, o + 2 * WIDTH);
            a3.intoArray(out, o + 3 * WIDTH);
            a4.intoArray(out, o + 4 * WIDTH);
            a5.intoArray(out, o + 5 * WIDTH);
            a6.intoArray(out, o + 6 * WIDTH);
            a7.intoArray(out, o + 7 * WIDTH);
        }
    }

    @Override
    public void multiplyPair(Matrix matrix, Slice inTiles, Slice base, Slice biases, Slice outs) {
        float[] weights = matrix.values();
        int inner = matrix.inner();
        int rows = matrix.rows();
        float[] in = inTiles.array();
        int inOffset = inTiles.offset();
        int inStep = inTiles.step();
        float[] out = outs.array();
        int outStep = outs.step();
        int o = outs.offset();
        int fours;
        if (base == null) {
            int sixes = mostInSixes(rows);
            fours = mostInFours(sixes, rows);
            sixRowsOfTwo(weights, sixes, rows, inner, in, inOffset, inStep, out, o, outStep);
            fourRowsOfTwo(
                    weights, sixes, fours, rows, inner, in, inOffset, inStep, out, o, outStep);
        } else {
            float[] shared = base.array();
            int from = base.offset();
            float[] bias = biases.array();
            int c = biases.offset();
            // So that nothing is left of a multiple of four.
            int fives = rows / 20 * 20;
            fours = mostInFours(fives, rows);
            fiveRowsOfTwoOn(
                    shared, from, bias, c, weights, fives, rows, inner, in, inOffset, inStep, out,
                    o, outStep);
            fourRowsOfTwoOn(
                    shared, from, bias, c, weights, fives, fours, rows, inner, in, inOffset, inStep,
                    out, o, outStep);
        }
        for (int r = fours; r < rows; r++) {
            for (int k = 0; k < 2; k++) {
                int row = o + k * outStep + r * WIDTH;
                FloatVector start =
                        base == null
                                ? FloatVector.zero(SPECIES)
                                : load(base.array(), base.offset() + r * WIDTH)
                                        .add(
                                                constant(
                                                        biases.array()[
                                                                biases.offset() + k * rows + r]));
                start.intoArray(out, row);
                oneRow(weights, r, rows, inner, in, inOffset + k * inStep, out, row);
            }
        }
    }

    /**
     * The rows to take in sixes, so that fours leave one at most: twelve sums and three operands
     * fit 16 registers.
     */
    private static int mostInSixes(int rows) {
        int sixes = rows / 6;
        return 6 * (sixes > 0 && (rows - 6 * sixes) % 4 > 1 ? sixes - 1 : sixes);
    }

    /** Where the fours end that follow the first rows. */
    private static int mostInFours(int first, int rows) {
        return first + (rows - first) / 4 * 4;
    }

    /**
     * Rows up to {@code end}, six of two tiles at once: every weight is spread over a vector once
     * for both, and twelve sums keep the units that multiply busy while each waits for its last
     * one.
     */
    private static void sixRowsOfTwo(
            float[] weights,
            int end,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            int inStep,
            float[] out,
            int outOffset,
            int outStep) {
        for (int r = 0; r < end; r += 6) {
            FloatVector a0 = FloatVector.zero(SPECIES);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            FloatVector a4 = a0;
            FloatVector a5 = a0;
            FloatVector b0 = a0;
            FloatVector b1 = a0;
            FloatVector b2 = a0;
            FloatVector b3 = a0;
            FloatVector b4 = a0;
            FloatVector b5 = a0;
            int w = r;
            for (int i = 0; i < inner; i++) {
                FloatVector x = load(in, inOffset + i * WIDTH);
                FloatVector y = load(in, inOffset + inStep + i * WIDTH);
                FloatVector w0 = constant(weights[w]);
                a0 = x.fma(w0, a0);
                b0 = y.fma(w0, b0);
                FloatVector w1 = constant(weights[w + 1]);
                a1 = x.fma(w1, a1);
                b1 = y.fma(w1, b1);
                FloatVector w2 = constant(weights[w + 2]);
                a2 = x.fma(w2, a2);
                b2 = y.fma(w2, b2);
                FloatVector w3 = constant(weights[w + 3]);
                a3 = x.fma(w3, a3);
                b3 = y.fma(w3, b3);
                FloatVector w4 = constant(weights[w + 4]);
                a4 = x.fma(w4, a4);
                b4 = y.fma(w4, b4);
                FloatVector w5 = constant(weights[w + 5]);
                a5 = x.fma(w5, a5);
                b5 = y.fma(w5, b5);
                w += rows;
            }
            int o = outOffset + r * WIDTH;
            a0.intoArray(out, o);
            a1.intoArray(out, o + WIDTH);
            a2.intoArray(out, o + 2 * WIDTH);
            a3.intoArray(out, o + 3 * WIDTH);
            a4.intoArray(out, o + 4 * WIDTH);
            a5.intoArray(out, o + 5 * WIDTH);
            o += outStep;
            b0.intoArray(out, o);
            b1.intoArray(out, o + WIDTH);
            b2.intoArray(out, o + 2 * WIDTH);
            b3.intoArray(out, o + 3 * WIDTH);
            b4.intoArray(out, o + 4 * WIDTH);
            b5.intoArray(out, o + 5 * WIDTH);
        }
    }

    /** Rows from {@code from} to {@code end}, four of two tiles at once. */
    private static void fourRowsOfTwo(
            float[] weights,
            int from,
            int end,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            int inStep,
            float[] out,
            int outOffset,
            int outStep) {
        for (int r = from; r < end; r += 4) {
            FloatVector a0 = FloatVector.zero(SPECIES);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            FloatVector b0 = a0;
            FloatVector b1 = a0;
            FloatVector b2 = a0;
            FloatVector b3 = a0;
            int w = r;
            for (int i = 0; i < inner; i++) {
                FloatVector x = load(in, inOffset + i * WIDTH);
                FloatVector y = load(in, inOffset + inStep + i * WIDTH);
                FloatVector w0 = constant(weights[w]);
                a0 = x.fma(w0, a0);
                b0 = y.fma(w0, b0);
                FloatVector w1 = constant(weights[w + 1]);
                a1 = x.fma(w1, a1);
                b1 = y.fma(w1, b1);
                FloatVector w2 = constant(weights[w + 2]);
                a2 = x.fma(w2, a2);
                b2 = y.fma(w2, b2);
                FloatVector w3 = constant(weights[w + 3]);
                a3 = x.fma(w3, a3);
                b3 = y.fma(w3, b3);
                w += rows;
            }
            int o = outOffset + r * WIDTH;
            a0.intoArray(out, o);
            a1.intoArray(out, o + WIDTH);
            a2.intoArray(out, o + 2 * WIDTH);
            a3.intoArray(out, o + 3 * WIDTH);
            o += outStep;
            b0.intoArray(out, o);
            b1.intoArray(out, o + WIDTH);
            b2.intoArray(out, o + 2 * WIDTH);
            b3.intoArray(out, o + 3 * WIDTH);
        }
    }

    /** Five rows of two tiles at once, on top of a base for both and a bias for each. */
    private static void fiveRowsOfTwoOn(
            float[] base,
            int baseOffset,
            float[] biases,
            int biasOffset,
            float[] weights,
            int end,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            int inStep,
            float[] out,
            int outOffset,
            int outStep) {
        for (int r = 0; r < end; r += 5) {
            int f = baseOffset + r * WIDTH;
            int c = biasOffset + r;
            int d = c + rows;
            FloatVector f0 = load(base, f);
            FloatVector a0 = f0.add(constant(biases[c]));
            FloatVector b0 = f0.add(constant(biases[d]));
            FloatVector f1 = load(base, f + WIDTH);
            FloatVector a1 = f1.add(constant(biases[c + 1]));
            FloatVector b1 = f1.add(constant(biases[d + 1]));
            FloatVector f2 = load(base, f + 2 * WIDTH);
            FloatVector a2 = f2.add(constant(biases[c + 2]));
            FloatVector b2 = f2.add(constant(biases[d + 2]));
            FloatVector f3 = load(base, f + 3 * WIDTH);
            FloatVector a3 = f3.add(constant(biases[c + 3]));
            FloatVector b3 = f3.add(constant(biases[d + 3]));
            FloatVector f4 = load(base, f + 4 * WIDTH);
            FloatVector a4 = f4.add(constant(biases[c + 4]));
            FloatVector b4 = f4.add(constant(biases[d + 4]));
            int w = r;
            for (int i = 0; i < inner; i++) {
                FloatVector x = load(in, inOffset + i * WIDTH);
                FloatVector y = load(in, inOffset + inStep + i * WIDTH);
                FloatVector w0 = constant(weights[w]);
                a0 = x.fma(w0, a0);
                b0 = y.fma(w0, b0);
                FloatVector w1 = constant(weights[w + 1]);
                a1 = x.fma(w1, a1);
                b1 = y.fma(w1, b1);
                FloatVector w2 = constant(weights[w + 2]);
                a2 = x.fma(w2, a2);
                b2 = y.fma(w2, b2);
                FloatVector w3 = constant(weights[w + 3]);
                a3 = x.fma(w3, a3);
                b3 = y.fma(w3, b3);
                FloatVector w4 = constant(weights[w + 4]);
                a4 = x.fma(w4, a4);
                b4 = y.fma(w4, b4);
                w += rows;
            }
            int o = outOffset + r * WIDTH;
            a0.intoArray(out, o);
            a1.intoArray(out, o + WIDTH);
            a2.intoArray(out, o + 2 * WIDTH);
            a3.intoArray(out, o + 3 * WIDTH);
            a4.intoArray(out, o + 4 * WIDTH);
            o += outStep;
            b0.intoArray(out, o);
            b1.intoArray(out, o + WIDTH);
            b2.intoArray(out, o + 2 * WIDTH);
            b3.intoArray(out, o + 3 * WIDTH);
            b4.intoArray(out, o + 4 * WIDTH);
        }
    }

    /** {@link #fiveRowsOfTwoOn} with four rows at once, from {@code from} on. */
    private static void fourRowsOfTwoOn(
            float[] base,
            int baseOffset,
            float[] biases,
            int biasOffset,
            float[] weights,
            int from,
            int end,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            int inStep,
            float[] out,
            int outOffset,
            int outStep) {
        for (int r = from; r < end; r += 4) {
            int f = baseOffset + r * WIDTH;
            int c = biasOffset + r;
            int d = c + rows;
            FloatVector f0 = load(base, f);
            FloatVector a0 = f0.add(constant(biases[c]));
            FloatVector b0 = f0.add(constant(biases[d]));
            FloatVector f1 = load(base, f + WIDTH);
            FloatVector a1 = f1.add(constant(biases[c + 1]));
            FloatVector b1 = f1.add(constant(biases[d + 1]));
            FloatVector f2 = load(base, f + 2 * WIDTH);
            FloatVector a2 = f2.add(constant(biases[c + 2]));
            FloatVector b2 = f2.add(constant(biases[d + 2]));
            FloatVector f3 = load(base, f + 3 * WIDTH);
            FloatVector a3 = f3.add(constant(biases[c + 3]));
            FloatVector b3 = f3.add(constant(biases[d + 3]));
            int w = r;
            for (int i = 0; i < inner; i++) {
                FloatVector x = load(in, inOffset + i * WIDTH);
                FloatVector y = load(in, inOffset + inStep + i * WIDTH);
                FloatVector w0 = constant(weights[w]);
                a0 = x.fma(w0, a0);
                b0 = y.fma(w0, b0);
                FloatVector w1 = constant(weights[w + 1]);
                a1 = x.fma(w1, a1);
                b1 = y.fma(w1, b1);
                FloatVector w2 = constant(weights[w + 2]);
                a2 = x.fma(w2, a2);
                b2 = y.fma(w2, b2);
                FloatVector w3 = constant(weights[w + 3]);
                a3 = x.fma(w3, a3);
                b3 = y.fma(w3, b3);
                w += rows;
            }
            int o = outOffset + r * WIDTH;
            a0.intoArray(out, o);
            a1.intoArray(out, o + WIDTH);
            a2.intoArray(out, o + 2 * WIDTH);
            a3.intoArray(out, o + 3 * WIDTH);
            o += outStep;
            b0.intoArray(out, o);
            b1.intoArray(out, o + WIDTH);
            b2.intoArray(out, o + 2 * WIDTH);
            b3.intoArray(out, o + 3 * WIDTH);
        }
    }

    private static void oneRow(
            float[] weights,
            int r,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            float[] out,
            int o) {
        FloatVector sum = load(out, o);
        for (int i = 0; i < inner; i++) {
            sum = load(in, inOffset + i * WIDTH).fma(constant(weights[i * rows + r]), sum);
        }
        sum.intoArray(out, o);
    }

    @Override
    public void activate(MicroTick tick) {
        float[] gates = tick.gates().array();
        int i = tick.gates().offset();
        int span = tick.size() * WIDTH;
        // Sigmoid of i, f and o, tanh of g.
        twoGates(gates, i, 0.5f, i + span, 1, span);
        twoGates(gates, i + 2 * span, 0.5f, i + 3 * span, 0.5f, span);
        newState(
                gates,
                i,
                span,
                tick.cell().array(),
                tick.cell().offset(),
                tick.mask().array(),
                tick.newCell().array(),
                tick.newCell().offset(),
                tick.cellTanh().array(),
                tick.cellTanh().offset(),
                tick.newHidden().array(),
                tick.newHidden().offset(),
                tick.clip());
    }

    /**
     * Two gates at once share one division, by the product of their denominators: the tanh of the
     * values of one span, scaled and shifted: a·tanh + 1 − a. With a = 1/2 that is the sigmoid of
     * twice the value.
     *
     * <p>Everything is written out, which makes this method and {@link #newState} too long (325
     * bytecodes) to be inlined. On its own each stays below the compiler's limit of nodes; as a
     * part of its caller it would pass it.
     *
     * <p>Arguments are clamped as integers: without their signs, floats are in the order of their
     * bits. The minimum and maximum of floats take five instructions each, for NaN and −0; here NaN
     * becomes ± the bound.
     */
    private static void twoGates(
            float[] gates, int first, float firstShare, int second, float secondShare, int span) {
        FloatVector a = constant(firstShare);
        FloatVector b = constant(secondShare);
        FloatVector restOfA = constant(1 - firstShare);
        FloatVector restOfB = constant(1 - secondShare);
        for (int l = 0; l < span; l += WIDTH) {
            IntVector bits = load(gates, first + l).reinterpretAsInts();
            IntVector sign = bits.and(SIGN);
            FloatVector x = bits.and(MAGNITUDE).min(BOUND).or(sign).reinterpretAsFloats();
            bits = load(gates, second + l).reinterpretAsInts();
            sign = bits.and(SIGN);
            FloatVector y = bits.and(MAGNITUDE).min(BOUND).or(sign).reinterpretAsFloats();
            FloatVector xx = x.mul(x);
            FloatVector yy = y.mul(y);
            FloatVector p = Q8.fma(xx, Q6).fma(xx, Q4).fma(xx, Q2).fma(xx, ONE);
            FloatVector q = Q8.fma(yy, Q6).fma(yy, Q4).fma(yy, Q2).fma(yy, ONE);
            FloatVector inverse = ONE.div(p.mul(q));
            FloatVector u = P7.fma(xx, P5).fma(xx, P3).fma(xx, P1).mul(x);
            FloatVector v = P7.fma(yy, P5).fma(yy, P3).fma(yy, P1).mul(y);
            u.mul(inverse.mul(q)).fma(a, restOfA).intoArray(gates, first + l);
            v.mul(inverse.mul(p)).fma(b, restOfB).intoArray(gates, second + l);
        }
    }

    /** From the activations to the new cell, its tanh and the new hidden state. */
    private static void newState(
            float[] gates,
            int i,
            int span,
            float[] cell,
            int c,
            float[] mask,
            float[] newCell,
            int to,
            float[] cellTanh,
            int t,
            float[] newHidden,
            int h,
            float clip) {
        int g = i + span;
        int f = g + span;
        int o = f + span;
        IntVector most = constant(clip).reinterpretAsInts();
        FloatVector lanes = load(mask, 0);
        for (int l = 0; l < span; l += WIDTH) {
            FloatVector input = load(gates, i + l).mul(load(gates, g + l));
            FloatVector sum = load(gates, f + l).fma(load(cell, c + l), input);
            IntVector bits = sum.reinterpretAsInts();
            IntVector sign = bits.and(SIGN);
            IntVector magnitude = bits.and(MAGNITUDE).min(most);
            magnitude.or(sign).reinterpretAsFloats().intoArray(newCell, to + l);
            FloatVector x = magnitude.min(BOUND).or(sign).reinterpretAsFloats();
            FloatVector xx = x.mul(x);
            FloatVector p = P7.fma(xx, P5);
            p = p.fma(xx, P3);
            p = p.fma(xx, P1);
            p = p.mul(x);
            FloatVector q = Q8.fma(xx, Q6);
            q = q.fma(xx, Q4);
            q = q.fma(xx, Q2);
            q = q.fma(xx, ONE);
            FloatVector tanh = p.div(q);
            tanh.intoArray(cellTanh, t + l);
            load(gates, o + l).mul(tanh).mul(lanes).intoArray(newHidden, h + l);
        }
    }

    @Override
    public void activateAdjoint(MicroTick tick, Slice hiddenAdjoint, Slice cellAdjoint) {
        activateAdjoint(
                tick.size(),
                tick.gates().array(),
                tick.gates().offset(),
                tick.cell().array(),
                tick.cell().offset(),
                tick.cellTanh().array(),
                tick.cellTanh().offset(),
                tick.newCell().array(),
                tick.newCell().offset(),
                tick.clip(),
                hiddenAdjoint.array(),
                hiddenAdjoint.offset(),
                cellAdjoint.array(),
                cellAdjoint.offset());
    }

    private static void activateAdjoint(
            int size,
            float[] gates,
            int gatesOffset,
            float[] cell,
            int cellOffset,
            float[] cellTanh,
            int cellTanhOffset,
            float[] newCell,
            int newCellOffset,
            float clip,
            float[] hiddenAdjoint,
            int hiddenAdjointOffset,
            float[] cellAdjoint,
            int cellAdjointOffset) {
        int span = size * WIDTH;
        int gi = gatesOffset;
        int gg = gi + span;
        int gf = gg + span;
        int go = gf + span;
        FloatVector bound = constant(clip);
        for (int l = 0; l < span; l += WIDTH) {
            FloatVector i = load(gates, gi + l);
            FloatVector g = load(gates, gg + l);
            FloatVector f = load(gates, gf + l);
            FloatVector o = load(gates, go + l);
            FloatVector t = load(cellTanh, cellTanhOffset + l);
            FloatVector dh = load(hiddenAdjoint, hiddenAdjointOffset + l);
            FloatVector dho = dh.mul(o);
            FloatVector dht = dho.mul(t);
            FloatVector dc = load(cellAdjoint, cellAdjointOffset + l).add(dho.sub(dht.mul(t)));
            VectorMask<Float> free =
                    load(newCell, newCellOffset + l).abs().compare(VectorOperators.LT, bound);
            dc = FloatVector.zero(SPECIES).blend(dc, free);
            FloatVector dig = dc.mul(g).mul(i);
            dig.sub(dig.mul(i)).intoArray(gates, gi + l);
            FloatVector di = dc.mul(i);
            di.sub(di.mul(g).mul(g)).intoArray(gates, gg + l);
            FloatVector df = dc.mul(f);
            FloatVector dfc = df.mul(load(cell, cellOffset + l));
            dfc.sub(dfc.mul(f)).intoArray(gates, gf + l);
            dht.sub(dht.mul(o)).intoArray(gates, go + l);
            df.intoArray(cellAdjoint, cellAdjointOffset + l);
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
        int sixes = manyRegisters ? 0 : mostInSixes(rows);
        int fours = mostInFours(sixes, rows);
        int step = manyRegisters ? 4 : 2;
        int i = 0;
        for (; i + step <= inner; i += step) {
            if (manyRegisters) {
                outer4x4(left, leftOffset, inner, i, right, rightOffset, rows, fours, tiles, sums);
            } else {
                outer2x6(left, leftOffset, inner, i, right, rightOffset, rows, sixes, tiles, sums);
                outer2x4(
                        left,
                        leftOffset,
                        inner,
                        i,
                        right,
                        rightOffset,
                        rows,
                        sixes,
                        fours,
                        tiles,
                        sums);
            }
            for (int k = i; k < i + step; k++) {
                for (int r = fours; r < rows; r++) {
                    outer1(left, leftOffset, inner, k, right, rightOffset, rows, r, tiles, sums);
                }
            }
        }
        for (; i < inner; i++) {
            for (int r = 0; r < rows; r++) {
                outer1(left, leftOffset, inner, i, right, rightOffset, rows, r, tiles, sums);
            }
        }
    }

    private static void outer1(
            float[] left,
            int leftOffset,
            int inner,
            int i,
            float[] right,
            int rightOffset,
            int rows,
            int r,
            int tiles,
            float[] sums) {
        int s = (i * rows + r) * WIDTH;
        FloatVector sum = load(sums, s);
        for (int tile = 0; tile < tiles; tile++) {
            FloatVector a = load(left, leftOffset + (tile * inner + i) * WIDTH);
            sum = a.fma(load(right, rightOffset + (tile * rows + r) * WIDTH), sum);
        }
        sum.intoArray(sums, s);
    }

    /** Rows up to {@code end} of four rows on the left, in 21 registers. */
    private static void outer4x4(
            float[] left,
            int leftOffset,
            int inner,
            int i,
            float[] right,
            int rightOffset,
            int rows,
            int end,
            int tiles,
            float[] sums) {
        for (int r = 0; r < end; r += 4) {
            int s0 = (i * rows + r) * WIDTH;
            int s1 = s0 + rows * WIDTH;
            int s2 = s1 + rows * WIDTH;
            int s3 = s2 + rows * WIDTH;
            FloatVector c00 = load(sums, s0);
            FloatVector c01 = load(sums, s0 + WIDTH);
            FloatVector c02 = load(sums, s0 + 2 * WIDTH);
            FloatVector c03 = load(sums, s0 + 3 * WIDTH);
            FloatVector c10 = load(sums, s1);
            FloatVector c11 = load(sums, s1 + WIDTH);
            FloatVector c12 = load(sums, s1 + 2 * WIDTH);
            FloatVector c13 = load(sums, s1 + 3 * WIDTH);
            FloatVector c20 = load(sums, s2);
            FloatVector c21 = load(sums, s2 + WIDTH);
            FloatVector c22 = load(sums, s2 + 2 * WIDTH);
            FloatVector c23 = load(sums, s2 + 3 * WIDTH);
            FloatVector c30 = load(sums, s3);
            FloatVector c31 = load(sums, s3 + WIDTH);
            FloatVector c32 = load(sums, s3 + 2 * WIDTH);
            FloatVector c33 = load(sums, s3 + 3 * WIDTH);
            int a = leftOffset + i * WIDTH;
            int b = rightOffset + r * WIDTH;
            for (int tile = 0; tile < tiles; tile++) {
                FloatVector a0 = load(left, a);
                FloatVector a1 = load(left, a + WIDTH);
                FloatVector a2 = load(left, a + 2 * WIDTH);
                FloatVector a3 = load(left, a + 3 * WIDTH);
                FloatVector b0 = load(right, b);
                c00 = a0.fma(b0, c00);
                c10 = a1.fma(b0, c10);
                c20 = a2.fma(b0, c20);
                c30 = a3.fma(b0, c30);
                FloatVector b1 = load(right, b + WIDTH);
                c01 = a0.fma(b1, c01);
                c11 = a1.fma(b1, c11);
                c21 = a2.fma(b1, c21);
                c31 = a3.fma(b1, c31);
                FloatVector b2 = load(right, b + 2 * WIDTH);
                c02 = a0.fma(b2, c02);
                c12 = a1.fma(b2, c12);
                c22 = a2.fma(b2, c22);
                c32 = a3.fma(b2, c32);
                FloatVector b3 = load(right, b + 3 * WIDTH);
                c03 = a0.fma(b3, c03);
                c13 = a1.fma(b3, c13);
                c23 = a2.fma(b3, c23);
                c33 = a3.fma(b3, c33);
                a += inner * WIDTH;
                b += rows * WIDTH;
            }
            c00.intoArray(sums, s0);
            c01.intoArray(sums, s0 + WIDTH);
            c02.intoArray(sums, s0 + 2 * WIDTH);
            c03.intoArray(sums, s0 + 3 * WIDTH);
            c10.intoArray(sums, s1);
            c11.intoArray(sums, s1 + WIDTH);
            c12.intoArray(sums, s1 + 2 * WIDTH);
            c13.intoArray(sums, s1 + 3 * WIDTH);
            c20.intoArray(sums, s2);
            c21.intoArray(sums, s2 + WIDTH);
            c22.intoArray(sums, s2 + 2 * WIDTH);
            c23.intoArray(sums, s2 + 3 * WIDTH);
            c30.intoArray(sums, s3);
            c31.intoArray(sums, s3 + WIDTH);
            c32.intoArray(sums, s3 + 2 * WIDTH);
            c33.intoArray(sums, s3 + 3 * WIDTH);
        }
    }

    /** Rows up to {@code end} of two rows on the left, in 15 registers. */
    private static void outer2x6(
            float[] left,
            int leftOffset,
            int inner,
            int i,
            float[] right,
            int rightOffset,
            int rows,
            int end,
            int tiles,
            float[] sums) {
        for (int r = 0; r < end; r += 6) {
            int s0 = (i * rows + r) * WIDTH;
            int s1 = s0 + rows * WIDTH;
            FloatVector c00 = load(sums, s0);
            FloatVector c01 = load(sums, s0 + WIDTH);
            FloatVector c02 = load(sums, s0 + 2 * WIDTH);
            FloatVector c03 = load(sums, s0 + 3 * WIDTH);
            FloatVector c04 = load(sums, s0 + 4 * WIDTH);
            FloatVector c05 = load(sums, s0 + 5 * WIDTH);
            FloatVector c10 = load(sums, s1);
            FloatVector c11 = load(sums, s1 + WIDTH);
            FloatVector c12 = load(sums, s1 + 2 * WIDTH);
            FloatVector c13 = load(sums, s1 + 3 * WIDTH);
            FloatVector c14 = load(sums, s1 + 4 * WIDTH);
            FloatVector c15 = load(sums, s1 + 5 * WIDTH);
            int a = leftOffset + i * WIDTH;
            int b = rightOffset + r * WIDTH;
            for (int tile = 0; tile < tiles; tile++) {
                FloatVector a0 = load(left, a);
                FloatVector a1 = load(left, a + WIDTH);
                FloatVector b0 = load(right, b);
                c00 = a0.fma(b0, c00);
                c10 = a1.fma(b0, c10);
                FloatVector b1 = load(right, b + WIDTH);
                c01 = a0.fma(b1, c01);
                c11 = a1.fma(b1, c11);
                FloatVector b2 = load(right, b + 2 * WIDTH);
                c02 = a0.fma(b2, c02);
                c12 = a1.fma(b2, c12);
                FloatVector b3 = load(right, b + 3 * WIDTH);
                c03 = a0.fma(b3, c03);
                c13 = a1.fma(b3, c13);
                FloatVector b4 = load(right, b + 4 * WIDTH);
                c04 = a0.fma(b4, c04);
                c14 = a1.fma(b4, c14);
                FloatVector b5 = load(right, b + 5 * WIDTH);
                c05 = a0.fma(b5, c05);
                c15 = a1.fma(b5, c15);
                a += inner * WIDTH;
                b += rows * WIDTH;
            }
            c00.intoArray(sums, s0);
            c01.intoArray(sums, s0 + WIDTH);
            c02.intoArray(sums, s0 + 2 * WIDTH);
            c03.intoArray(sums, s0 + 3 * WIDTH);
            c04.intoArray(sums, s0 + 4 * WIDTH);
            c05.intoArray(sums, s0 + 5 * WIDTH);
            c10.intoArray(sums, s1);
            c11.intoArray(sums, s1 + WIDTH);
            c12.intoArray(sums, s1 + 2 * WIDTH);
            c13.intoArray(sums, s1 + 3 * WIDTH);
            c14.intoArray(sums, s1 + 4 * WIDTH);
            c15.intoArray(sums, s1 + 5 * WIDTH);
        }
    }

    /** {@link #outer2x6} with four rows at once, from {@code from} on. */
    private static void outer2x4(
            float[] left,
            int leftOffset,
            int inner,
            int i,
            float[] right,
            int rightOffset,
            int rows,
            int from,
            int end,
            int tiles,
            float[] sums) {
        for (int r = from; r < end; r += 4) {
            int s0 = (i * rows + r) * WIDTH;
            int s1 = s0 + rows * WIDTH;
            FloatVector c00 = load(sums, s0);
            FloatVector c01 = load(sums, s0 + WIDTH);
            FloatVector c02 = load(sums, s0 + 2 * WIDTH);
            FloatVector c03 = load(sums, s0 + 3 * WIDTH);
            FloatVector c10 = load(sums, s1);
            FloatVector c11 = load(sums, s1 + WIDTH);
            FloatVector c12 = load(sums, s1 + 2 * WIDTH);
            FloatVector c13 = load(sums, s1 + 3 * WIDTH);
            int a = leftOffset + i * WIDTH;
            int b = rightOffset + r * WIDTH;
            for (int tile = 0; tile < tiles; tile++) {
                FloatVector a0 = load(left, a);
                FloatVector a1 = load(left, a + WIDTH);
                FloatVector b0 = load(right, b);
                c00 = a0.fma(b0, c00);
                c10 = a1.fma(b0, c10);
                FloatVector b1 = load(right, b + WIDTH);
                c01 = a0.fma(b1, c01);
                c11 = a1.fma(b1, c11);
                FloatVector b2 = load(right, b + 2 * WIDTH);
                c02 = a0.fma(b2, c02);
                c12 = a1.fma(b2, c12);
                FloatVector b3 = load(right, b + 3 * WIDTH);
                c03 = a0.fma(b3, c03);
                c13 = a1.fma(b3, c13);
                a += inner * WIDTH;
                b += rows * WIDTH;
            }
            c00.intoArray(sums, s0);
            c01.intoArray(sums, s0 + WIDTH);
            c02.intoArray(sums, s0 + 2 * WIDTH);
            c03.intoArray(sums, s0 + 3 * WIDTH);
            c10.intoArray(sums, s1);
            c11.intoArray(sums, s1 + WIDTH);
            c12.intoArray(sums, s1 + 2 * WIDTH);
            c13.intoArray(sums, s1 + 3 * WIDTH);
        }
    }

    @Override
    public void sum(int rows, Slice a, Slice b, Slice bias, Slice out) {
        sum(
                rows,
                a.array(),
                a.offset(),
                b.array(),
                b.offset(),
                bias.array(),
                bias.offset(),
                out.array(),
                out.offset());
    }

    private static void sum(
            int rows,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset) {
        for (int r = 0; r < rows; r++) {
            int l = r * WIDTH;
            load(a, aOffset + l)
                    .add(load(b, bOffset + l))
                    .add(constant(bias[biasOffset + r]))
                    .intoArray(out, outOffset + l);
        }
    }

    @Override
    public void addToThree(int count, Slice first, Slice second, Slice third, Slice values) {
        addToThree(
                first.array(),
                first.offset(),
                second.array(),
                second.offset(),
                third.array(),
                third.offset(),
                values.array(),
                values.offset(),
                count);
    }

    private static void addToThree(
            float[] first,
            int firstOffset,
            float[] second,
            int secondOffset,
            float[] third,
            int thirdOffset,
            float[] values,
            int valuesOffset,
            int count) {
        for (int l = 0; l < count; l += WIDTH) {
            FloatVector value = load(values, valuesOffset + l);
            load(first, firstOffset + l).add(value).intoArray(first, firstOffset + l);
            load(second, secondOffset + l).add(value).intoArray(second, secondOffset + l);
            load(third, thirdOffset + l).add(value).intoArray(third, thirdOffset + l);
        }
    }

    @Override
    public void addToBoth(int tiles, int count, Slice values, Slice first, Slice second) {
        float[] array = values.array();
        int v = values.offset();
        int tile = 0;
        for (; tile + 2 <= tiles; tile += 2) {
            addTwoToBoth(
                    array,
                    v + tile * count,
                    count,
                    first.array(),
                    first.offset(),
                    second.array(),
                    second.offset());
        }
        if (tile < tiles) {
            add(first.array(), first.offset(), array, v + tile * count, count);
            add(second.array(), second.offset(), array, v + tile * count, count);
        }
    }

    private static void addTwoToBoth(
            float[] values,
            int valuesOffset,
            int count,
            float[] first,
            int firstOffset,
            float[] second,
            int secondOffset) {
        for (int l = 0; l < count; l += WIDTH) {
            int v = valuesOffset + l;
            FloatVector sum = load(values, v).add(load(values, v + count));
            load(first, firstOffset + l).add(sum).intoArray(first, firstOffset + l);
            load(second, secondOffset + l).add(sum).intoArray(second, secondOffset + l);
        }
    }

    @Override
    public void add(int count, Slice sums, Slice values) {
        add(sums.array(), sums.offset(), values.array(), values.offset(), count);
    }

    private static void add(
            float[] sums, int sumsOffset, float[] values, int valuesOffset, int count) {
        for (int l = 0; l < count; l += WIDTH) {
            load(sums, sumsOffset + l)
                    .add(load(values, valuesOffset + l))
                    .intoArray(sums, sumsOffset + l);
        }
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(SPECIES, array, offset);
    }

    private static FloatVector constant(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    @Override
    public float distance(
            float[] x, float[] y, float[] scales, float[] weights, float limit, int from, int to) {
        // Adding up the lanes of nothing takes longer than a few inputs.
        int wide = from + (to - from) / WIDTH * WIDTH;
        float sum = wide == from ? 0 : wideDistance(x, y, scales, weights, limit, from, wide);
        for (int a = wide; a < to; a++) {
            float difference = x[a] - y[a];
            sum += weights[a] * Math.min(limit, difference * difference * scales[a]);
        }
        return sum;
    }

    /** Of a multiple of the width. */
    private static float wideDistance(
            float[] x, float[] y, float[] scales, float[] weights, float limit, int from, int to) {
        FloatVector most = constant(limit);
        FloatVector even = FloatVector.zero(SPECIES);
        FloatVector odd = FloatVector.zero(SPECIES);
        int a = from;
        for (; a + 2 * WIDTH <= to; a += 2 * WIDTH) {
            even = bounded(x, y, scales, most, a).fma(load(weights, a), even);
            odd = bounded(x, y, scales, most, a + WIDTH).fma(load(weights, a + WIDTH), odd);
        }
        if (a < to) {
            even = bounded(x, y, scales, most, a).fma(load(weights, a), even);
        }
        return even.add(odd).reduceLanes(VectorOperators.ADD);
    }

    private static FloatVector bounded(
            float[] x, float[] y, float[] scales, FloatVector most, int a) {
        FloatVector difference = load(x, a).sub(load(y, a));
        return difference.mul(difference).mul(load(scales, a)).min(most);
    }
}
