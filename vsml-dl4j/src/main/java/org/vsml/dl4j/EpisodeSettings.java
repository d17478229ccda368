package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

/**
 * How episodes are made.
 *
 * @param length T, examples of an episode
 * @param episodes episodes of an epoch
 * @param seed of all that is random
 * @param permuteLabels whether every episode has its own random assignment of classes to outputs
 * @param newEachEpoch whether every epoch has other episodes
 * @param meanLoss whether a step's weight in the loss is one over the episode's length
 */
record EpisodeSettings(
        int length,
        long episodes,
        long seed,
        boolean permuteLabels,
        boolean newEachEpoch,
        boolean meanLoss) {

    EpisodeSettings {
        require(length >= 1, "length must be >= 1 example an episode, got %d", length);
        require(episodes >= 1, "an epoch must have at least one episode, got %d", episodes);
    }

    RandomGenerator generator(int epoch, int episode) {
        return Seeds.generator(seed, epoch, episode);
    }

    /** For each class of the data its number in an episode. */
    int[] relabelling(int classes, RandomGenerator random) {
        int[] result = IntStream.range(0, classes).toArray();
        if (permuteLabels) {
            for (int i = classes - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int held = result[i];
                result[i] = result[other];
                result[other] = held;
            }
        }
        return result;
    }

    EpisodeStream.Item item(TaskShape task, float[][] features, int[] labels) {
        double[] inputs = new double[labels.length * task.inputs()];
        for (int t = 0; t < labels.length; t++) {
            for (int i = 0; i < task.inputs(); i++) {
                inputs[t * task.inputs() + i] = features[t][i];
            }
        }
        double[] weights = null;
        if (meanLoss) {
            weights = new double[labels.length];
            Arrays.fill(weights, 1.0 / labels.length);
        }
        return new EpisodeStream.Item(Examples.online(task, inputs, labels), weights);
    }
}
