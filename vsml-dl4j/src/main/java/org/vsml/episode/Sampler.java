package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;
import org.vsml.core.TaskShape;

/** Draws the examples of an episode of one {@link TaskDistribution}. Thread-safe. */
interface Sampler {

    /** Bound of the values of one episode: 2 GiB as doubles. */
    long MAX_VALUES = 1L << 28;

    /**
     * Examples of one episode, not yet changed by an {@link Augmentation}; the caller owns the
     * arrays.
     */
    record Draw(TaskShape task, double[] inputs, int[] labels, String source) {}

    /**
     * The examples of the episode of this seed.
     *
     * @param count how many
     */
    Draw draw(int count, long seed);

    /**
     * The examples of the episode of this seed, with labels that follow another rule of the same
     * kind from time to time.
     *
     * @param concepts [count], the number of the rule of each example, from 0; null for 0
     *     throughout
     */
    default Draw draw(int count, long seed, int[] concepts) {
        return draw(count, seed);
    }

    /**
     * A sampler that has read what it needs.
     *
     * @param maxCount the largest number of examples that will be asked for
     */
    static Sampler of(TaskDistribution task, DataSets sets, long maxCount) {
        if (task instanceof TaskDistribution.Images images) {
            return new ImageSampler(images, sets, maxCount);
        } else if (task instanceof TaskDistribution.FewShot fewShot) {
            return new FewShotSampler(fewShot, sets);
        } else if (task instanceof TaskDistribution.RandomLabels random) {
            return (count, seed) ->
                    randomLabels(random, count, Seeds.generator(seed, Purpose.TASK));
        } else if (task instanceof TaskDistribution.SumSign sumSign) {
            return (count, seed) -> sumSign(sumSign, count, Seeds.generator(seed, Purpose.TASK));
        } else if (task instanceof TaskDistribution.Prototypes prototypes) {
            return new PrototypeSampler(prototypes);
        } else if (task instanceof TaskDistribution.Tables tables) {
            return new TableSampler(tables);
        }
        throw new IllegalStateException("unknown task distribution " + task);
    }

    /** Memory for inputs. */
    static double[] inputs(int count, int size) {
        require(
                (long) count * size <= MAX_VALUES,
                "an episode may have at most %d input values, got %d examples of %d inputs",
                MAX_VALUES,
                count,
                size);
        return new double[count * size];
    }

    private static Draw randomLabels(
            TaskDistribution.RandomLabels task, int count, RandomGenerator random) {
        int size = task.inputs().draw(random);
        int classes = task.classes().draw(random);
        float[] points = new float[Math.toIntExact((long) task.points() * size)];
        Draws.fillNormal(points, 1, random);
        int[] pointLabels = new int[task.points()];
        for (int p = 0; p < pointLabels.length; p++) {
            pointLabels[p] = random.nextInt(classes);
        }
        double[] inputs = inputs(count, size);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            int point = random.nextInt(pointLabels.length);
            labels[i] = pointLabels[point];
            for (int k = 0; k < size; k++) {
                inputs[i * size + k] = points[point * size + k];
            }
        }
        return new Draw(TaskShape.of(size, classes), inputs, labels, "random");
    }

    private static Draw sumSign(TaskDistribution.SumSign task, int count, RandomGenerator random) {
        int size = task.inputs().draw(random);
        double[] inputs = inputs(count, size);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            double mean = random.nextDouble(-1, 1);
            double sum = 0;
            for (int k = 0; k < size; k++) {
                double deviate;
                do {
                    deviate = random.nextGaussian();
                } while (Math.abs(deviate) > 2);
                inputs[i * size + k] = mean + deviate;
                sum += mean + deviate;
            }
            labels[i] = sum >= 0 ? 1 : 0;
        }
        return new Draw(TaskShape.of(size, 2), inputs, labels, "sum_sign");
    }
}
