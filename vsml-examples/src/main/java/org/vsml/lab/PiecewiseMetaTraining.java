package org.vsml.lab;

import static org.vsml.core.Checks.require;

import org.vsml.cli.Progress;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
public record PiecewiseMetaTraining(
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

    private static final double NANOS_OF_MINUTE = 60e9;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

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
    public LearningAlgorithm run(Look look) throws IOException {
        try (Watch watch = new Watch()) {
            MetaTrainingResult result;
            do {
                watch.trainer =
                        MetaTrainer.of(config)
                                .engine(engine)
                                .data(data)
                                .folder(folder)
                                .resume(true)
                                .seed(seed)
                                .threads(threads)
                                .steps(steps)
                                .reproduce(reproduce)
                                .listener(watch);
                if (initial != null) {
                    watch.trainer.initial(initial);
                }
                long before = processorNanos();
                result = watch.trainer.run();
                watch.spent += processorNanos() - before;
                look.at(result.algorithm(), result.step(), watch.minutes());
            } while (result.step() < steps && !watch.over());
            return result.algorithm();
        }
    }

    private static long processorNanos() {
        return PROCESS.getProcessCpuTime();
    }

    /** Ends pieces, and the whole when its time is up. */
    private final class Watch implements MetaTrainingListener, AutoCloseable {

        private static final int WINDOW = 25;

        private final Progress progress = new Progress("meta-train", "steps", steps);
        private final Deque<Double> losses = new ArrayDeque<>();
        private MetaTrainer trainer;
        private long began;
        private long spent;

        double minutes() {
            return spent / NANOS_OF_MINUTE;
        }

        boolean over() {
            return minutes() >= minutes;
        }

        @Override
        public void started(long step, long total) {
            began = processorNanos();
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
            double now = (spent + processorNanos() - began) / NANOS_OF_MINUTE;
            if (metrics.step() % every == 0 || now >= minutes) {
                stop();
            }
        }

        /** Does not wait: this is the thread that would have to come to an end. */
        private void stop() {
            try {
                trainer.stop(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            progress.close();
        }
    }
}
