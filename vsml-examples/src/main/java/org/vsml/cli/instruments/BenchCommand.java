package org.vsml.cli.instruments;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import org.vsml.cli.instruments.Workload.Work;
import org.vsml.cli.internal.AtLeast;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Architecture;
import org.vsml.core.Engine;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.Precision;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.cpu.CpuEngine;
import org.vsml.lab.Progress;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times the engines on one dense layer with the paper's sub-RNN, beside each other and beside an
 * implementation in another framework. All take turns, round by round, so that whatever else the
 * machine does hits them alike.
 */
@Command(
        name = "bench",
        description = {
            "Times the engines, and a peer in another framework, in alternation.",
            "Work: forward is a run over the episodes; meta_gradient is that and the exact gradient"
                    + " of the mean cross-entropy with respect to V_M. Medians over all rounds, in"
                    + " milliseconds per example and episode; times_peer is that time over the"
                    + " peer's, below 1 where the engine is faster."
        },
        mixinStandardHelpOptions = true)
public final class BenchCommand extends ReportingCommand {

    private static final String PEER = "peer";

    /** The CPU engine without the Vector API. */
    private static final String PORTABLE = CpuEngine.NAME + "-portable";

    @Option(
            names = "--inputs",
            paramLabel = "N",
            defaultValue = "784",
            description = "Values of an example (default: ${DEFAULT-VALUE}).")
    private int inputs;

    @Option(
            names = "--outputs",
            paramLabel = "N",
            defaultValue = "10",
            description = "Classes (default: ${DEFAULT-VALUE}).")
    private int outputs;

    @Option(
            names = "--convolution",
            description =
                    "Put a 3 x 3 convolution with stride 2 and 8 channels below the dense layer;"
                            + " --inputs is a square image. Its peer is"
                            + " bench/torch_vsml_convolution.py.")
    private boolean convolution;

    @Option(
            names = "--episodes",
            paramLabel = "N",
            defaultValue = "2",
            description = "Episodes side by side (default: ${DEFAULT-VALUE}).")
    private int episodes;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "10",
            description = "Examples of an episode (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of each (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Engines to time: samediff, cpu, cpu-portable (default: all there are in float).")
    private List<String> engineNames = List.of();

    @Option(
            names = "--peer",
            paramLabel = "PATH",
            description =
                    "Python script that does the same work and prints lines"
                            + " 'forward_ms_per_example N' and 'meta_gradient_ms_per_example N'.")
    private Path peer;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "/usr/bin/python3",
            description = "Runs the peer (default: ${DEFAULT-VALUE}).")
    private String python;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "5",
            description = "Timed runs in a turn (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @AtLeast(0)
    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "12",
            description =
                    "Untimed runs of each engine before the first turn (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of weights and examples (default: ${DEFAULT-VALUE}).")
    private long seed;

    /**
     * One row of the result.
     *
     * @param work forward or meta_gradient
     * @param msPerExample milliseconds per example and episode, median
     * @param timesPeer {@code msPerExample} over the peer's; not a number without a peer
     */
    public record Throughput(
            String engine,
            String work,
            int inputs,
            int outputs,
            int episodes,
            int threads,
            double msPerExample,
            double timesPeer) {}

    /** The times of one contender, in milliseconds per example, for each work. */
    private record Times(String name, Map<Work, List<Double>> measured) {
        Times(String name) {
            this(
                    name,
                    Map.of(Work.FORWARD, new ArrayList<>(), Work.META_GRADIENT, new ArrayList<>()));
        }
    }

    BenchCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /** Times as {@code ./vsml bench} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws Exception {
        return CommandLine.populateCommand(new BenchCommand(), args).report();
    }

    private Vsml model() {
        return convolution
                ? new Vsml(
                        Vsml.PAPER.subRnn(),
                        new Architecture(List.of(new HiddenLayer.Convolution(3, 2, 8))),
                        Vsml.PAPER.dynamics())
                : Vsml.PAPER;
    }

    private TaskShape task() {
        if (!convolution) {
            return TaskShape.of(inputs, outputs);
        }
        int side = (int) Math.round(Math.sqrt(inputs));
        require(
                side * side == inputs,
                "--inputs must be a square number with --convolution, got %d",
                inputs);
        return new TaskShape(new InputShape(side, side, 1), outputs);
    }

    @Override
    protected Report report() throws IOException, InterruptedException {
        Map.of(
                        "--inputs", inputs,
                        "--outputs", outputs,
                        "--episodes", episodes,
                        "--examples", examples,
                        "--threads", threads,
                        "--rounds", rounds,
                        "--repeats", repeats)
                .forEach((name, n) -> require(n >= 1, "%s must be >= 1, got %d", name, n));
        require(warmUp >= 0, "--warm-up must be >= 0, got %d", warmUp);
        Workload.Size size = new Workload.Size(inputs, outputs, episodes, examples);
        PeerScript script = peer == null ? null : new PeerScript(python, peer);
        Map<String, Engine> engines = engines();

        Map<String, Workload> workloads = new LinkedHashMap<>();
        Map<String, Times> times = new LinkedHashMap<>();
        for (Map.Entry<String, Engine> entry : engines.entrySet()) {
            String name = entry.getKey();
            workloads.put(name, new Workload(entry.getValue(), model(), task(), size, seed));
            times.put(name, new Times(name));
        }
        if (script != null) {
            times.put(PEER, new Times(PEER));
        }
        ForkJoinPool pool = new ForkJoinPool(threads);
        try (Progress progress =
                new ConsoleProgress("bench", "turns", (long) rounds * times.size())) {
            for (Workload workload : workloads.values()) {
                for (int i = 0; i < warmUp; i++) {
                    within(pool, () -> workload.run(Work.FORWARD));
                    within(pool, () -> workload.run(Work.META_GRADIENT));
                }
            }
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, Workload> entry : workloads.entrySet()) {
                    progress.say("%s", entry.getKey());
                    measure(pool, entry.getValue(), times.get(entry.getKey()));
                    progress.step(1);
                }
                if (script != null) {
                    progress.say("%s", PEER);
                    PeerScript.Times peerTimes = script.run(size, threads, repeats);
                    Map<Work, List<Double>> measured = times.get(PEER).measured();
                    measured.get(Work.FORWARD).add(peerTimes.forward());
                    measured.get(Work.META_GRADIENT).add(peerTimes.metaGradient());
                    progress.step(1);
                }
            }
        } finally {
            pool.shutdown();
        }
        return new Report("bench", seed, config(engines))
                .engine(String.join(",", engines.keySet()))
                .table(Table.of(Throughput.class, rows(times)));
    }

    private void measure(ForkJoinPool pool, Workload workload, Times times)
            throws InterruptedException {
        for (Work work : Work.values()) {
            for (int i = 0; i < repeats; i++) {
                long start = System.nanoTime();
                within(pool, () -> workload.run(work));
                double milliseconds = (System.nanoTime() - start) / 1e6;
                times.measured().get(work).add(milliseconds / ((double) episodes * examples));
            }
        }
    }

    /** Engines spread work over the pool they are called from. */
    private static void within(ForkJoinPool pool, Runnable work) throws InterruptedException {
        try {
            pool.submit(work).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the engine failed: " + e.getCause(), e.getCause());
        }
    }

    private List<Throughput> rows(Map<String, Times> times) {
        List<Throughput> rows = new ArrayList<>();
        for (Work work : Work.values()) {
            double peerTime =
                    times.containsKey(PEER)
                            ? median(times.get(PEER).measured().get(work))
                            : Double.NaN;
            for (Times each : times.values()) {
                double time = median(each.measured().get(work));
                rows.add(
                        new Throughput(
                                each.name(),
                                work.name().toLowerCase(Locale.ROOT),
                                inputs,
                                outputs,
                                episodes,
                                threads,
                                time,
                                time / peerTime));
            }
        }
        return rows;
    }

    private Map<String, Engine> engines() {
        List<String> names = new ArrayList<>(engineNames);
        if (names.isEmpty()) {
            names.addAll(Engine.names(Precision.FLOAT));
            names.add(PORTABLE);
        }
        Map<String, Engine> engines = new LinkedHashMap<>();
        for (String name : names) {
            engines.put(
                    name,
                    name.equals(PORTABLE)
                            ? new CpuEngine(CpuEngine.Kernels.PORTABLE)
                            : Engine.of(name, Precision.FLOAT));
        }
        return engines;
    }

    private Map<String, Object> config(Map<String, Engine> engines) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("engines", engines.keySet());
        config.put(
                "kernels",
                engines.values().stream()
                        .filter(engine -> engine instanceof CpuEngine)
                        .map(engine -> ((CpuEngine) engine).kernels())
                        .toList());
        config.put("peer", peer == null ? null : peer.getFileName().toString());
        config.put("convolution", convolution);
        config.put("inputs", inputs);
        config.put("outputs", outputs);
        config.put("episodes", episodes);
        config.put("examples", examples);
        config.put("threads", threads);
        config.put("rounds", rounds);
        config.put("repeats", repeats);
        config.put("warm_up", warmUp);
        config.put("java", System.getProperty("java.version"));
        return config;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
