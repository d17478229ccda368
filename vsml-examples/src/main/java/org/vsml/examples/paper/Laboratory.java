package org.vsml.examples.paper;

import static org.vsml.core.Checks.require;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Provenance;
import org.vsml.episode.DataSets;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.MetaTrainingResult;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;
import org.vsml.meta.StepMetrics;

/**
 * Where figures are made: data, engine, and the meta-trained learning algorithms, which are kept in
 * a folder and made only where they are missing. Meta-training gets a share of the processor time
 * there is; what it came to in that time is in the algorithm's provenance.
 */
final class Laboratory {

    /** Outer steps · population · examples of an episode (appendix C.2). */
    static final double PAPER_EXAMPLES = 10_000.0 * 1024 * 500;

    private static final String STEPS = "steps";
    private static final String EXAMPLES = "examples";
    private static final String MINUTES = "processor_minutes";

    /** A phase longer than any budget. */
    private static final long ENDLESS = 10_000_000;

    /** Steps that tell whether learning has appeared. */
    private static final int WINDOW = 50;

    private static final double LEARNING = 0.27;

    private final DataSets data;
    private final Engine engine;
    private final Path folder;
    private final long seed;
    private final int threads;
    private final Consumer<String> log;
    private final Map<Training, LearningAlgorithm> known = new LinkedHashMap<>();
    private final Outcomes outcomes;
    private final Set<Training> due = new LinkedHashSet<>();
    private double minutes;
    private double weights;

    /**
     * @param data image sets
     * @param engine that runs VSML; baselines run in SameDiff
     * @param folder for learning algorithms and what they did; made if it is missing
     * @param seed of all that is random
     * @param threads streams or episodes at the same time
     * @param log is told what begins
     */
    Laboratory(
            DataSets data,
            Engine engine,
            Path folder,
            long seed,
            int threads,
            Consumer<String> log) {
        require(threads >= 1, "threads must be >= 1, got %d", threads);
        this.data = data;
        this.engine = engine;
        this.folder = folder.resolve("algorithms");
        outcomes = new Outcomes(folder.resolve("outcomes"), seed, threads);
        this.seed = seed;
        this.threads = threads;
        this.log = log;
    }

    /** What learners did on test sets. */
    Outcomes outcomes() {
        return outcomes;
    }

    DataSets data() {
        return data;
    }

    Engine engine() {
        return engine;
    }

    long seed() {
        return seed;
    }

    int threads() {
        return threads;
    }

    void say(String message) {
        log.accept(message);
    }

    /**
     * Shares out time among those meta-trainings of the figures that have not been made yet.
     *
     * @param budget processor minutes for all of them together
     * @param more whether those that have been made go on with a share, too
     */
    void plan(Collection<Figure> figures, double budget, boolean more) {
        require(budget > 0, "the budget must be positive, got %s minutes", budget);
        due.clear();
        for (Figure figure : figures) {
            for (Training training : figure.trainings()) {
                addDue(training, more);
            }
        }
        weights = due.stream().mapToDouble(Training::weight).sum();
        minutes = budget;
        log.accept(
                String.format(
                        Locale.ROOT,
                        "%d learning algorithms to meta-train in %.1f processor minutes",
                        due.size(),
                        budget));
    }

    private void addDue(Training training, boolean more) {
        if ((more || !Files.exists(file(training))) && due.add(training)) {
            training.start().ifPresent(start -> addDue(start, more));
        }
    }

    private Path file(Training training) {
        return folder.resolve(training.name() + LearningAlgorithm.EXTENSION);
    }

    /** The meta-trained algorithm: read if there is one, else made now. */
    LearningAlgorithm algorithm(Training training) throws IOException {
        LearningAlgorithm algorithm = known.get(training);
        if (algorithm == null) {
            Path file = file(training);
            boolean made = Files.exists(file);
            algorithm = made ? LearningAlgorithm.load(file) : null;
            if (!made || due.contains(training)) {
                algorithm = metaTrain(training, algorithm, file);
            }
            known.put(training, algorithm);
        }
        return algorithm;
    }

    /**
     * Makes an algorithm, or goes on with it.
     *
     * @param made what there is of it, or null
     */
    private LearningAlgorithm metaTrain(Training training, LearningAlgorithm made, Path file)
            throws IOException {
        require(weights > 0, "%s was not planned for", training.name());
        LearningAlgorithm start = made;
        if (made == null && training.start().isPresent()) {
            start = algorithm(training.start().get());
        }
        double own = minutes * training.weight() / weights;
        log.accept(
                String.format(
                        Locale.ROOT,
                        "meta-training %s for %.1f processor minutes",
                        training.name(),
                        own));
        Progress progress = new Progress((long) (own * 60e9));
        if (training.configuration().isPresent()) {
            return configured(training, training.configuration().get(), file, progress);
        }
        List<Stage> stages = training.stages();
        if (made != null) {
            progress.before = made.provenance().trainingLog().getOrDefault(STEPS, 0.0).longValue();
        }
        if (made != null && training.start().isEmpty() && stages.size() > 1) {
            stages = stages.subList(1, stages.size());
        }
        LearningAlgorithm algorithm = start;
        for (int i = 0; i < stages.size() && !progress.over(); i++) {
            boolean first = start == null && training.method() == Method.VSML && i == 0;
            progress.beginStage(first, stages.size() - i);
            algorithm = run(training, stages.get(i), i, algorithm, progress);
            log.accept(
                    String.format(
                            Locale.ROOT,
                            "  %s, part %d: %d steps, %.1f minutes, accuracy %.3f",
                            training.name(),
                            i + 1,
                            progress.steps,
                            progress.minutes(),
                            progress.accuracy()));
        }
        Files.createDirectories(folder);
        LearningAlgorithm result = withProvenance(training, algorithm, start, progress);
        result.save(file);
        return result;
    }

    /** A configuration of the library as it is, cut to the budget. */
    private LearningAlgorithm configured(
            Training training, String name, Path file, Progress progress) throws IOException {
        MetaTrainer trainer =
                MetaTrainer.of(MetaTrainingConfig.named(name))
                        .engine(engine)
                        .data(data)
                        .threads(threads)
                        .seed(seed)
                        .folder(folder.resolve(name))
                        .resume(true)
                        .listener(progress);
        progress.trainer = trainer;
        progress.beginStage(false, 1);
        LearningAlgorithm result =
                withProvenance(training, trainer.run().algorithm(), null, progress);
        result.save(file);
        return result;
    }

    private LearningAlgorithm run(
            Training training, Stage stage, int index, LearningAlgorithm before, Progress progress)
            throws IOException {
        Method method = training.method();
        GradientEstimator.Backpropagation estimator =
                GradientEstimator.Backpropagation.clipped(stage.clip())
                        .withTogether(method.anySize() ? 1 : stage.batch());
        Phase phase =
                Phase.of(
                                ENDLESS,
                                training.set().episodes(method, training.projected(), stage),
                                stage.batch(),
                                estimator,
                                Optimizer.Adam.of(Schedule.constant(stage.rate())))
                        .withPool(stage.pool());
        MetaTrainer trainer =
                MetaTrainer.of(MetaTrainingConfig.of(training.name(), method.config(), phase))
                        .engine(engine)
                        .data(data)
                        .threads(method.anySize() ? threads : 1)
                        .seed(seed + index + progress.before)
                        .listener(progress);
        if (before != null) {
            trainer.initial(before);
        }
        progress.trainer = trainer;
        MetaTrainingResult result = trainer.run();
        return result.algorithm();
    }

    private LearningAlgorithm withProvenance(
            Training training,
            LearningAlgorithm algorithm,
            LearningAlgorithm start,
            Progress progress) {
        Provenance made = algorithm.provenance();
        Map<String, Double> before = start == null ? Map.of() : start.provenance().trainingLog();
        double examples = before.getOrDefault(EXAMPLES, 0.0) + progress.examples;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(STEPS, before.getOrDefault(STEPS, 0.0) + progress.steps);
        figures.put(EXAMPLES, examples);
        figures.put(MINUTES, before.getOrDefault(MINUTES, 0.0) + progress.minutes());
        figures.put("accuracy", progress.accuracy());
        figures.put("share_of_paper", examples / PAPER_EXAMPLES);
        return new LearningAlgorithm(
                algorithm.config(),
                algorithm.metaVariables(),
                made.toBuilder()
                        .name(training.name())
                        .createdNow()
                        .seed(seed)
                        .config(training.name())
                        .trainingLog(figures)
                        .reproduce("./vsml paper")
                        .build());
    }

    /** Counts what is done and ends stages when their time is over. */
    private static final class Progress implements MetaTrainingListener {
        private final long start = processorNanos();
        private final long end;
        private static final OperatingSystemMXBean PROCESS =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        private final Deque<Double> recent = new ArrayDeque<>();
        private long stageEnd;
        private boolean untilLearning;
        private MetaTrainer trainer;

        /** Steps of an earlier run, after which other episodes are to come. */
        private long before;

        private long steps;
        private long examples;

        Progress(long nanos) {
            end = start + nanos;
        }

        /** Stages share what is left alike, but the first lasts until learning appears. */
        void beginStage(boolean first, int stagesLeft) {
            long now = processorNanos();
            untilLearning = first;
            stageEnd = first ? end : now + (end - now) / stagesLeft;
            recent.clear();
        }

        /** All threads together: what is achieved does not depend on what else the machine does. */
        private static long processorNanos() {
            return PROCESS.getProcessCpuTime();
        }

        boolean over() {
            return processorNanos() >= end;
        }

        double minutes() {
            return (processorNanos() - start) / 60e9;
        }

        /** Mean over the last steps. */
        double accuracy() {
            return recent.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        }

        @Override
        public void stepped(StepMetrics metrics) {
            steps++;
            examples += metrics.examples();
            recent.addLast(metrics.accuracy());
            if (recent.size() > WINDOW) {
                recent.removeFirst();
            }
            boolean learns = untilLearning && recent.size() == WINDOW && accuracy() > LEARNING;
            if (learns || processorNanos() >= stageEnd) {
                try {
                    trainer.stop(0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
