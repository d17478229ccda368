package org.vsml.cloning;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.NamedArrays;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;

/**
 * Trains sub-RNNs to be backpropagation (paper, sections 3.2, 4.1 and B.1). The same seed gives the
 * same meta variables. Not thread-safe.
 */
public final class CloneTrainer {

    private static final int WARM_UP = 200;
    private static final int TEST_BLOCKS = 32;
    private static final double CLIP = 1;

    private static final double FORGET_BIAS = 3;

    private final CloneTraining training;
    private final ClonedBackpropagation config;
    private final ImageSet images;
    private final long seed;
    private final CloneVariables layout;
    private final float[] variables;
    private final TupleBlock block;
    private final List<CloneErrors> errors = new ArrayList<>();

    /**
     * A trainer with random meta variables.
     *
     * @param images what shadow networks learn; null if there is no phase 2
     */
    public CloneTrainer(
            CloneTraining training, ClonedBackpropagation config, ImageSet images, long seed) {
        require(
                images != null || training.shadowSteps() == 0,
                "shadow networks need images, got null");
        this.training = training;
        this.config = config;
        this.images = images;
        this.seed = seed;
        layout = new CloneVariables(config.subRnn().stateSize());
        variables = layout.initial(Seeds.generator(seed, 0), FORGET_BIAS, new double[] {-4, -9});
        block = new TupleBlock(training.blockSize());
    }

    /** Both phases; V_M of {@link ClonedBackpropagation#metaVariableLayout()}. */
    public NamedArrays run() {
        phase(1, 0, training.randomSteps(), training.randomRate(), null);
        if (training.shadowSteps() > 0) {
            ShadowPool pool =
                    new ShadowPool(images, training.learningRate(), Seeds.generator(seed, 7));
            phase(2, training.randomSteps(), training.shadowSteps(), training.shadowRate(), pool);
        }
        return layout.metaVariables(variables, config);
    }

    /** Errors on held-out tuples: at the beginning and ten times in each phase. */
    public List<CloneErrors> errors() {
        return List.copyOf(errors);
    }

    private void phase(int phase, int done, int steps, double rate, ShadowPool pool) {
        // In phase 2 the errors of messages count as sums over a unit's inputs, as they act.
        TupleLoss loss = loss(new TupleLoss.Weights(1, 100, 1, 1, 0.01, 1));
        Adam adam = new Adam(layout.size);
        if (errors.isEmpty()) {
            errors.add(test(done, phase));
        }
        int every = Math.max(1, steps / 10);
        for (int step = 0; step < steps; step++) {
            double[] gradient = gradient(loss, phase, step, pool);
            double warm = Math.min(1, (step + 1) / (double) WARM_UP);
            double cosine = 0.5 * (1 + Math.cos(Math.PI * step / steps));
            adam.step(variables, gradient, warm * rate * cosine);
            if ((step + 1) % every == 0 || step == steps - 1) {
                errors.add(test(done + step + 1, phase));
            }
        }
    }

    /** Mean over the tuples of a step, clipped by its norm. */
    private double[] gradient(TupleLoss loss, int phase, int step, ShadowPool pool) {
        float[] sum = new float[layout.size];
        if (pool != null) {
            pool.advance();
        }
        for (int b = 0; b < training.blocks(); b++) {
            RandomGenerator random = Seeds.generator(seed, phase, step, b);
            int shadow = pool == null ? 0 : training.blockSize() / 2;
            if (pool != null) {
                pool.fill(block, shadow / TupleBlock.GROUP, random);
            }
            TupleSampler.fill(block, shadow, training.blockSize(), random);
            block.target(training.learningRate(), biasRate());
            loss.evaluate(variables, block, sum);
        }
        double[] mean = new double[sum.length];
        double squares = 0;
        for (int i = 0; i < sum.length; i++) {
            mean[i] = sum[i] / ((double) training.blocks() * training.blockSize());
            squares += mean[i] * mean[i];
        }
        double norm = Math.sqrt(squares);
        for (int i = 0; norm > CLIP && i < mean.length; i++) {
            mean[i] *= CLIP / norm;
        }
        return mean;
    }

    private CloneErrors test(int step, int phase) {
        TupleLoss loss = loss(new TupleLoss.Weights(1, 0, 1, 1, 0.01, 1e9));
        RandomGenerator random = Seeds.generator(99);
        TupleBlock held = new TupleBlock(training.blockSize());
        TupleLoss.Errors sum = new TupleLoss.Errors();
        for (int b = 0; b < TEST_BLOCKS; b++) {
            TupleSampler.fill(held, 0, training.blockSize(), random);
            held.target(training.learningRate(), biasRate());
            sum.add(loss.evaluate(variables, held, null));
        }
        double tuples = (double) sum.tuples;
        return new CloneErrors(
                step,
                phase,
                sum.output / tuples,
                sum.messageDown / tuples,
                sum.deltaW / tuples,
                sum.deltaB / tuples);
    }

    private TupleLoss loss(TupleLoss.Weights weights) {
        return new TupleLoss(
                config, layout, weights, training.learningRate(), biasRate(), block.size);
    }

    private double biasRate() {
        return training.learningRate() / training.biasInputs();
    }
}
