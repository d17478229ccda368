package org.vsml.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.vsml.cpu.RationalTanh;
import org.vsml.cpu.TileKernels;

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
    private static final FloatVector BOUND = constant(RationalTanh.BOUND);
    private static final FloatVector MINUS_BOUND = constant(-RationalTanh.BOUND);
    private static final FloatVector P1 = constant(RationalTanh.P1);
    private static final FloatVector P3 = constant(RationalTanh.P3);
    private static final FloatVector P5 = constant(RationalTanh.P5);
    private static final FloatVector P7 = constant(RationalTanh.P7);
    private static final FloatVector P9 = constant(RationalTanh.P9);
    private static final FloatVector P11 = constant(RationalTanh.P11);
    private static final FloatVector P13 = constant(RationalTanh.P13);
    private static final FloatVector Q2 = constant(RationalTanh.Q2);
    private static final FloatVector Q4 = constant(RationalTanh.Q4);
    private static final FloatVector Q6 = constant(RationalTanh.Q6);

    /** Found by name, since the module it needs may be absent. */
    public VectorKernels() {}

    @Override
    public String name() {
        return "vector-" + SPECIES.vectorBitSize();
    }

    @Override
    public int width(int inputs) {
        return WIDTH;
    }

    @Override
    public int accumulatorLanes() {
        return WIDTH;
    }

    @Override
    public void multiply(
            float[] weights,
            int inner,
            int rows,
            float[] in,
            int inOffset,
            float[] base,
            int baseOffset,
            float[] bias,
            int biasOffset,
            float[] out,
            int outOffset,
            int width) {
        start(base, baseOffset, bias, biasOffset, out, outOffset, rows);
        int r = 0;
        for (; r + 8 <= rows; r += 8) {
            eightRows(weights, r, rows, inner, in, inOffset, out, outOffset + r * WIDTH);
        }
        for (; r < rows; r++) {
            oneRow(weights, r, rows, inner, in, inOffset, out, outOffset + r * WIDTH);
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

    private static void eightRows(
            float[] weights,
            int r,
            int rows,
            int inner,
            float[] in,
            int inOffset,
            float[] out,
            int o) {
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
    public void activate(
            int size,
            float[] gates,
            int gatesOffset,
            float[] cell,
            int cellOffset,
            float[] mask,
            float[] newCell,
            int newCellOffset,
            float[] cellTanh,
            int cellTanhOffset,
            float[] newHidden,
            int newHiddenOffset,
            float clip,
            int width) {
        int span = size * WIDTH;
        // Sigmoid of i, f and o, tanh of g.
        twoGates(gates, gatesOffset, 0.5f, gatesOffset + span, 1, span);
        twoGates(gates, gatesOffset + 2 * span, 0.5f, gatesOffset + 3 * span, 0.5f, span);
        updateCell(gates, gatesOffset, span, cell, cellOffset, newCell, newCellOffset, clip);
        tanhRows(newCell, newCellOffset, cellTanh, cellTanhOffset, span);
        output(
                gates,
                gatesOffset + 3 * span,
                cellTanh,
                cellTanhOffset,
                mask,
                newHidden,
                newHiddenOffset,
                span);
    }

    /**
     * Two gates at once share one division, by the product of their denominators: tanh of the first
     * {@code span} values, or the sigmoid, which is tanh(x / 2) / 2 + 1/2.
     *
     * <p>The polynomials are written out, which makes the method too long to be inlined. On its own
     * it stays below the compiler's limit of nodes; as a part of its caller it would pass it.
     */
    private static void twoGates(
            float[] gates, int first, float firstHalf, int second, float secondHalf, int span) {
        FloatVector a = constant(firstHalf);
        FloatVector b = constant(secondHalf);
        FloatVector restOfA = constant(1 - firstHalf);
        FloatVector restOfB = constant(1 - secondHalf);
        for (int l = 0; l < span; l += WIDTH) {
            FloatVector x = load(gates, first + l).mul(a).min(BOUND).max(MINUS_BOUND);
            FloatVector y = load(gates, second + l).mul(b).min(BOUND).max(MINUS_BOUND);
            FloatVector xx = x.mul(x);
            FloatVector yy = y.mul(y);
            FloatVector p = Q6.fma(xx, Q4).fma(xx, Q2).fma(xx, ONE);
            FloatVector q = Q6.fma(yy, Q4).fma(yy, Q2).fma(yy, ONE);
            FloatVector inverse = ONE.div(p.mul(q));
            FloatVector u = P13.fma(xx, P11).fma(xx, P9).fma(xx, P7);
            FloatVector v = P13.fma(yy, P11).fma(yy, P9).fma(yy, P7);
            u = u.fma(xx, P5).fma(xx, P3).fma(xx, P1).mul(x);
            v = v.fma(yy, P5).fma(yy, P3).fma(yy, P1).mul(y);
            u.mul(inverse.mul(q)).fma(a, restOfA).intoArray(gates, first + l);
            v.mul(inverse.mul(p)).fma(b, restOfB).intoArray(gates, second + l);
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
        for (int l = 0; l < span; l += WIDTH) {
            load(gates, f + l)
                    .fma(load(cell, c + l), load(gates, i + l).mul(load(gates, g + l)))
                    .min(constant(clip))
                    .max(constant(-clip))
                    .intoArray(newCell, to + l);
        }
    }

    private static void tanhRows(float[] from, int f, float[] to, int t, int span) {
        for (int l = 0; l < span; l += WIDTH) {
            FloatVector x = clamp(load(from, f + l));
            FloatVector square = x.mul(x);
            x.mul(numerator(square)).div(denominator(square)).intoArray(to, t + l);
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
            int span) {
        FloatVector lanes = load(mask, 0);
        for (int l = 0; l < span; l += WIDTH) {
            load(gates, o + l).mul(load(cellTanh, t + l)).mul(lanes).intoArray(newHidden, h + l);
        }
    }

    private static FloatVector clamp(FloatVector x) {
        return x.min(BOUND).max(MINUS_BOUND);
    }

    private static FloatVector numerator(FloatVector square) {
        return P13.fma(square, P11)
                .fma(square, P9)
                .fma(square, P7)
                .fma(square, P5)
                .fma(square, P3)
                .fma(square, P1);
    }

    private static FloatVector denominator(FloatVector square) {
        return Q6.fma(square, Q4).fma(square, Q2).fma(square, ONE);
    }

    @Override
    public void activateAdjoint(
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
            int cellAdjointOffset,
            int width) {
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
    public void outer(
            float[] left,
            int leftOffset,
            int inner,
            float[] right,
            int rightOffset,
            int rows,
            int tiles,
            float[] sums,
            int width) {
        int i = 0;
        for (; i + 4 <= inner; i += 4) {
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                outer4x4(left, leftOffset, inner, i, right, rightOffset, rows, r, tiles, sums);
            }
            for (; r < rows; r++) {
                for (int k = i; k < i + 4; k++) {
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

    private static void outer4x4(
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
        for (int tile = 0; tile < tiles; tile++) {
            int b = rightOffset + (tile * rows + r) * WIDTH;
            FloatVector b0 = load(right, b);
            FloatVector b1 = load(right, b + WIDTH);
            FloatVector b2 = load(right, b + 2 * WIDTH);
            FloatVector b3 = load(right, b + 3 * WIDTH);
            int a = leftOffset + (tile * inner + i) * WIDTH;
            FloatVector a0 = load(left, a);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = load(left, a + WIDTH);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = load(left, a + 2 * WIDTH);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = load(left, a + 3 * WIDTH);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
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

    @Override
    public void add(float[] sums, int sumsOffset, float[] values, int valuesOffset, int count) {
        // Rows of tiles: count is a multiple of the width.
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
}
