package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.math.Vectors;
import org.vsml.online.OnlineAlgorithm;

/**
 * The passive-aggressive algorithm PA-I for several classes (Crammer et al. 2006): linear scores
 * are changed as little as gives the label a margin of 1 over the best other class, by at most an
 * aggressiveness.
 *
 * @param aggressiveness C, the largest step
 */
record PassiveAggressive(double aggressiveness) implements OnlineAlgorithm {

    PassiveAggressive {
        require(
                aggressiveness > 0 && Double.isFinite(aggressiveness),
                "aggressiveness must be positive and finite, got %s",
                aggressiveness);
    }

    @Override
    public String name() {
        return "passive-aggressive, aggressiveness " + GradientDescent.plain(aggressiveness);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new MarginSession(task) {
            @Override
            void step(double[] x, double loss, double[] label, double[] rival, int y, int r) {
                double length = Vectors.dot(x, x, x.length);
                double step = Math.min(aggressiveness, loss / (2 * length));
                Vectors.addScaled(label, step, x, x.length);
                Vectors.addScaled(rival, -step, x, x.length);
            }
        };
    }
}
