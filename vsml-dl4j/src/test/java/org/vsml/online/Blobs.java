package org.vsml.online;

import java.util.random.RandomGenerator;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

/** Gaussian clouds, one a class: easy to learn. */
final class Blobs {

    private Blobs() {}

    static Examples draw(TaskShape task, int count, long seed) {
        RandomGenerator random = Seeds.generator(seed);
        double[] centres = new double[task.classes() * task.inputs()];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = random.nextGaussian();
        }
        double[] inputs = new double[count * task.inputs()];
        int[] labels = new int[count];
        for (int t = 0; t < count; t++) {
            labels[t] = random.nextInt(task.classes());
            for (int a = 0; a < task.inputs(); a++) {
                inputs[t * task.inputs() + a] =
                        centres[labels[t] * task.inputs() + a] + 0.3 * random.nextGaussian();
            }
        }
        return Examples.online(task, inputs, labels);
    }
}
