package org.vsml.cli.instruments;

import static org.vsml.core.Checks.require;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.cli.internal.StreamFile;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineLearner;
import org.vsml.online.Pretrained;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one example costs that is predicted and learned: time and allocation of a call, on one
 * stream and one thread, beside the nearest of all examples seen before.
 */
@Command(
        name = "latency",
        description = {
            "Times the learning of one example, beside 1-NN over all examples seen before.",
            "A stream of noisy prototypes is learned from its beginning in each round. Times are"
                    + " processor time of the thread, medians over the rounds, of the first and of"
                    + " the second half of the stream; bytes are what a call allocates in the"
                    + " second half, examples stored for good included."
        },
        mixinStandardHelpOptions = true)
public final class LatencyCommand extends ReportingCommand {

    private static final String NEAREST = "1-nn";
    private static final double WARM_UP_SECONDS = 3;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "general-1,general-2",
            description = "Shipped algorithms (default: ${DEFAULT-VALUE}).")
    private List<String> algorithms;

    @Option(
            names = "--task",
            paramLabel = "INPUTSxCLASSES",
            split = ",",
            defaultValue = "4x3,16x26,784x10",
            description = "Tasks (default: ${DEFAULT-VALUE}).")
    private List<String> tasks;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Length of the stream (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Times that it is learned (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "" + WARM_UP_SECONDS,
            description = "Untimed learning before, at most (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the stream (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--write",
            paramLabel = "DIR",
            description =
                    "Also write the streams as INPUTSxCLASSES.csv, to show them to other programs"
                            + " (bench/moa.sh).")
    private Path write;

    /**
     * One row of the result.
     *
     * @param first_half_us processor time of an example in the first half of the stream
     * @param second_half_us the same in the second half
     * @param bytes_a_call allocated in the second half
     */
    public record Row(
            String learner,
            int inputs,
            int classes,
            int examples,
            double first_half_us,
            double second_half_us,
            double bytes_a_call,
            double accuracy) {}

    /** Predicts an example and learns it; says which class it predicted. */
    private interface Contender {
        int learn(double[] input, int label);
    }

    /** Starts a contender afresh. */
    private interface Start {
        Contender start(TaskShape task);
    }

    private record Stream(TaskShape task, double[][] inputs, int[] labels) {

        Examples examples() {
            double[] values = Arrays.stream(inputs).flatMapToDouble(Arrays::stream).toArray();
            return new Examples(task, 1, values, labels);
        }
    }

    LatencyCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /** Times as {@code ./vsml latency} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws Exception {
        return CommandLine.populateCommand(new LatencyCommand(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        require(examples >= 2, "--examples must be >= 2, got %d", examples);
        require(rounds >= 1, "--rounds must be >= 1, got %d", rounds);
        require(warmUp >= 0, "--warm-up must be >= 0, got %s", warmUp);
        List<Row> rows = new ArrayList<>();
        for (String task : tasks) {
            Stream stream = draw(shape(task));
            if (write != null) {
                StreamFile.write(write.resolve(task + ".csv"), stream.examples());
            }
            for (String algorithm : algorithms) {
                Pretrained pretrained =
                        OnlineLearner.pretrained(
                                LearningAlgorithm.fromResource(algorithm), Engine.auto());
                rows.add(measure(algorithm, stream, shape -> learner(pretrained, shape)));
            }
            rows.add(measure(NEAREST, stream, shape -> new Nearest(shape.inputs())));
        }
        return new Report("latency", seed, List.of(algorithms, tasks, examples, rounds))
                .engine(Engine.auto().name())
                .table(Table.of(Row.class, rows));
    }

    private static TaskShape shape(String task) {
        require(
                task.matches("[1-9]\\d{0,5}x[1-9]\\d{0,4}"),
                "--task must be like 784x10, got %s",
                task);
        String[] sizes = task.split("x", -1);
        return TaskShape.of(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
    }

    private Stream draw(TaskShape task) {
        RandomGenerator random = Seeds.generator(seed);
        double[][] prototypes = new double[task.classes()][task.inputs()];
        for (double[] prototype : prototypes) {
            Arrays.setAll(prototype, a -> random.nextGaussian());
        }
        double[][] inputs = new double[examples][task.inputs()];
        int[] labels = new int[examples];
        for (int t = 0; t < examples; t++) {
            labels[t] = random.nextInt(task.classes());
            double[] prototype = prototypes[labels[t]];
            Arrays.setAll(inputs[t], a -> prototype[a] + random.nextGaussian());
        }
        return new Stream(task, inputs, labels);
    }

    private static Contender learner(Pretrained pretrained, TaskShape task) {
        OnlineLearner learner = pretrained.forTask(task, 0);
        double[] probabilities = new double[task.classes()];
        return (input, label) -> {
            learner.learn(input, label, probabilities);
            return argMax(probabilities);
        };
    }

    private static int argMax(double[] values) {
        int best = 0;
        for (int b = 1; b < values.length; b++) {
            best = values[b] > values[best] ? b : best;
        }
        return best;
    }

    private Row measure(String name, Stream stream, Start start) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < warmUp * 1e9) {
            Contender contender = start.start(stream.task());
            for (int t = 0; t < examples && System.nanoTime() - began < 2 * warmUp * 1e9; t++) {
                contender.learn(stream.inputs()[t], stream.labels()[t]);
            }
        }
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[][] microseconds = new double[2][rounds];
        double[] bytes = new double[rounds];
        int right = 0;
        for (int round = 0; round < rounds; round++) {
            Contender contender = start.start(stream.task());
            right = 0;
            for (int half = 0; half < 2; half++) {
                int from = half == 0 ? 0 : examples / 2;
                int to = half == 0 ? examples / 2 : examples;
                long allocated = thread.getCurrentThreadAllocatedBytes();
                long time = thread.getCurrentThreadCpuTime();
                for (int t = from; t < to; t++) {
                    int label = stream.labels()[t];
                    right += contender.learn(stream.inputs()[t], label) == label ? 1 : 0;
                }
                double count = to - from;
                microseconds[half][round] = (thread.getCurrentThreadCpuTime() - time) / 1e3 / count;
                bytes[round] = (thread.getCurrentThreadAllocatedBytes() - allocated) / count;
            }
        }
        return new Row(
                name,
                stream.task().inputs(),
                stream.task().classes(),
                examples,
                median(microseconds[0]),
                median(microseconds[1]),
                median(bytes),
                right / (double) examples);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The label of the nearest example seen before, in float. */
    private static final class Nearest implements Contender {

        private final int size;
        private final float[] present;
        private float[] seen;
        private int[] labels = new int[64];
        private int count;

        Nearest(int size) {
            this.size = size;
            present = new float[size];
            seen = new float[labels.length * size];
        }

        @Override
        public int learn(double[] input, int label) {
            for (int a = 0; a < size; a++) {
                present[a] = (float) input[a];
            }
            int best = 0;
            float least = Float.POSITIVE_INFINITY;
            for (int s = 0; s < count; s++) {
                float distance = distance(s * size);
                if (distance < least) {
                    least = distance;
                    best = labels[s];
                }
            }
            if (count == labels.length) {
                labels = Arrays.copyOf(labels, 2 * count);
                seen = Arrays.copyOf(seen, 2 * count * size);
            }
            System.arraycopy(present, 0, seen, count * size, size);
            labels[count++] = label;
            return best;
        }

        private float distance(int from) {
            float sum = 0;
            for (int a = 0; a < size; a++) {
                float difference = present[a] - seen[from + a];
                sum += difference * difference;
            }
            return sum;
        }
    }
}
