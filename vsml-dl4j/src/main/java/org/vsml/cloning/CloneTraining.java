package org.vsml.cloning;

import static org.vsml.core.Checks.require;

/**
 * How backpropagation is cloned, in two phases: on random tuples, then on blocks half of which come
 * from shadow networks at work. In each phase the step size of Adam follows half a cosine to zero.
 *
 * @param randomSteps meta steps of phase 1
 * @param shadowSteps meta steps of phase 2; 0 for none
 * @param blocks blocks of tuples in a meta step
 * @param blockSize tuples in a block; a multiple of 64
 * @param randomRate step size that phase 1 begins with
 * @param shadowRate step size that phase 2 begins with
 * @param learningRate of the gradient descent that is cloned, for weights
 * @param biasInputs biases learn with {@code learningRate / biasInputs}: the bias of a unit is
 *     spread over its inputs
 */
public record CloneTraining(
        int randomSteps,
        int shadowSteps,
        int blocks,
        int blockSize,
        double randomRate,
        double shadowRate,
        double learningRate,
        int biasInputs) {

    /** 20,000 and 8,000 meta steps with 8 blocks of 128 tuples, learning rate 0.1. */
    public static final CloneTraining DEFAULT =
            new CloneTraining(20_000, 8_000, 8, 128, 3e-3, 1e-3, 0.1, 784);

    public CloneTraining {
        require(randomSteps >= 1, "randomSteps must be >= 1, got %d", randomSteps);
        require(shadowSteps >= 0, "shadowSteps must be >= 0, got %d", shadowSteps);
        require(blocks >= 1, "blocks must be >= 1, got %d", blocks);
        require(
                blockSize >= 64 && blockSize % 64 == 0,
                "blockSize must be a multiple of 64, got %d",
                blockSize);
        require(randomRate > 0, "randomRate must be positive, got %s", randomRate);
        require(shadowRate > 0, "shadowRate must be positive, got %s", shadowRate);
        require(learningRate > 0, "learningRate must be positive, got %s", learningRate);
        require(biasInputs >= 1, "biasInputs must be >= 1, got %d", biasInputs);
    }

    /** The same with other numbers of steps. */
    public CloneTraining withSteps(int random, int shadow) {
        return new CloneTraining(
                random,
                shadow,
                blocks,
                blockSize,
                randomRate,
                shadowRate,
                learningRate,
                biasInputs);
    }
}
