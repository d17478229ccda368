package org.vsml.cloning;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;

/**
 * How well a sub-RNN regresses one of its targets.
 *
 * @param tuples which tuples: {@code random}, or the name of the images that shadow networks learn
 * @param target {@code output}, {@code message_down}, {@code delta_w} or {@code delta_b}
 * @param error root of the mean squared error
 * @param size root of the mean square of the target itself
 */
public record TargetError(String tuples, String target, double error, double size) {

    private static final int BLOCKS = 64;

    /**
     * Errors on 8,192 tuples that were not trained on.
     *
     * @param algorithm cloned backpropagation
     * @param training what was cloned
     * @param images what shadow networks learn, all of whose tuples count; null for random tuples
     */
    public static List<TargetError> measure(
            LearningAlgorithm algorithm, CloneTraining training, ImageSet images, long seed) {
        ClonedBackpropagation config = (ClonedBackpropagation) algorithm.config();
        CloneVariables layout = new CloneVariables(config.subRnn().stateSize());
        float[] variables = layout.values(algorithm.metaVariables(), config);
        double rate = training.learningRate();
        double biasRate = rate / training.biasInputs();
        int size = training.blockSize();
        TupleLoss loss =
                new TupleLoss(
                        config, layout, new TargetWeights(1, 0, 1, 1, 1, 1), rate, biasRate, size);
        RandomGenerator random = Seeds.generator(seed, 8);
        ShadowPool pool =
                images == null ? null : new ShadowPool(images, rate, Seeds.generator(seed, 9));
        TupleBlock block = new TupleBlock(size);
        TupleLoss.Errors sum = new TupleLoss.Errors();
        double[] squares = new double[4];
        for (int b = 0; b < BLOCKS; b++) {
            int groups = pool == null ? 0 : size / TupleBlock.GROUP;
            if (pool != null) {
                pool.fill(block, groups, random);
            }
            TupleSampler.fill(block, groups * TupleBlock.GROUP, size, random);
            block.target(rate, biasRate);
            sum.add(loss.evaluate(variables, block, null));
            for (int l = 0; l < size; l++) {
                squares[0] += (double) block.y[l] * block.y[l];
                squares[1] += (double) block.messageDown[l] * block.messageDown[l];
                squares[2] += (double) block.deltaW[l] * block.deltaW[l];
                squares[3] += (double) block.deltaB[l] * block.deltaB[l];
            }
        }
        double[] errors = {
            sum.output, sum.messageDown, sum.deltaW * rate * rate, sum.deltaB * biasRate * biasRate
        };
        String[] names = {"output", "message_down", "delta_w", "delta_b"};
        List<TargetError> result = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            result.add(
                    new TargetError(
                            images == null ? "random" : images.name(),
                            names[i],
                            Math.sqrt(errors[i] / sum.tuples),
                            Math.sqrt(squares[i] / sum.tuples)));
        }
        return result;
    }
}
