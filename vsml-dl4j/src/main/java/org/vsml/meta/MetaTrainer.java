package org.vsml.meta;

import static org.vsml.core.Checks.require;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Workers;
import org.vsml.episode.DataSets;

/**
 * Meta-trains a learner: finds meta variables V_M with which it learns well (paper, algorithm 1).
 *
 * <pre>{@code
 * MetaTrainingResult result =
 *         MetaTrainer.of(MetaTrainingConfig.named("tiny")).threads(2).seed(1).folder(out).run();
 * result.algorithm().save(file);
 * }</pre>
 *
 * <p>The result is a function of configuration, seed, initial meta variables and engine: the same
 * bits for any number of threads, and whether or not the run was stopped and resumed. Each episode
 * is one task of a fixed pool of threads, and what they give is added up in their order.
 *
 * <p>A trainer is set up and run by one thread, once; {@link #stop} may be called from any.
 */
public final class MetaTrainer {

    private static final Logger LOG = LoggerFactory.getLogger(MetaTrainer.class);

    private final MetaTrainingConfig config;
    private final CountDownLatch left = new CountDownLatch(1);
    private Engine engine;
    private DataSets data;
    private int threads = 1;
    private long seed = 1;
    private long steps;
    private RunFolder folder;
    private boolean resume;
    private LearningAlgorithm initial;
    private String reproduce;
    private PairEvaluator evaluator;
    private MetaTrainingListener listener = new MetaTrainingListener() {};
    private Workers workers;
    private volatile boolean stopped;

    private MetaTrainer(MetaTrainingConfig config) {
        this.config = config;
        steps = config.steps();
    }

    /** A trainer with the defaults: one thread, seed 1, the best engine here, no files. */
    public static MetaTrainer of(MetaTrainingConfig config) {
        require(config != null, "the configuration must not be null");
        return new MetaTrainer(config);
    }

    /** Runs learners on this engine. */
    public MetaTrainer engine(Engine value) {
        engine = value;
        return this;
    }

    /** Takes image sets from here; default {@link DataSets#in} of no folder. */
    public MetaTrainer data(DataSets value) {
        data = value;
        return this;
    }

    /** Runs so many episodes at the same time. */
    public MetaTrainer threads(int value) {
        require(value >= 1 && value <= 4096, "threads must be in [1, 4096], got %d", value);
        threads = value;
        return this;
    }

    /** Seed of all that is random. */
    public MetaTrainer seed(long value) {
        seed = value;
        return this;
    }

    /** Stops after so many steps, counted from the first; at most those of all phases. */
    public MetaTrainer steps(long value) {
        require(
                value >= 1 && value <= config.steps(),
                "steps must be in [1, %d], the steps of all phases, got %d",
                config.steps(),
                value);
        steps = value;
        return this;
    }

    /** Starts from the meta variables of this algorithm instead of random ones. */
    public MetaTrainer initial(LearningAlgorithm value) {
        initial = value;
        return this;
    }

    /**
     * Keeps checkpoints, metrics and learning algorithms in this folder, which is made if it is
     * missing.
     */
    public MetaTrainer folder(Path value) throws IOException {
        folder = new RunFolder(value);
        return this;
    }

    /**
     * Whether to go on from the latest checkpoint in the folder, if there is one. The configuration
     * may differ from that of the checkpoint in the phases that had not begun, in evaluation,
     * checkpoints and divergence.
     */
    public MetaTrainer resume(boolean value) {
        resume = value;
        return this;
    }

    /** Is told how it gets on. */
    public MetaTrainer listener(MetaTrainingListener value) {
        listener = Objects.requireNonNull(value);
        return this;
    }

    /** Evaluates the pairs of evolution strategies elsewhere; default on the threads here. */
    public MetaTrainer evaluator(PairEvaluator value) {
        evaluator = value;
        return this;
    }

    /** The command that provenance names as the one that makes the algorithm again. */
    public MetaTrainer reproduce(String command) {
        reproduce = command;
        return this;
    }

    /**
     * Gives up the step in progress, writes a checkpoint of the last one that is complete, and lets
     * {@link #run} return; waits for that for at most {@code seconds}.
     *
     * @return whether {@link #run} has done its work
     */
    public boolean stop(long seconds) throws InterruptedException {
        requestStop();
        return left.await(seconds, TimeUnit.SECONDS);
    }

    /** As {@link #stop}, but does not wait, so that a listener can call it. */
    public void requestStop() {
        stopped = true;
        Workers running = workers;
        if (running != null) {
            running.stop();
        }
    }

    /**
     * Meta-trains.
     *
     * @throws IOException if a file cannot be read or written, or another run has the folder
     * @throws IllegalArgumentException if the folder holds another run, or a checkpoint while not
     *     resuming; or the data lacks a set
     * @throws DivergenceException if a loss or V_M is not finite, or the loss stays too high
     */
    public MetaTrainingResult run() throws IOException {
        try (Closeable lock = folder == null ? () -> {} : folder.lock();
                Workers pool = new Workers(threads, "vsml-meta-training")) {
            LOG.debug("holding {}", lock);
            workers = pool;
            if (stopped) {
                pool.stop();
            }
            return new MetaTrainingRun(settings(), pool, () -> stopped).run();
        } finally {
            left.countDown();
        }
    }

    private RunSettings settings() {
        return new RunSettings(
                config,
                engine == null ? Engine.auto() : engine,
                data == null ? DataSets.in(null) : data,
                seed,
                steps,
                folder,
                resume,
                initial,
                reproduce,
                evaluator,
                listener);
    }
}
