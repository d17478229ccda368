package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.math.Vectors;
import org.vsml.online.OnlineAlgorithm;

/**
 * Online ridge regression of the classes' indicators on the inputs and a constant: after every
 * example the weights are those that minimise Σ_t ‖y_t − W·x_t‖² + λ‖W‖², exactly. An example costs
 * inputs².
 *
 * @param ridge λ
 */
record RecursiveLeastSquares(double ridge) implements OnlineAlgorithm {

    RecursiveLeastSquares {
        require(
                ridge > 0 && Double.isFinite(ridge),
                "ridge must be positive and finite, got %s",
                ridge);
    }

    @Override
    public String name() {
        return "least squares, ridge " + GradientDescent.plain(ridge);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Regression(task, ridge);
    }

    static final class Regression extends ExampleSession {

        /** (λI + Σ xxᵀ)⁻¹. */
        private final SymmetricInverse inverse;

        private final double[][] weights;

        /** Input and constant of the example just predicted. */
        private final double[] x;

        private final double[] outputs;
        private final double[] projected;

        Regression(TaskShape task, double ridge) {
            super(task);
            int size = inputs + 1;
            inverse = new SymmetricInverse(size, ridge);
            weights = new double[classes][size];
            x = new double[size];
            x[inputs] = 1;
            outputs = new double[classes];
            projected = new double[size];
        }

        @Override
        void predict(float[] input, double[] scores) {
            for (int a = 0; a < inputs; a++) {
                x[a] = input[a];
            }
            for (int c = 0; c < classes; c++) {
                outputs[c] = Vectors.dot(weights[c], x, x.length);
            }
            System.arraycopy(outputs, 0, scores, 0, classes);
        }

        @Override
        void update(float[] input, int label) {
            inverse.times(x, projected);
            double step = 1 / (1 + Vectors.dot(x, projected, x.length));
            for (int c = 0; c < classes; c++) {
                double error = (c == label ? 1 : 0) - outputs[c];
                Vectors.addScaled(weights[c], step * error, projected, x.length);
            }
            inverse.subtractSquare(step, projected);
        }
    }
}
