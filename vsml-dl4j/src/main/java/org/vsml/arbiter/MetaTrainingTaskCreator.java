package org.vsml.arbiter;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;

/** Turns a {@link Proposal} into a task for Arbiter's runner. */
final class MetaTrainingTaskCreator implements TaskCreator {

    private final Trials trials;

    MetaTrainingTaskCreator(Trials trials) {
        this.trials = trials;
    }

    @SuppressWarnings({"rawtypes", "deprecation"}) // Arbiter's interface
    @Override
    public Callable<OptimizationResult> create(
            Candidate candidate,
            org.deeplearning4j.arbiter.optimize.api.data.DataProvider data,
            ScoreFunction score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        throw new UnsupportedOperationException("give a data source, " + MetaTrainingData.class);
    }

    @SuppressWarnings("rawtypes") // Arbiter's interface
    @Override
    public Callable<OptimizationResult> create(
            Candidate candidate,
            Class<? extends DataSource> source,
            Properties properties,
            ScoreFunction score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        return () -> run(candidate, source, properties, score);
    }

    private OptimizationResult run(
            Candidate<?> candidate,
            Class<? extends DataSource> source,
            Properties properties,
            ScoreFunction score)
            throws IOException {
        long began = System.currentTimeMillis();
        Optional<CandidateResult> result =
                trials.run(
                        candidate.getIndex(),
                        candidate.getFlatParameters(),
                        (Proposal) candidate.getValue(),
                        source,
                        properties,
                        score);
        Double reached = result.map(CandidateResult::score).orElse(null);
        CandidateInfo info =
                new CandidateInfo(
                        candidate.getIndex(),
                        result.isPresent() ? CandidateStatus.Complete : CandidateStatus.Cancelled,
                        reached,
                        began,
                        began,
                        System.currentTimeMillis(),
                        candidate.getFlatParameters(),
                        result.map(CandidateResult::message).orElse(null));
        OptimizationResult told =
                new OptimizationResult(candidate, reached, candidate.getIndex(), null, info, null);
        told.setResultReference(
                AlgorithmSaver.reference(told, trials.algorithmFile(candidate.getIndex())));
        return told;
    }
}
