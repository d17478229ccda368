package org.vsml.cloning;

import static org.vsml.core.Checks.require;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.NamedArrays;
import org.vsml.core.Workers;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;
import org.vsml.math.AdamStep;

/**
 * Trains sub-RNNs to be backpropagation (paper, sections 3.2, 4.1 and B.1). The same seed and
 * numbers of steps give the same meta variables for any number of threads. Not thread-safe.
 */
public final class CloneTrainer {

    /** Told of progress. */
    public interface Listener {

        /** A meta step is done, the {@code done}-th of what are likely to be {@code total}. */
        void step(int done, int total);

        /** The errors were measured; {@code metaVariables} are those that make them. */
        void tested(CloneErrors errors, NamedArrays metaVariables);
    }

    private static final int WARM_UP = 200;
    private static final int TEST_BLOCKS = 32;
    private static final double CLIP = 1;

    private static final double FORGET_BIAS = 3;

    /** Share of a time budget that the first phase takes. */
    private static final double RANDOM_SHARE = 0.6;

    /** What is kept in reserve, for machines whose speed changes. */
    private static final double PUNCTUALITY = 0.97;

    /** Share of a time budget that measuring the speed takes, once to compile and once to time. */
    private static final double TIMING_SHARE = 0.003;

    private final ClonedBackpropagation config;
    private final ImageSet images;
    private final long seed;
    private final int threads;
    private final CloneVariables layout;
    private final float[] variables;
    private final float[][] gradients;
    private final List<CloneErrors> errors = new ArrayList<>();
    private CloneTraining training;

    /**
     * A trainer with random meta variables.
     *
     * @param images what shadow networks learn; null if there is no second phase
     */
    public CloneTrainer(
            CloneTraining training,
            ClonedBackpropagation config,
            ImageSet images,
            long seed,
            int threads) {
        require(
                images != null || training.shadow().steps() == 0,
                "shadow networks need images, got null");
        require(threads >= 1, "threads must be >= 1, got %d", threads);
        this.training = training;
        this.config = config;
        this.images = images;
        this.seed = seed;
        this.threads = threads;
        layout = new CloneVariables(config.subRnn().stateSize());
        variables = layout.initial(Seeds.generator(seed, 0), FORGET_BIAS, new double[] {-4, -9});
        gradients = new float[training.blocks()][layout.size];
    }

    /**
     * Both phases.
     *
     * @return V_M of {@link ClonedBackpropagation#metaVariableLayout()}
     */
    public NamedArrays run(Listener listener) {
        return run(null, listener);
    }

    /**
     * Both phases, with as many steps as fit into some time: before each phase the machine's speed
     * is measured and {@link #training()} changed. A run with those numbers of steps gives the same
     * meta variables.
     *
     * @param budget for everything; null for the numbers of steps of the configuration
     */
    public NamedArrays run(Duration budget, Listener listener) {
        require(
                budget == null || images != null,
                "shadow networks, and so a time budget, need images, got null");
        long start = System.nanoTime();
        try (Workers workers = new Workers(threads, "vsml-cloning")) {
            Work work = new Work(workers);
            if (budget != null) {
                double seconds = budget.toNanos() / 1e9 * RANDOM_SHARE * PUNCTUALITY;
                int first =
                        (int)
                                Math.max(
                                        1,
                                        seconds
                                                / work.secondsOfAStep(
                                                        (long) (budget.toNanos() * TIMING_SHARE)));
                double ratio = (1 - RANDOM_SHARE) / RANDOM_SHARE;
                training = training.withSteps(first, (int) (first * ratio));
            }
            long begin = System.nanoTime();
            phase(work, 1, null, listener);
            long middle = System.nanoTime();
            if (training.shadow().steps() > 0) {
                RandomGenerator random = Seeds.generator(seed, 7);
                ShadowPool pool = new ShadowPool(images, training.learningRate(), random);
                if (budget != null) {
                    // A step of the second phase is one of the first and one of a shadow network.
                    double step = (middle - begin) / 1e9 / training.random().steps();
                    step += (System.nanoTime() - middle) / 1e9 / pool.steps();
                    double left = (budget.toNanos() - (System.nanoTime() - start)) / 1e9;
                    int second = (int) Math.max(1, left * PUNCTUALITY / step);
                    training = training.withSteps(training.random().steps(), second);
                }
                phase(work, 2, pool, listener);
            }
        } catch (CancellationException e) {
            throw new IllegalStateException("interrupted while cloning", e);
        }
        return layout.metaVariables(variables, config);
    }

    /** The configuration, with the numbers of steps that {@link #run} has made. */
    public CloneTraining training() {
        return training;
    }

    /** Errors on held-out tuples: at the beginning and ten times in each phase. */
    public List<CloneErrors> errors() {
        return List.copyOf(errors);
    }

    private void phase(Work work, int number, ShadowPool pool, Listener listener) {
        ClonePhase phase = number == 1 ? training.random() : training.shadow();
        int done = number == 1 ? 0 : training.random().steps();
        int total = training.random().steps() + training.shadow().steps();
        double[] first = new double[layout.size];
        double[] second = new double[layout.size];
        if (errors.isEmpty()) {
            test(done, number, listener);
        }
        int steps = phase.steps();
        int every = Math.max(1, steps / 10);
        for (int step = 0; step < steps; step++) {
            if (pool != null) {
                pool.advance();
            }
            double[] gradient = work.gradient(number, step, pool);
            double warm = Math.min(1, (step + 1) / (double) WARM_UP);
            double cosine = 0.5 * (1 + Math.cos(Math.PI * step / steps));
            double rate = warm * phase.rate() * cosine;
            AdamStep.USUAL.take(variables, gradient, first, second, step + 1, rate);
            listener.step(done + step + 1, total);
            boolean last = step == steps - 1;
            if (last || ((step + 1) % every == 0 && steps - step > every)) {
                test(done + step + 1, number, listener);
            }
        }
    }

    /** The blocks of a step on some threads, each with buffers of its own. */
    private final class Work {

        private final Workers workers;
        private final List<TupleBlock> blocks = new ArrayList<>();
        private final List<TupleLoss> losses = new ArrayList<>();
        private int phase;

        Work(Workers workers) {
            this.workers = workers;
        }

        /** Mean over the tuples of a step, clipped by its norm. */
        double[] gradient(int number, int step, ShadowPool pool) {
            if (phase != number) {
                prepare(number);
            }
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int worker = 0; worker < blocks.size(); worker++) {
                int first = worker;
                tasks.add(Executors.callable(() -> share(first, step, pool), null));
            }
            workers.run(tasks);
            return mean();
        }

        /** Blocks {@code first}, {@code first + threads}, and so on. */
        private void share(int first, int step, ShadowPool pool) {
            for (int b = first; b < gradients.length; b += threads) {
                block(first, b, step, pool);
            }
        }

        private void prepare(int number) {
            phase = number;
            ClonePhase now = number == 1 ? training.random() : training.shadow();
            blocks.clear();
            losses.clear();
            for (int worker = 0; worker < Math.min(threads, training.blocks()); worker++) {
                blocks.add(new TupleBlock(training.blockSize()));
                losses.add(loss(now.weights()));
            }
        }

        private void block(int worker, int b, int step, ShadowPool pool) {
            TupleBlock block = blocks.get(worker);
            RandomGenerator random = Seeds.generator(seed, phase, step, b);
            int groups = 0;
            if (pool != null) {
                double shadow = training.shadow().shadowShare() * training.blockSize();
                groups = (int) (shadow / TupleBlock.GROUP);
                pool.fill(block, groups, random);
            }
            TupleSampler.fill(block, groups * TupleBlock.GROUP, training.blockSize(), random);
            block.target(training.learningRate(), biasRate());
            java.util.Arrays.fill(gradients[b], 0);
            losses.get(worker).evaluate(variables, block, gradients[b]);
        }

        private double[] mean() {
            double[] mean = new double[layout.size];
            double squares = 0;
            double tuples = (double) training.blocks() * training.blockSize();
            for (int i = 0; i < mean.length; i++) {
                for (float[] gradient : gradients) {
                    mean[i] += gradient[i];
                }
                mean[i] /= tuples;
                squares += mean[i] * mean[i];
            }
            double norm = Math.sqrt(squares);
            for (int i = 0; norm > CLIP && i < mean.length; i++) {
                mean[i] *= CLIP / norm;
            }
            return mean;
        }

        /** Measured on steps of the first phase that are thrown away, once they are compiled. */
        double secondsOfAStep(long nanos) {
            int steps = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                gradient(1, steps++, null);
            }
            start = System.nanoTime();
            steps = 0;
            while (System.nanoTime() - start < nanos) {
                gradient(1, steps++, null);
            }
            return (System.nanoTime() - start) / 1e9 / steps;
        }
    }

    private void test(int step, int phase, Listener listener) {
        TupleLoss loss = loss(new TargetWeights(1, 0, 1, 1, 0.01, 1e9));
        RandomGenerator random = Seeds.generator(99);
        TupleBlock held = new TupleBlock(training.blockSize());
        TupleLoss.Errors sum = new TupleLoss.Errors();
        for (int b = 0; b < TEST_BLOCKS; b++) {
            TupleSampler.fill(held, 0, training.blockSize(), random);
            held.target(training.learningRate(), biasRate());
            sum.add(loss.evaluate(variables, held, null));
        }
        double tuples = (double) sum.tuples;
        CloneErrors now =
                new CloneErrors(
                        step,
                        phase,
                        sum.output / tuples,
                        sum.messageDown / tuples,
                        sum.deltaW / tuples,
                        sum.deltaB / tuples);
        errors.add(now);
        listener.tested(now, layout.metaVariables(variables, config));
    }

    private TupleLoss loss(TargetWeights weights) {
        return new TupleLoss(
                config, layout, weights, training.learningRate(), biasRate(), training.blockSize());
    }

    private double biasRate() {
        return training.learningRate() / training.biasInputs();
    }
}
