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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vsml.core.Architecture;
import org.vsml.core.Examples;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * Time of one online example of the paper's model on one thread; ten classes. Narrower vectors:
 * {@code -jvmArgsPrepend -XX:UseAVX=2}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class CpuEngineBenchmark {

    private static final int EXAMPLES = 20;
    private static final int CLASSES = 10;

    /** What stands between input and output. */
    public enum Network {
        /** Nothing: 96 inputs. */
        DENSE_96(96),
        /** Nothing: 784 inputs. */
        DENSE_784(784),
        /** 28 x 28 inputs, a 3 x 3 convolution with stride 2 and 8 channels. */
        CONVOLUTION(784, new HiddenLayer.Convolution(3, 2, 8)),
        /** 96 inputs, two dense layers. */
        DEEP(96, new HiddenLayer.Dense(32), new HiddenLayer.Dense(16));

        private final int inputs;
        private final List<HiddenLayer> hidden;

        Network(int inputs, HiddenLayer... hidden) {
            this.inputs = inputs;
            this.hidden = List.of(hidden);
        }

        private TaskShape task() {
            return this == CONVOLUTION
                    ? new TaskShape(new InputShape(28, 28, 1), CLASSES)
                    : TaskShape.of(inputs, CLASSES);
        }
    }

    /** Layers. */
    @Param public Network network;

    /** Inner loops. */
    @Param({"VECTOR", "PORTABLE"})
    public CpuEngine.Kernels kernels;

    private Learner learner;
    private NamedArrays metaVariables;
    private List<NamedArrays> starts;
    private List<Examples> episodes;
    private List<double[]> logitGradients;

    /** Draws an episode. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        Vsml paper = Vsml.PAPER;
        learner =
                new CpuEngine(kernels)
                        .learner(
                                new Vsml(
                                        paper.subRnn(),
                                        new Architecture(network.hidden),
                                        paper.dynamics()));
        TaskShape task = network.task();
        int inputs = network.inputs;
        metaVariables = learner.initialMetaVariables(random);
        starts = List.of(learner.initialLearnedVariables(task, 1, random));
        double[] x = new double[EXAMPLES * inputs];
        Arrays.setAll(x, i -> random.nextGaussian());
        int[] labels = new int[EXAMPLES];
        Arrays.setAll(labels, t -> random.nextInt(CLASSES));
        episodes = List.of(Examples.online(task, x, labels));
        double[] gradient = new double[EXAMPLES * CLASSES];
        Arrays.setAll(gradient, i -> random.nextGaussian() / EXAMPLES);
        logitGradients = List.of(gradient);
    }

    /** Two micro ticks of every sub-RNN. */
    @Benchmark
    @OperationsPerInvocation(EXAMPLES)
    public double[] forward() {
        try (Rollout rollout =
                learner.run(metaVariables, starts, episodes, RolloutOptions.FORWARD)) {
            return rollout.logits(0);
        }
    }

    /** The same, and the exact gradient with respect to the meta variables. */
    @Benchmark
    @OperationsPerInvocation(EXAMPLES)
    public double[] metaGradient() {
        try (Rollout rollout =
                learner.run(metaVariables, starts, episodes, RolloutOptions.GRADIENT)) {
            return rollout.backward(logitGradients).metaVariables();
        }
    }
}
