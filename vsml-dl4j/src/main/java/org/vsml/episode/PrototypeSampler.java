package org.vsml.episode;

import java.util.random.RandomGenerator;
import org.vsml.core.TaskShape;

/** Draws {@link TaskDistribution.Prototypes} tasks. */
final class PrototypeSampler implements Sampler {

    private final TaskDistribution.Prototypes task;

    PrototypeSampler(TaskDistribution.Prototypes task) {
        this.task = task;
    }

    @Override
    public Draw draw(int count, long seed) {
        RandomGenerator random = Seeds.generator(seed, Purpose.TASK);
        int size = task.inputs().draw(random);
        int classes = task.classes().draw(random);
        int perClass = task.perClass().draw(random);
        boolean binary = random.nextDouble() < task.binaryShare();
        double[] inputs = Sampler.inputs(count, size);
        int[] labels = new int[count];
        float[] prototypes = new float[Math.toIntExact((long) classes * perClass * size)];
        if (binary) {
            drawBinary(prototypes, perClass, classes, size, inputs, labels, random);
        } else {
            drawNormal(prototypes, perClass, classes, size, inputs, labels, random);
        }
        String source = binary ? "prototypes/binary" : "prototypes/normal";
        return new Draw(TaskShape.of(size, classes), inputs, labels, source);
    }

    private void drawBinary(
            float[] prototypes,
            int perClass,
            int classes,
            int size,
            double[] inputs,
            int[] labels,
            RandomGenerator random) {
        double density = task.density().draw(random);
        double flip = task.flip().draw(random);
        for (int i = 0; i < prototypes.length; i++) {
            prototypes[i] = random.nextDouble() < density ? 1 : 0;
        }
        double mean = density * (1 - flip) + (1 - density) * flip;
        double deviation = Math.sqrt(mean * (1 - mean));
        for (int i = 0; i < labels.length; i++) {
            int from = choose(i, labels, perClass, classes, random) * size;
            for (int k = 0; k < size; k++) {
                boolean flipped = random.nextDouble() < flip;
                double bit = flipped ? 1 - prototypes[from + k] : prototypes[from + k];
                inputs[i * size + k] = (bit - mean) / deviation;
            }
        }
    }

    private void drawNormal(
            float[] prototypes,
            int perClass,
            int classes,
            int size,
            double[] inputs,
            int[] labels,
            RandomGenerator random) {
        double noise = task.noise().draw(random);
        Draws.fillNormal(prototypes, 1, random);
        double deviation = Math.sqrt(1 + noise * noise);
        for (int i = 0; i < labels.length; i++) {
            int from = choose(i, labels, perClass, classes, random) * size;
            for (int k = 0; k < size; k++) {
                inputs[i * size + k] =
                        (prototypes[from + k] + noise * random.nextGaussian()) / deviation;
            }
        }
    }

    /** Sets the label of example i and gives its prototype. */
    private static int choose(
            int i, int[] labels, int perClass, int classes, RandomGenerator random) {
        labels[i] = random.nextInt(classes);
        return labels[i] * perClass + random.nextInt(perClass);
    }
}
