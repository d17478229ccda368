package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.MetaTrainingResult;
import org.vsml.meta.StepMetrics;
import org.vsml.meta.TimeBudget;

/**
 * Meta-training within a budget, looked at now and then on the way: for a curve of what the
 * algorithm is worth over meta-training.
 *
 * @param config what is meta-trained
 * @param initial where it starts from; null for random meta variables
 * @param engine that runs it
 * @param data image sets
 * @param folder of checkpoints, from which a run that was stopped goes on
 * @param seed of all that is random
 * @param threads episodes at the same time
 * @param steps in all, at most those of the configuration
 * @param minutes processor minutes after which it ends, whatever else the machine does; infinity
 *     for no bound
 * @param every steps between two looks; a look at the end comes in any case
 * @param reproduce the command that makes the algorithm again
 */
record PiecewiseMetaTraining(
        MetaTrainingConfig config,
        LearningAlgorithm initial,
        Engine engine,
        DataSets data,
        Path folder,
        long seed,
        int threads,
        long steps,
        double minutes,
        long every,
        String reproduce) {

    private static final double SECONDS_OF_MINUTE = 60;

    public PiecewiseMetaTraining {
        require(minutes > 0, "--minutes must be positive, got %s", minutes);
        require(every >= 1, "--every must be >= 1, got %d", every);
        require(
                steps >= 1 && steps <= config.steps(),
                "--steps must be in [1, %d], the steps of %s, got %d",
                config.steps(),
                config.name(),
                steps);
    }

    /** Is shown the algorithm as it is after so many steps and processor minutes. */
    @FunctionalInterface
    public interface Look {
        void at(LearningAlgorithm algorithm, long step, double minutes) throws IOException;
    }

    /** Meta-trains and returns the algorithm at the end. */
    public LearningAlgorithm run(Look look, Progress.Display display) throws IOException {
        double spent = 0;
        try (Progress progress = display.begin("meta-train", "steps", steps)) {
            MetaTrainingResult result;
            do {
                TimeBudget budget = TimeBudget.processor(minutes * SECONDS_OF_MINUTE - spent);
                MetaTrainer trainer =
                        MetaTrainer.of(config)
                                .engine(engine)
                                .data(data)
                                .folder(folder)
                                .resume(true)
                                .seed(seed)
                                .threads(threads)
                                .steps(steps)
                                .reproduce(reproduce);
                if (initial != null) {
                    trainer.initial(initial);
                }
                result = trainer.listener(new Piece(trainer, budget, progress)).run();
                spent += budget.spent();
                look.at(result.algorithm(), result.step(), spent / SECONDS_OF_MINUTE);
            } while (result.step() < steps && spent < minutes * SECONDS_OF_MINUTE);
            return result.algorithm();
        }
    }

    /** Shows the loss, and ends a piece. */
    private final class Piece implements MetaTrainingListener {

        private static final int WINDOW = 25;

        private final MetaTrainer trainer;
        private final TimeBudget budget;
        private final Progress progress;
        private final Deque<Double> losses = new ArrayDeque<>();

        Piece(MetaTrainer trainer, TimeBudget budget, Progress progress) {
            this.trainer = trainer;
            this.budget = budget;
            this.progress = progress;
        }

        @Override
        public void started(long step, long total) {
            progress.at(step);
        }

        @Override
        public void stepped(StepMetrics metrics) {
            losses.addLast(metrics.metaLoss());
            if (losses.size() > WINDOW) {
                losses.removeFirst();
            }
            progress.say(
                    "loss %.3f",
                    losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
            progress.at(metrics.step());
            if (metrics.step() % every == 0 || budget.isOver()) {
                trainer.requestStop();
            }
        }
    }
}
