package org.vsml.spark;

import static org.vsml.core.Checks.require;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.meta.EvaluationRequest;
import org.vsml.meta.PairEvaluator;
import org.vsml.meta.PairLosses;
import org.vsml.meta.WorkItem;

/**
 * Evaluates the pairs of evolution strategies on Apache Spark.
 *
 * <pre>{@code
 * try (SparkPairEvaluator spark =
 *         SparkPairEvaluator.connect("local[2]", WorkerSettings.DEFAULT)) {
 *     MetaTrainer.of(MetaTrainingConfig.named("mnist-es")).evaluator(spark).run();
 * }
 * }</pre>
 *
 * <p>V_M is broadcast once a generation; a pair is two seeds on the way out and its losses on the
 * way back. The result is that of a run without Spark, bit for bit, on any number of workers: a
 * pair is a pure function of its seeds, and the trainer adds pairs up in the order of their seeds.
 * So tasks that are lost with their machine, or run twice, change nothing. A worker whose data or
 * arithmetic is not the driver's is refused with the reason, when it evaluates its first pair.
 *
 * <p>To be used by one thread at a time.
 */
public final class SparkPairEvaluator implements PairEvaluator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SparkPairEvaluator.class);

    /** Enough for the load to be even, and few beside the cost of a pair. */
    private static final int TASKS_PER_CORE = 3;

    private static final String VECTOR_MODULE = "--add-modules jdk.incubator.vector";
    private static final String SECRET = "spark.authenticate.secret";
    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

    private final JavaSparkContext context;
    private final boolean owner;
    private final WorkerSettings settings;

    private SparkPairEvaluator(JavaSparkContext context, boolean owner, WorkerSettings settings) {
        require(settings != null, "settings must not be null");
        this.context = context;
        this.owner = owner;
        this.settings = settings;
    }

    /** On a context of the caller's, which stays open. Its executors must have this library. */
    public static SparkPairEvaluator on(JavaSparkContext context, WorkerSettings settings) {
        require(context != null, "context must not be null");
        return new SparkPairEvaluator(context, false, settings);
    }

    /**
     * On a context of its own, which {@link #close} stops. Executors on other machines are given
     * this JVM's class path, so that the library must lie in the same place there. What is set as a
     * system property {@code spark.…}, as {@code spark-submit} does, is kept.
     *
     * @param master such as {@code local[2]} or {@code spark://host:7077}
     * @throws IllegalArgumentException if this JVM lacks the flags that Spark needs, or there is no
     *     such master
     */
    public static SparkPairEvaluator connect(String master, WorkerSettings settings) {
        require(master != null && !master.isBlank(), "master must be given, such as local[2]");
        requireOpen("java.nio");
        requireOpen("sun.nio.ch");
        SparkConf conf = new SparkConf().setMaster(master).setIfMissing("spark.app.name", "vsml");
        conf.setIfMissing("spark.ui.enabled", "false");
        conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
        if (master.startsWith("local")) {
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        } else {
            conf.setIfMissing("spark.executor.extraClassPath", absoluteClassPath());
            authenticate(conf);
        }
        String options = conf.get(EXECUTOR_OPTIONS, "");
        if (!options.contains(VECTOR_MODULE)) {
            conf.set(EXECUTOR_OPTIONS, (options + " " + VECTOR_MODULE).strip());
        }
        try {
            return new SparkPairEvaluator(new JavaSparkContext(conf), true, settings);
        } catch (Exception e) {
            // Spark is written in Scala, whose exceptions are not declared.
            throw new IllegalArgumentException(
                    "cannot connect to Spark at " + master + ": " + e.getMessage(), e);
        }
    }

    /**
     * Nobody without the secret may hand work to executors. YARN and Kubernetes make a secret by
     * themselves; a standalone cluster must be given one.
     */
    static void authenticate(SparkConf conf) {
        conf.setIfMissing("spark.authenticate", "true");
        require(
                !conf.getBoolean("spark.authenticate", true)
                        || !conf.get("spark.master").startsWith("spark://")
                        || conf.contains(SECRET)
                        || System.getenv("_SPARK_AUTH_SECRET") != null,
                "a Spark cluster needs a secret that its machines share: give the same %s to the master,"
                        + " the workers and this JVM (VSML_JVM=-D%s=...), or, on a network that you"
                        + " trust, -Dspark.authenticate=false",
                SECRET,
                SECRET);
    }

    private static void requireOpen(String name) {
        require(
                ByteBuffer.class.getModule().isOpen(name, SparkPairEvaluator.class.getModule()),
                "Spark needs the JVM flags --add-opens java.base/java.nio=ALL-UNNAMED --add-opens"
                        + " java.base/sun.nio.ch=ALL-UNNAMED --add-opens"
                        + " java.base/java.lang.invoke=ALL-UNNAMED --add-opens"
                        + " java.base/java.util=ALL-UNNAMED; ./vsml --spark gives them");
    }

    private static String absoluteClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Override
    public List<PairLosses> evaluate(EvaluationRequest request, List<WorkItem> items) {
        Job job = Job.of(request.learner(), request.episodes(), settings);
        Probe probe = Workplace.of(job).probe();
        Broadcast<Generation> generation =
                context.broadcast(
                        new Generation(
                                job, probe, request.metaVariables().values(), request.sigma()));
        try {
            return context.parallelize(items, tasks(items.size()))
                    .map(new Generation.Evaluation(generation))
                    .collect();
        } catch (Exception e) {
            // A worker's own exception says more than Spark's account of it.
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw new IllegalArgumentException(refusal.getMessage(), e);
            }
            throw new IllegalStateException("Spark gave up: " + e.getMessage(), e);
        } finally {
            forget(generation);
        }
    }

    private int tasks(int items) {
        int wanted =
                settings.pairsPerTask() == 0
                        ? TASKS_PER_CORE * context.defaultParallelism()
                        : (items + settings.pairsPerTask() - 1) / settings.pairsPerTask();
        return Math.max(1, Math.min(items, wanted));
    }

    private void forget(Broadcast<Generation> generation) {
        if (context.sc().isStopped()) {
            return;
        }
        try {
            generation.destroy();
        } catch (Exception e) {
            LOG.debug("an old generation stays on the workers", e);
        }
    }

    /** Stops the context if it is this evaluator's own. */
    @Override
    public void close() {
        if (owner) {
            context.close();
        }
    }
}
