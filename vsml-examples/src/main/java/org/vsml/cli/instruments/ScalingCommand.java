package org.vsml.cli.instruments;

import static org.vsml.core.Checks.require;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.vsml.cli.internal.AtLeast;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.lab.Progress;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How time grows with the size of the layer and with the length of an episode, and what memory the
 * exact gradient of one long episode takes.
 */
@Command(
        name = "scaling",
        description =
                "Times an engine over layer sizes and episode lengths, and measures the memory of a"
                        + " long exact gradient.",
        mixinStandardHelpOptions = true)
public final class ScalingCommand extends ReportingCommand {

    private static final int CLASSES = 10;
    private static final double MEGABYTE = 1 << 20;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "cpu",
            description = "cpu or samediff (default: ${DEFAULT-VALUE}).")
    private String engine;

    @Option(
            names = "--inputs",
            paramLabel = "N",
            split = ",",
            description = "Layer sizes (default: 64 to 4096, doubling).")
    private List<Integer> inputs = List.of(64, 128, 256, 512, 1024, 2048, 4096);

    @Option(
            names = "--classes",
            paramLabel = "N",
            split = ",",
            description = "Numbers of classes, at 96 inputs (default: 2 to 1000).")
    private List<Integer> classes = List.of(2, 10, 30, 100, 300, 1000);

    @Option(
            names = "--lengths",
            paramLabel = "N",
            split = ",",
            description = "Episode lengths, at 96 inputs (default: 25 to 800, doubling).")
    private List<Integer> lengths = List.of(25, 50, 100, 200, 400, 800);

    @AtLeast(0)
    @Option(
            names = "--long",
            paramLabel = "T",
            defaultValue = "2000",
            description =
                    "Length of the episode whose memory is measured, at 784 inputs; 0 for none"
                            + " (default: ${DEFAULT-VALUE}).")
    private int longEpisode;

    @Option(
            names = "--budget",
            paramLabel = "MB",
            defaultValue = "512",
            description = "Memory budget of that gradient (default: ${DEFAULT-VALUE}).")
    private int budget;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "5",
            description = "Runs of each, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int repeats;

    /**
     * One row of the result.
     *
     * @param vary size, classes, length or memory
     * @param forwardMs milliseconds an example
     * @param metaGradientMs milliseconds an example, the forward pass included
     * @param nanosecondsPerSubRnn {@code metaGradientMs} over the number of sub-RNNs
     * @param heapMegabytes peak use of the heap above what there was before; 0 where not measured
     */
    public record Scaling(
            String vary,
            int inputs,
            int outputs,
            int examples,
            double forwardMs,
            double metaGradientMs,
            double nanosecondsPerSubRnn,
            double heapMegabytes) {

        private int varied(String what) {
            return switch (what) {
                case "classes" -> outputs;
                case "length" -> examples;
                default -> inputs;
            };
        }
    }

    ScalingCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /** Measures as {@code ./vsml scaling} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws Exception {
        return CommandLine.populateCommand(new ScalingCommand(), args).report();
    }

    @Override
    protected Report report() {
        require(repeats >= 1, "--repeats must be >= 1, got %d", repeats);
        require(budget >= 1, "--budget must be >= 1, got %d", budget);
        require(longEpisode >= 0, "--long must be >= 0, got %d", longEpisode);
        Learner learner = Engine.of(engine, Precision.FLOAT).learner(Vsml.PAPER);
        List<Scaling> rows = new ArrayList<>();
        int total = inputs.size() + classes.size() + lengths.size() + (longEpisode > 0 ? 1 : 0);
        try (Progress progress = new ConsoleProgress("scaling", "points", total)) {
            // Whatever comes first would pay for the compiler.
            time(learner, "warm_up", 128, CLASSES, 40);
            for (int size : inputs) {
                rows.add(time(learner, "size", size, CLASSES, 20));
                progress.step(1);
            }
            for (int outputs : classes) {
                rows.add(time(learner, "classes", 96, outputs, 20));
                progress.step(1);
            }
            for (int length : lengths) {
                rows.add(time(learner, "length", 96, CLASSES, length));
                progress.step(1);
            }
            if (longEpisode > 0) {
                rows.add(memory(learner));
                progress.step(1);
            }
        }
        return new Report("scaling", 1, config())
                .engine(engine)
                .table(Table.of(Scaling.class, rows))
                .plot(
                        "scaling.png",
                        plot(rows, "size", "inputs (times 10 outputs)"),
                        plot(rows, "classes", "outputs (times 96 inputs)"),
                        plot(rows, "length", "examples of an episode (96 inputs)"));
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("inputs", inputs);
        config.put("classes", classes);
        config.put("lengths", lengths);
        config.put("long", longEpisode);
        config.put("budget_megabytes", budget);
        config.put("repeats", repeats);
        config.put("java", System.getProperty("java.version"));
        return config;
    }

    private static LinePlot plot(List<Scaling> rows, String vary, String label) {
        List<Scaling> chosen = rows.stream().filter(row -> row.vary().equals(vary)).toList();
        boolean length = vary.equals("length");
        LinePlot plot =
                new LinePlot(
                        "Cost and " + (length ? "episode length" : "layer size"),
                        label,
                        length ? "ms an episode" : "ms an example");
        double[] x = chosen.stream().mapToDouble(row -> row.varied(vary)).toArray();
        return plot.line("forward", x, scaled(chosen, length, Scaling::forwardMs))
                .line("meta-gradient", x, scaled(chosen, length, Scaling::metaGradientMs));
    }

    private static double[] scaled(
            List<Scaling> rows, boolean episode, ToDoubleFunction<Scaling> time) {
        return rows.stream()
                .mapToDouble(r -> time.applyAsDouble(r) * (episode ? r.examples() : 1))
                .toArray();
    }

    private Scaling time(Learner learner, String vary, int size, int outputs, int length) {
        Work work = new Work(learner, size, outputs, length, RolloutOptions.DEFAULT_MEMORY_BUDGET);
        double[] forward = new double[repeats];
        double[] gradient = new double[repeats];
        for (int i = -2; i < repeats; i++) {
            long start = System.nanoTime();
            work.forward();
            long between = System.nanoTime();
            work.metaGradient();
            long end = System.nanoTime();
            if (i >= 0) {
                forward[i] = (between - start) / 1e6 / length;
                gradient[i] = (end - between) / 1e6 / length;
            }
        }
        Arrays.sort(forward);
        Arrays.sort(gradient);
        double median = gradient[repeats / 2];
        double perSubRnn = median * 1e6 / ((double) size * outputs);
        return new Scaling(vary, size, outputs, length, forward[repeats / 2], median, perSubRnn, 0);
    }

    private Scaling memory(Learner learner) {
        Work work = new Work(learner, 784, CLASSES, longEpisode, (long) (budget * MEGABYTE));
        System.gc();
        double before = used();
        List<MemoryPoolMXBean> heap =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .toList();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        long start = System.nanoTime();
        work.metaGradient();
        double milliseconds = (System.nanoTime() - start) / 1e6 / longEpisode;
        double peak =
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() / MEGABYTE;
        return new Scaling(
                "memory",
                784,
                CLASSES,
                longEpisode,
                Double.NaN,
                milliseconds,
                milliseconds * 1e6 / (784.0 * CLASSES),
                peak - before);
    }

    private static double used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
    }

    /** One episode of noise. */
    private static final class Work {
        private final Learner learner;
        private final NamedArrays metaVariables;
        private final List<NamedArrays> starts;
        private final List<Examples> episodes;
        private final List<double[]> logitGradients;
        private final RolloutOptions gradient;

        Work(Learner learner, int inputs, int classes, int length, long budget) {
            this.learner = learner;
            Random random = new Random(1);
            TaskShape task = TaskShape.of(inputs, classes);
            metaVariables = learner.initialMetaVariables(random);
            starts = List.of(learner.initialLearnedVariables(task, 1, random));
            double[] x = new double[inputs * length];
            Arrays.setAll(x, i -> random.nextGaussian());
            int[] labels = new int[length];
            Arrays.setAll(labels, t -> random.nextInt(classes));
            episodes = List.of(Examples.online(task, x, labels));
            double[] weights = new double[length * classes];
            Arrays.setAll(weights, i -> random.nextGaussian() / length);
            logitGradients = List.of(weights);
            gradient = RolloutOptions.GRADIENT.withMemoryBudget(budget);
        }

        void forward() {
            learner.run(metaVariables, starts, episodes, RolloutOptions.FORWARD).close();
        }

        void metaGradient() {
            try (Rollout rollout = learner.run(metaVariables, starts, episodes, gradient)) {
                rollout.backward(logitGradients);
            }
        }
    }
}
