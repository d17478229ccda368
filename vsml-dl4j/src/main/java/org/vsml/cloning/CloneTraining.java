package org.vsml.cloning;

import static org.vsml.core.Checks.require;

/**
 * How backpropagation is cloned, in two phases (paper, sections 4.1 and C.1).
 *
 * @param random the first phase, on random tuples alone
 * @param shadow the second, in which tuples of shallow and deep shadow networks join them
 * @param blocks blocks of tuples in a meta step
 * @param blockSize tuples in a block; a multiple of 64
 * @param learningRate of the gradient descent that is cloned, for weights
 * @param biasInputs biases learn with {@code learningRate / biasInputs}: the bias of a unit is
 *     spread over its inputs
 */
public record CloneTraining(
        ClonePhase random,
        ClonePhase shadow,
        int blocks,
        int blockSize,
        double learningRate,
        int biasInputs) {

    /** 20,000 and 8,000 meta steps with 8 blocks of 128 tuples, learning rate 0.1. */
    public static final CloneTraining DEFAULT =
            new CloneTraining(
                    new ClonePhase(20_000, 3e-3, 0, new TargetWeights(5, 0, 3, 3, 0.01, 0.3)),
                    new ClonePhase(8_000, 2e-3, 0.5, new TargetWeights(10, 300, 5, 5, 0.01, 0.3)),
                    8,
                    128,
                    0.1,
                    784);

    public CloneTraining {
        require(random != null && shadow != null, "phases must not be null");
        require(random.steps() >= 1, "random.steps must be >= 1, got %d", random.steps());
        require(
                random.shadowShare() == 0,
                "random.shadowShare must be 0, got %s",
                random.shadowShare());
        require(blocks >= 1, "blocks must be >= 1, got %d", blocks);
        require(
                blockSize >= 64 && blockSize % 64 == 0,
                "blockSize must be a multiple of 64, got %d",
                blockSize);
        require(learningRate > 0, "learningRate must be positive, got %s", learningRate);
        require(biasInputs >= 1, "biasInputs must be >= 1, got %d", biasInputs);
    }

    /** The same with other numbers of steps. */
    public CloneTraining withSteps(int first, int second) {
        return new CloneTraining(
                random.withSteps(first),
                shadow.withSteps(second),
                blocks,
                blockSize,
                learningRate,
                biasInputs);
    }
}
