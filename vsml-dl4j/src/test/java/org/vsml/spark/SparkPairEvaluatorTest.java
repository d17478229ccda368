package org.vsml.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.episode.Seeds;
import org.vsml.meta.EvaluationRequest;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.PairLosses;
import org.vsml.meta.WorkItem;

/** Spark inside this JVM, two cores. */
@Tag("spark")
class SparkPairEvaluatorTest {

    private static JavaSparkContext context;

    @BeforeAll
    static void start() {
        SparkConf conf =
                new SparkConf()
                        .setMaster("local[2]")
                        .setAppName("test")
                        .set("spark.driver.host", "127.0.0.1")
                        .set("spark.driver.bindAddress", "127.0.0.1")
                        .set("spark.ui.enabled", "false");
        context = new JavaSparkContext(conf);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void twentyGenerationsEndWithTheBitsOfARunWithoutSpark() throws Exception {
        MetaTrainingConfig config = Evolution.config(20, 8, 6);
        String here = Evolution.run(config, null);
        for (int pairsPerTask : new int[] {0, 3}) {
            String spark =
                    Evolution.run(
                            config,
                            SparkPairEvaluator.on(
                                    context,
                                    WorkerSettings.DEFAULT.withPairsPerTask(pairsPerTask)));
            assertThat(spark).as("%d pairs a task", pairsPerTask).isEqualTo(here);
        }
    }

    @Test
    void tasksThatAreKilledAreRunAgainAndChangeNothing() throws Exception {
        MetaTrainingConfig config = Evolution.config(3, 24, 40);
        String here = Evolution.run(config, null);
        Killer killer = new Killer();
        context.sc().addSparkListener(killer);
        try {
            String spark =
                    Evolution.run(
                            config,
                            SparkPairEvaluator.on(
                                    context, WorkerSettings.DEFAULT.withPairsPerTask(6)));
            assertThat(spark).isEqualTo(here);
        } finally {
            context.sc().removeSparkListener(killer);
        }
        assertThat(killer.killed).as("tasks killed in the middle").hasPositiveValue();
    }

    /** Kills the first attempt of every second task just after it began. */
    private static final class Killer extends SparkListener {

        private final Set<String> struck = ConcurrentHashMap.newKeySet();
        private final AtomicInteger killed = new AtomicInteger();

        @Override
        public void onTaskStart(SparkListenerTaskStart start) {
            int index = start.taskInfo().index();
            if (index % 2 == 0 && struck.add(start.stageId() + "/" + index)) {
                context.sc().killTaskAttempt(start.taskInfo().taskId(), false, "test");
            }
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            if (end.taskInfo().killed()) {
                killed.incrementAndGet();
            }
        }
    }

    @Test
    void everyPairComesBackOnceWithItsOwnLosses() {
        MetaTrainingConfig config = Evolution.config(1, 8, 5);
        NamedArrays start =
                config.learner()
                        .learner(WorkerSettings.engine("auto", WorkerSettings.DEFAULT.precision()))
                        .initialMetaVariables(Seeds.generator(3));
        EvaluationRequest request =
                new EvaluationRequest(config.learner(), start, 0.05, Evolution.episodes(5));
        List<WorkItem> items =
                LongStream.range(0, 7).mapToObj(i -> new WorkItem(100 - i, i)).toList();

        List<PairLosses> losses =
                SparkPairEvaluator.on(context, WorkerSettings.DEFAULT).evaluate(request, items);

        Workplace workplace =
                Workplace.of(
                        Job.of(config.learner(), Evolution.episodes(5), WorkerSettings.DEFAULT));
        assertThat(losses)
                .containsExactlyInAnyOrderElementsOf(
                        items.stream()
                                .map(
                                        item ->
                                                PairLosses.evaluate(
                                                        workplace.learner(),
                                                        start,
                                                        0.05,
                                                        workplace.episodes(),
                                                        item))
                                .toList());
    }

    @Test
    void aWorkerThatDiffersFromTheDriverIsRefusedByName() {
        MetaTrainingConfig config = Evolution.config(1, 2, 5);
        Job job = Job.of(config.learner(), Evolution.episodes(5), WorkerSettings.DEFAULT);
        Workplace here = Workplace.of(job);
        Probe right = here.probe();
        double[] start = here.learner().initialMetaVariables(Seeds.generator(1)).values();
        assertRefused(
                new Generation(
                        job,
                        new Probe("{}", right.episode(), right.plus(), right.minus()),
                        start,
                        1),
                "driver on ",
                "has other images than the driver",
                right.data());
        assertRefused(
                new Generation(
                        job,
                        new Probe(right.data(), right.episode() + 1, right.plus(), right.minus()),
                        start,
                        1),
                "driver on ",
                "draws other episodes than the driver");
        assertRefused(
                new Generation(
                        job,
                        new Probe(right.data(), right.episode(), right.plus() + 1, right.minus()),
                        start,
                        1),
                "computes other bits than the driver",
                "the same kind of CPU");
    }

    @Test
    void clustersAuthenticateUnlessTheyAreToldNotTo() {
        for (String master : List.of("yarn", "k8s://https://host:443")) {
            assertThat(authenticated(new SparkConf(false).setMaster(master))).isTrue();
        }
        SparkConf standalone = new SparkConf(false).setMaster("spark://host:7077");
        assertThatThrownBy(() -> authenticated(standalone.clone()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spark.authenticate.secret");
        assertThat(authenticated(standalone.clone().set("spark.authenticate.secret", "shared")))
                .isTrue();
        assertThat(authenticated(standalone.clone().set("spark.authenticate", "false"))).isFalse();
    }

    private static boolean authenticated(SparkConf conf) {
        SparkPairEvaluator.authenticate(conf);
        return conf.getBoolean("spark.authenticate", false);
    }

    private static void assertRefused(Generation generation, String... message) {
        Broadcast<Generation> sent = context.broadcast(generation);
        assertThatThrownBy(
                        () ->
                                context.parallelize(List.of(new WorkItem(1, 1)), 1)
                                        .map(new Generation.Evaluation(sent))
                                        .collect())
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(message);
    }

    @Test
    void aFailingEpisodeSaysWhy() {
        MetaTrainingConfig config = Evolution.config(1, 2, 5);
        EvaluationRequest request =
                new EvaluationRequest(
                        config.learner(),
                        new NamedArrays(
                                new ArrayLayout(List.of(ArrayLayout.Entry.of("few", 3))),
                                new double[3]),
                        0.05,
                        Evolution.episodes(5));
        try (SparkPairEvaluator spark = SparkPairEvaluator.on(context, WorkerSettings.DEFAULT)) {
            assertThatThrownBy(() -> spark.evaluate(request, List.of(new WorkItem(1, 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("values, got 3");
        }
        assertThat(context.sc().isStopped()).as("not the evaluator's own context").isFalse();
    }
}
