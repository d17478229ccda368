package org.vsml.online;

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
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;

/**
 * Time of one example that a shipped algorithm learns online on one thread, with so many examples
 * seen before: those that an algorithm with a memory has recruited units for. Clusters of normal
 * noise.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
public class OnlineBenchmark {

    private static final int EXAMPLES = 512;

    /** An algorithm on the class path. */
    @Param({"general-1", "general-2"})
    public String algorithm;

    /** Inputs x classes. */
    @Param({"4x3", "16x26", "784x10"})
    public String task;

    /** Examples seen before. */
    @Param({"1000", "10000"})
    public int seen;

    private OnlineLearner learner;
    private double[] probabilities;
    private double[][] examples;
    private int[] labels;
    private int next;

    /** Learns what is seen before. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        String[] sizes = task.split("x", -1);
        int inputs = Integer.parseInt(sizes[0]);
        int classes = Integer.parseInt(sizes[1]);
        double[][] centres = new double[classes][inputs];
        for (double[] centre : centres) {
            fill(centre, random);
        }
        probabilities = new double[classes];
        examples = new double[EXAMPLES][inputs];
        labels = new int[EXAMPLES];
        learner =
                OnlineLearner.pretrained(LearningAlgorithm.fromResource(algorithm), Engine.auto())
                        .forTask(inputs, classes);
        for (int i = 0; i < seen; i++) {
            int slot = i % EXAMPLES;
            labels[slot] = random.nextInt(classes);
            fill(examples[slot], random);
            for (int a = 0; a < inputs; a++) {
                examples[slot][a] += centres[labels[slot]][a];
            }
            learner.learn(examples[slot], labels[slot]);
        }
    }

    private static void fill(double[] values, Random random) {
        for (int a = 0; a < values.length; a++) {
            values[a] = random.nextGaussian();
        }
    }

    /** Predicts and learns one example. */
    @Benchmark
    public Object learn() {
        next = (next + 1) % EXAMPLES;
        learner.learn(examples[next], labels[next], probabilities);
        return probabilities;
    }
}
