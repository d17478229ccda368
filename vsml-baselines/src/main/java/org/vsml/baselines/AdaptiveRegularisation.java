package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

/**
 * AROW, adaptive regularisation of weights (Crammer, Kulesza and Dredze 2009), for several classes,
 * with diagonal covariances: linear scores whose weights have a variance each, which shrinks where
 * examples were informative; sure weights are changed less.
 *
 * @param regularisation r: large is cautious
 */
record AdaptiveRegularisation(double regularisation) implements OnlineAlgorithm {

    AdaptiveRegularisation {
        require(
                regularisation > 0 && Double.isFinite(regularisation),
                "regularisation must be positive and finite, got %s",
                regularisation);
    }

    @Override
    public String name() {
        return "AROW, regularisation " + GradientDescent.plain(regularisation);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        double[][] variances = new double[task.classes()][task.inputs() + 1];
        for (double[] row : variances) {
            Arrays.fill(row, 1);
        }
        return new MarginSession(task) {
            @Override
            void step(double[] x, double loss, double[] label, double[] rival, int y, int r) {
                double variance = 0;
                for (int a = 0; a < x.length; a++) {
                    variance += x[a] * x[a] * (variances[y][a] + variances[r][a]);
                }
                double beta = 1 / (variance + regularisation);
                for (int a = 0; a < x.length; a++) {
                    double byLabel = variances[y][a] * x[a];
                    double byRival = variances[r][a] * x[a];
                    label[a] += loss * beta * byLabel;
                    rival[a] -= loss * beta * byRival;
                    variances[y][a] -= beta * byLabel * byLabel;
                    variances[r][a] -= beta * byRival * byRival;
                }
            }
        };
    }
}
