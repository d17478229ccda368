package org.vsml.arbiter;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.meta.DivergenceException;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.MetaTrainingResult;
import org.vsml.meta.TimeBudget;

/**
 * Runs candidates one after the other, in a folder of their own each, and gives up hopeless ones:
 * at a quarter and at half of its steps a candidate is scored, and if it is below the median of the
 * scores that others had there, it gets no more (the median stopping rule of Golovin et al. 2017).
 * A candidate with a result on the disk is not run again; one that was interrupted goes on.
 */
final class Trials {

    private static final List<Double> RUNGS = List.of(0.25, 0.5, 1.0);

    /** Scores at a rung below which there is no median worth the name. */
    private static final int FEWEST = 3;

    /** Folder of the algorithms at the rungs of a candidate that has not ended. */
    private static final String KEPT = "rungs";

    private final Path folder;
    private final long seed;
    private final int threads;
    private final boolean earlyStop;
    private final TimeBudget budget;
    private final Consumer<CandidateResult> listener;
    private final List<CandidateResult> results = new ArrayList<>();
    private volatile boolean outOfTime;

    /**
     * Trials of one search.
     *
     * @param budget after which candidates are no longer begun or gone on with
     */
    Trials(
            Path folder,
            long seed,
            int threads,
            boolean earlyStop,
            TimeBudget budget,
            Consumer<CandidateResult> listener) {
        this.folder = folder;
        this.seed = seed;
        this.threads = threads;
        this.earlyStop = earlyStop;
        this.budget = budget;
        this.listener = listener;
    }

    Path folder() {
        return folder;
    }

    /** Results in the order they came. */
    List<CandidateResult> results() {
        return List.copyOf(results);
    }

    /** Whether a candidate was given up for want of time. */
    boolean isGivenUp() {
        return outOfTime;
    }

    boolean isOutOfTime() {
        return outOfTime || budget.isOver();
    }

    Path algorithmFile(int candidate) {
        return AlgorithmSaver.folder(folder, candidate)
                .resolve("algorithm" + LearningAlgorithm.EXTENSION);
    }

    /**
     * Runs a candidate.
     *
     * @return empty if time ran out
     */
    synchronized Optional<CandidateResult> run(
            int candidate,
            double[] point,
            Proposal proposal,
            Class<? extends DataSource> source,
            Properties properties,
            ScoreFunction score)
            throws IOException {
        Path own = AlgorithmSaver.folder(folder, candidate);
        Path file = own.resolve("result.json");
        if (Files.exists(file)) {
            CandidateResult known = CandidateResult.read(file);
            if (known.point().equals(CandidateResult.point(point))) {
                return Optional.of(tell(known));
            }
        }
        MetaTrainingConfig config;
        Trial trial = new Trial(candidate, point, proposal.values(), System.nanoTime());
        try {
            config = proposal.config();
        } catch (IllegalArgumentException e) {
            return Optional.of(end(own, trial.failed(CandidateResult.Outcome.IMPOSSIBLE, e)));
        }
        try {
            CandidateResult result = trial.run(own, config, source, properties, score);
            return result == null ? Optional.empty() : Optional.of(end(own, result));
        } catch (DivergenceException e) {
            return Optional.of(end(own, trial.failed(CandidateResult.Outcome.DIVERGED, e)));
        } catch (IllegalArgumentException e) {
            return Optional.of(end(own, trial.failed(CandidateResult.Outcome.IMPOSSIBLE, e)));
        }
    }

    private CandidateResult end(Path own, CandidateResult result) throws IOException {
        Files.createDirectories(own);
        result.write(own.resolve("result.json"));
        delete(own.resolve("run"));
        delete(own.resolve(KEPT));
        return tell(result);
    }

    private CandidateResult tell(CandidateResult result) {
        results.add(result);
        listener.accept(result);
        return result;
    }

    /** Whether a score at a rung is below the median of those before it. */
    private boolean isHopeless(int rung, double score) {
        double[] others =
                results.stream()
                        .filter(r -> r.rungs().size() > rung)
                        .mapToDouble(r -> r.rungs().get(rung))
                        .sorted()
                        .toArray();
        if (!earlyStop || others.length < FEWEST) {
            return false;
        }
        int middle = others.length / 2;
        double median =
                others.length % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
        return score < median;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException problem)
                            throws IOException {
                        if (problem != null) {
                            throw problem;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** One candidate at work. */
    private final class Trial {

        private final int candidate;
        private final double[] point;
        private final Map<Setting, Object> values;
        private final long began;
        private final List<Double> rungs = new ArrayList<>();
        private long steps;

        Trial(int candidate, double[] point, Map<Setting, Object> values, long began) {
            this.candidate = candidate;
            this.point = point;
            this.values = values;
            this.began = began;
        }

        /**
         * Meta-trains and scores from rung to rung.
         *
         * @return null if time ran out
         */
        CandidateResult run(
                Path own,
                MetaTrainingConfig config,
                Class<? extends DataSource> source,
                Properties properties,
                ScoreFunction score)
                throws IOException {
            DataSets data = data(source, properties);
            for (int rung = 0; rung < RUNGS.size(); rung++) {
                boolean last = rung == RUNGS.size() - 1;
                long until = Math.max(1, (long) (config.steps() * RUNGS.get(rung)));
                Optional<LearningAlgorithm> algorithm = upTo(until, own, config, data);
                if (algorithm.isEmpty()) {
                    outOfTime = true;
                    return null;
                }
                steps = until;
                rungs.add(score.score(algorithm.get(), source, properties));
                if (last || isHopeless(rung, rungs.get(rung))) {
                    algorithm.get().save(algorithmFile(candidate));
                    return result(
                            last
                                    ? CandidateResult.Outcome.COMPLETE
                                    : CandidateResult.Outcome.STOPPED,
                            rungs.get(rung),
                            null);
                }
            }
            throw new AssertionError("the last rung ends a trial");
        }

        /**
         * The algorithm at a rung. It is kept, since a run that was interrupted beyond the rung
         * cannot go back to it.
         *
         * @return empty if time ran out
         */
        private Optional<LearningAlgorithm> upTo(
                long until, Path own, MetaTrainingConfig config, DataSets data) throws IOException {
            Path kept = own.resolve(KEPT).resolve(until + LearningAlgorithm.EXTENSION);
            if (Files.exists(kept)) {
                return Optional.of(LearningAlgorithm.load(kept));
            }
            MetaTrainingResult result = train(own, config, data, until);
            if (!result.finished()) {
                return Optional.empty();
            }
            Files.createDirectories(kept.getParent());
            result.algorithm().save(kept);
            return Optional.of(result.algorithm());
        }

        private MetaTrainingResult train(
                Path own, MetaTrainingConfig config, DataSets data, long until) throws IOException {
            MetaTrainer trainer =
                    MetaTrainer.of(config)
                            .data(data)
                            .threads(threads)
                            .seed(seed)
                            .folder(own.resolve("run"))
                            .resume(true)
                            .steps(until);
            return trainer.listener(budget.stopping(trainer)).run();
        }

        CandidateResult failed(CandidateResult.Outcome outcome, RuntimeException problem) {
            return result(outcome, null, problem.getMessage());
        }

        private CandidateResult result(
                CandidateResult.Outcome outcome, Double score, String message) {
            return new CandidateResult(
                    candidate,
                    CandidateResult.point(point),
                    values,
                    outcome,
                    score,
                    rungs,
                    steps,
                    (System.nanoTime() - began) / 1e9,
                    message);
        }
    }

    private static DataSets data(Class<? extends DataSource> source, Properties properties) {
        try {
            DataSource data = source.getDeclaredConstructor().newInstance();
            data.configure(properties);
            return (DataSets) data.trainData();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "a data source needs a public constructor without arguments, got " + source, e);
        }
    }
}
