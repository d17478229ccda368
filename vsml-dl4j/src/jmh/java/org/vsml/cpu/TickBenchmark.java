package org.vsml.cpu;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vsml.cpu.vector.VectorKernels;

/**
 * Time of the parts of a micro tick of 16 sub-RNNs, N = 16. Narrower vectors: {@code
 * -jvmArgsPrepend -XX:UseAVX=2}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 9, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TickBenchmark {

    private static final int SIZE = 16;
    private static final int GATES = 4 * SIZE;

    /** Sub-RNNs of an invocation: those of two tiles of the widest vectors. */
    private static final int LANES = 32;

    private static final int SIXTEENS = LANES / 16;

    /** Micro ticks whose outer products are added up together, as the engine does. */
    private static final int OUTER_TICKS = 8;

    private final Random random = new Random(1);
    private final TileKernels kernels = new VectorKernels();
    private final int width = kernels.width();
    private final int span = SIZE * width;
    private final int gateSpan = GATES * width;
    private final Matrix hiddenWeights = new Matrix(gaussian(SIZE * GATES), SIZE, GATES);
    private final Matrix transposed = hiddenWeights.transposed();
    private final Matrix sums = new Matrix(new float[SIZE * GATES * width], SIZE, GATES);
    private final Slice states = new Slice(gaussian(4 * span), 0, 2 * span);
    private final Slice base = new Slice(gaussian(gateSpan));
    private final Slice biases = new Slice(gaussian(2 * GATES));
    private final float[] preActivations = gaussian(OUTER_TICKS * gateSpan);
    private final Slice gates = new Slice(preActivations.clone(), 0, gateSpan);
    private final Slice computed = new Slice(new float[2 * gateSpan], 0, gateSpan);
    private final Slice hidden = new Slice(gaussian(OUTER_TICKS * span), 0, span);
    private final Slice hiddenAdjoint = new Slice(gaussian(span));
    private final Slice cellAdjoint = new Slice(gaussian(span));
    private final Slice first = Slice.zeros(gateSpan);
    private final Slice second = Slice.zeros(gateSpan);
    private final MicroTick tick = MicroTick.unset(SIZE, 100);

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        return values;
    }

    /** Places the tick. */
    @Setup
    public void place() {
        float[] mask = new float[width];
        Arrays.fill(mask, 1);
        tick.mask().at(mask, 0);
        tick.gates().at(gates.array(), 0);
        tick.cell().at(states.array(), span);
        tick.newCell().at(new float[span], 0);
        tick.cellTanh().at(new float[span], 0);
        tick.newHidden().at(new float[span], 0);
    }

    /** Kernels overwrite gates, and sums would grow without end. */
    @Setup(Level.Iteration)
    public void reset() {
        System.arraycopy(preActivations, 0, gates.array(), 0, preActivations.length);
        Arrays.fill(sums.values(), 0);
        Arrays.fill(first.array(), 0);
        Arrays.fill(second.array(), 0);
    }

    /** The pre-activations of two outputs at once. */
    @Benchmark
    @OperationsPerInvocation(SIXTEENS)
    public Object gates() {
        for (int lane = 0; lane < LANES; lane += 2 * width) {
            kernels.multiplyPair(hiddenWeights, states, base, biases, computed);
        }
        return computed;
    }

    /** Gates, cells and hidden states. */
    @Benchmark
    @OperationsPerInvocation(SIXTEENS)
    public Object activations() {
        for (int lane = 0; lane < LANES; lane += width) {
            kernels.activate(tick);
        }
        return tick;
    }

    /** The adjoint of those. */
    @Benchmark
    @OperationsPerInvocation(SIXTEENS)
    public Object adjointOfActivations() {
        for (int lane = 0; lane < LANES; lane += width) {
            kernels.activateAdjoint(tick, hiddenAdjoint, cellAdjoint);
        }
        return tick;
    }

    /** The adjoint of the hidden states of two outputs at once. */
    @Benchmark
    @OperationsPerInvocation(SIXTEENS)
    public Object adjointToHidden() {
        for (int lane = 0; lane < LANES; lane += 2 * width) {
            kernels.multiplyPair(transposed, gates, null, null, computed);
        }
        return computed;
    }

    /** The gradient of the weights. */
    @Benchmark
    @OperationsPerInvocation(OUTER_TICKS * SIXTEENS)
    public Object adjointToWeights() {
        for (int lane = 0; lane < LANES; lane += width) {
            kernels.outer(OUTER_TICKS, hidden, gates, sums);
        }
        return sums;
    }

    /** The sums of gates over inputs and over outputs, two micro ticks at once. */
    @Benchmark
    @OperationsPerInvocation(2 * SIXTEENS)
    public Object adjointSums() {
        for (int lane = 0; lane < LANES; lane += width) {
            kernels.addToBoth(2, gateSpan, gates, first, second);
        }
        return first;
    }
}
