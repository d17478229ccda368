package org.vsml.cli.instruments;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
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
 * An online-learning service under load: many streams, several threads, each stream served a few
 * examples at a time by whichever thread is free. A stream that has come to its end makes room for
 * a new one; some are then learned again by one thread alone, and must come out bit for bit alike.
 */
@Command(
        name = "soak",
        description = "Runs many online learners on several threads and checks memory and results.",
        mixinStandardHelpOptions = true)
public final class SoakCommand extends ReportingCommand {

    private static final int LENGTH = 500;
    private static final int TURN = 20;
    private static final int CHECKED = 10;
    private static final int ROWS = 10;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Time (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "64",
            description = "Streams at the same time (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "4",
            description = "Threads that serve them (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--inputs",
            paramLabel = "N",
            defaultValue = "64",
            description = "Inputs of an example (default: ${DEFAULT-VALUE}).")
    private int inputs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the streams (default: ${DEFAULT-VALUE}).")
    private long seed;

    private final Pretrained pretrained =
            OnlineLearner.pretrained(LearningAlgorithm.fromResource("general-1"), Engine.auto());
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong learned = new AtomicLong();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong different = new AtomicLong();

    /**
     * One row of the result.
     *
     * @param heap_mb used after a collection
     */
    public record SoakSample(
            double seconds,
            long examples,
            long streams_finished,
            long streams_checked,
            long streams_different,
            double heap_mb) {}

    SoakCommand() {}

    /** Prints the table. */
    public static void main(String... args) throws Exception {
        System.out.println(runExample(args).text());
    }

    /** Runs as {@code ./vsml soak} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws Exception {
        return CommandLine.populateCommand(new SoakCommand(), args).report();
    }

    /** A stream in service. */
    private record Stream(long id, OnlineLearner learner) {}

    private Stream open() {
        return open(opened.getAndIncrement());
    }

    private Stream open(long id) {
        return new Stream(id, pretrained.forTask(TaskShape.of(inputs, 10), Seeds.derive(seed, id)));
    }

    /** Learns the examples of a stream up to {@code until}: noisy prototypes. */
    private void learn(Stream stream, long until) {
        double[] input = new double[inputs];
        for (long t = stream.learner().examples(); t < until; t++) {
            RandomGenerator random = Seeds.generator(seed, stream.id(), t);
            int label = random.nextInt(10);
            RandomGenerator prototype = Seeds.generator(seed, stream.id(), -1 - label);
            for (int i = 0; i < inputs; i++) {
                input[i] = prototype.nextGaussian() + random.nextGaussian();
            }
            stream.learner().learn(input, label);
        }
    }

    private Void serve(BlockingQueue<Stream> waiting, long end) throws InterruptedException {
        while (System.nanoTime() - end < 0) {
            Stream stream = waiting.take();
            learn(stream, stream.learner().examples() + TURN);
            learned.addAndGet(TURN);
            if (stream.learner().examples() < LENGTH) {
                waiting.put(stream);
                continue;
            }
            if (finished.getAndIncrement() % CHECKED == 0) {
                check(stream);
            }
            waiting.put(open());
        }
        return null;
    }

    private void check(Stream stream) {
        Stream alone = open(stream.id());
        learn(alone, stream.learner().examples());
        checked.incrementAndGet();
        if (!Arrays.equals(
                alone.learner().learnedVariables().values(),
                stream.learner().learnedVariables().values())) {
            different.incrementAndGet();
        }
    }

    @Override
    protected Report report() throws Exception {
        require(minutes > 0, "--minutes must be positive, got %s", minutes);
        require(streams >= 1, "--streams must be >= 1, got %d", streams);
        require(
                threads >= 1 && threads <= streams,
                "--threads must be in [1, %d], the streams, got %d",
                streams,
                threads);
        long began = System.nanoTime();
        long end = began + (long) (minutes * 60e9);
        BlockingQueue<Stream> waiting = new ArrayBlockingQueue<>(streams);
        for (int i = 0; i < streams; i++) {
            waiting.add(open());
        }
        List<SoakSample> rows = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> servers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<Void> server = () -> serve(waiting, end);
                servers.add(pool.submit(server));
            }
            for (int i = 1; i <= ROWS; i++) {
                long at = began + (end - began) * i / ROWS;
                Thread.sleep(Math.max(0, (at - System.nanoTime()) / 1_000_000));
                rows.add(row(began));
            }
            for (Future<Void> server : servers) {
                server.get();
            }
            // With what was learned and checked while the last row was made.
            waiting.forEach(this::check);
            rows.add(row(began));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a stream failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("minutes", minutes);
        config.put("streams", streams);
        config.put("threads", threads);
        config.put("inputs", inputs);
        Table table = Table.of(SoakSample.class, rows);
        return new Report("soak", seed, config).table(table).csv("soak.csv", table);
    }

    private SoakSample row(long began) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return new SoakSample(
                (System.nanoTime() - began) / 1e9,
                learned.get(),
                finished.get(),
                checked.get(),
                different.get(),
                (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
    }

    /** A stream that came out differently is a failed check. */
    @Override
    protected int exitCode(Report report) {
        return different.get() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
