package org.vsml.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.cpu.RecruitedUnits.Unit;
import org.vsml.cpu.vector.VectorKernels;

/**
 * Time of the search among recruited units for those nearest to an example, which is all of an
 * example of {@code general-2} that grows with what has been seen. Units and examples are normal
 * noise, so that no unit is left out early.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
public class SearchBenchmark {

    private static final int EXAMPLES = 64;
    private static final int CLASSES = 3;

    /** Inputs of an example. */
    @Param({"4", "16", "100", "784"})
    public int inputs;

    /** Recruited units. */
    @Param({"1000", "10000"})
    public int seen;

    private RecruitedUnits units;
    private Unit[] found;
    private float[] distances;
    private float[][] examples;
    private float[] scales;
    private float[] omega;
    private int next;

    /** Recruits the units. */
    @Setup
    public void prepare() {
        VsmlWithMemory model =
                (VsmlWithMemory) LearningAlgorithm.fromResource("general-2").config();
        TaskShape task = TaskShape.of(inputs, CLASSES);
        NamedArrays empty = NamedArrays.zeros(model.memoryLayout(task, 0));
        units = new RecruitedUnits(new VectorKernels(), model, task, empty, false);
        Random random = new Random(1);
        for (int s = 0; s < seen; s++) {
            units.recruit(s % CLASSES, noise(random));
        }
        found = new Unit[model.memory().neighbours()];
        distances = new float[found.length];
        examples = new float[EXAMPLES][];
        Arrays.setAll(examples, i -> noise(random));
        scales = new float[inputs];
        omega = new float[inputs];
        for (float[] ones : List.of(scales, omega)) {
            Arrays.fill(ones, 1);
        }
    }

    private float[] noise(Random random) {
        float[] values = new float[inputs];
        for (int a = 0; a < inputs; a++) {
            values[a] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Searches for one example. */
    @Benchmark
    public int nearest() {
        next = (next + 1) % EXAMPLES;
        return units.nearest(examples[next], scales, omega, found, distances);
    }
}
