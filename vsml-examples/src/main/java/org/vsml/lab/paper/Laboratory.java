package org.vsml.lab.paper;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
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
import org.vsml.meta.MetaTrainingResult;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;

/**
 * Where figures are made: data, engine, and the meta-trained learning algorithms, which are kept in
 * a folder and made only where they are missing. Meta-training gets a share of the processor time
 * there is; what it came to in that time is in the algorithm's provenance.
 */
final class Laboratory {

    /** Outer steps · population · examples of an episode (appendix C.2). */
    static final double PAPER_EXAMPLES = 10_000.0 * 1024 * 500;

    private static final String METRICS = "metrics.jsonl";
    private static final String STEPS = "steps";
    private static final String EXAMPLES = "examples";
    private static final String MINUTES = "processor_minutes";

    /** A phase longer than any budget. */
    private static final long ENDLESS = 10_000_000;

    private final DataSets data;
    private final Engine engine;
    private final Path folder;
    private final Path before;
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
     * @param before folder of algorithms that were made before, which is left as it is; or null
     * @param seed of all that is random
     * @param threads streams or episodes at the same time
     * @param log is told what begins
     */
    Laboratory(
            DataSets data,
            Engine engine,
            Path folder,
            Path before,
            long seed,
            int threads,
            Consumer<String> log) {
        require(threads >= 1, "threads must be >= 1, got %d", threads);
        this.data = data;
        this.engine = engine;
        this.folder = folder.resolve("algorithms");
        this.before = before;
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

    /** Where it is kept: in the folder, or else among those that were made before. */
    private Path file(Training training) {
        String name = training.name() + LearningAlgorithm.EXTENSION;
        Path own = folder.resolve(name);
        return before == null || Files.exists(own) ? own : before.resolve(name);
    }

    /** The meta-trained algorithm: read if there is one, else made now. */
    LearningAlgorithm algorithm(Training training) throws IOException {
        LearningAlgorithm algorithm = known.get(training);
        if (algorithm == null) {
            Path file = file(training);
            boolean made = Files.exists(file);
            algorithm = made ? LearningAlgorithm.load(file) : null;
            if (!made || due.contains(training)) {
                algorithm = metaTrain(training, algorithm);
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
    private LearningAlgorithm metaTrain(Training training, LearningAlgorithm made)
            throws IOException {
        require(weights > 0, "%s was not planned for", training.name());
        LearningAlgorithm start =
                training.start().isPresent() ? algorithm(training.start().get()) : null;
        double own = minutes * training.weight() / weights;
        log.accept(
                String.format(
                        Locale.ROOT,
                        "meta-training %s for %.1f processor minutes",
                        training.name(),
                        own));
        TrainingProgress progress = new TrainingProgress(own);
        if (training.hasRecipe()) {
            return followRecipe(training, made, start, progress);
        }
        List<Stage> stages = training.stages();
        long first = seed;
        if (made != null) {
            // Other episodes than those of the earlier run.
            first += made.provenance().trainingLog().getOrDefault(STEPS, 0.0).longValue();
            stages = stages.subList(1, stages.size());
        }
        LearningAlgorithm algorithm = made;
        for (int i = 0; i < stages.size() && !progress.over(); i++) {
            progress.beginStage(stages.size() - i);
            algorithm = run(training, stages.get(i), first + i, algorithm, progress);
            log.accept(
                    String.format(
                            Locale.ROOT,
                            "  %s, part %d: %d steps, %.1f minutes, accuracy %.3f",
                            training.name(),
                            i + 1,
                            progress.steps(),
                            progress.minutes(),
                            progress.accuracy()));
        }
        return kept(training, withProvenance(training, algorithm, made, progress));
    }

    private LearningAlgorithm kept(Training training, LearningAlgorithm algorithm)
            throws IOException {
        Files.createDirectories(folder);
        algorithm.save(folder.resolve(training.name() + LearningAlgorithm.EXTENSION));
        return algorithm;
    }

    /** Follows its configuration from the last checkpoint on, to the end or the budget. */
    private LearningAlgorithm followRecipe(
            Training training,
            LearningAlgorithm made,
            LearningAlgorithm start,
            TrainingProgress progress)
            throws IOException {
        Path run = folder.resolve(training.name());
        if (made != null && !Files.exists(run)) {
            log.accept("  it stays as it is: its checkpoints are not in " + folder);
            return made;
        }
        MetaTrainer trainer =
                MetaTrainer.of(Recipe.of(training))
                        .engine(engine)
                        .data(data)
                        .threads(threads)
                        .seed(seed)
                        .folder(run)
                        .resume(true)
                        .listener(progress);
        if (start != null) {
            trainer.initial(start);
        }
        progress.stops(trainer);
        progress.beginStage(1);
        MetaTrainingResult outcome = trainer.run();
        if (made != null && progress.steps() == 0) {
            return made;
        }
        if (made == null) {
            progress.addInterrupted(run.resolve(METRICS), outcome.step());
        }
        LearningAlgorithm result = outcome.algorithm();
        return kept(
                training, withProvenance(training, result, made == null ? start : made, progress));
    }

    private LearningAlgorithm run(
            Training training,
            Stage stage,
            long itsSeed,
            LearningAlgorithm before,
            TrainingProgress progress)
            throws IOException {
        Method method = training.method();
        GradientEstimator.Backpropagation estimator =
                GradientEstimator.Backpropagation.clipped(stage.clip())
                        .withTogether(method.anySize() ? 1 : stage.batch());
        Phase phase =
                Phase.of(
                        ENDLESS,
                        training.set().episodes(training.projected(), stage),
                        stage.batch(),
                        estimator,
                        Optimizer.Adam.of(Schedule.constant(stage.rate())));
        MetaTrainer trainer =
                MetaTrainer.of(MetaTrainingConfig.of(training.name(), method.config(), phase))
                        .engine(engine)
                        .data(data)
                        .threads(method.anySize() ? threads : 1)
                        .seed(itsSeed)
                        .listener(progress);
        if (before != null) {
            trainer.initial(before);
        }
        progress.stops(trainer);
        MetaTrainingResult result = trainer.run();
        return result.algorithm();
    }

    private LearningAlgorithm withProvenance(
            Training training,
            LearningAlgorithm algorithm,
            LearningAlgorithm start,
            TrainingProgress progress) {
        Provenance made = algorithm.provenance();
        Map<String, Double> before = start == null ? Map.of() : start.provenance().trainingLog();
        double examples = before.getOrDefault(EXAMPLES, 0.0) + progress.examples();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(STEPS, before.getOrDefault(STEPS, 0.0) + progress.steps());
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
}
