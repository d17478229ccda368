package org.vsml.cloning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.Architecture;
import org.vsml.core.SubRnn;
import org.vsml.episode.Seeds;
import org.vsml.math.AdamStep;

class TupleLossTest {

    private static final int SIZE = 64;
    private static final ClonedBackpropagation CONFIG =
            new ClonedBackpropagation(new SubRnn(8, 2, 2, false, 0, 1), Architecture.dense(), 4, 4);

    private final CloneVariables layout = new CloneVariables(8);
    private final TupleLoss loss =
            new TupleLoss(CONFIG, layout, new TargetWeights(1, 3, 2, 1, 0.5, 1), 1, 1, SIZE);
    private final TupleBlock block = block();

    private static TupleBlock block() {
        TupleBlock block = new TupleBlock(SIZE);
        TupleSampler.fill(block, 0, SIZE, Seeds.generator(3));
        block.target(1, 1);
        block.groups = 1;
        return block;
    }

    private float[] variables() {
        return layout.initial(Seeds.generator(1), 1, new double[] {-1, -1});
    }

    private double lossAt(float[] variables, float[] direction, double step) {
        float[] moved = variables.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        return loss.evaluate(moved, block, null).loss;
    }

    @Test
    void gradientIsThatOfCentralDifferencesInEveryArray() {
        float[] variables = variables();
        float[] gradient = new float[layout.size];
        loss.evaluate(variables, block, gradient);
        int[] ends = {
            layout.errorInput,
            layout.recurrent,
            layout.bias,
            layout.forwardOutput,
            layout.forwardOffset,
            layout.backwardOutput,
            layout.backwardOffset,
            layout.size
        };
        int from = 0;
        for (int end : ends) {
            RandomGenerator random = Seeds.generator(2, end);
            float[] direction = new float[layout.size];
            double expected = 0;
            double norm = 0;
            for (int i = from; i < end; i++) {
                // Along the gradient, so that nothing cancels, but not it alone.
                direction[i] = (float) (gradient[i] * random.nextDouble(0.2, 1.8));
                norm += direction[i] * direction[i];
            }
            norm = Math.sqrt(norm);
            assertThat(norm).isPositive();
            for (int i = from; i < end; i++) {
                direction[i] /= (float) norm;
                expected += direction[i] * gradient[i];
            }
            double step = 2e-3;
            double actual =
                    (lossAt(variables, direction, step) - lossAt(variables, direction, -step))
                            / (2 * step);
            assertThat(actual)
                    .as("variables %d to %d", from, end)
                    .isCloseTo(expected, within(0.01 * expected));
            from = end;
        }
    }

    @Test
    void someStepsOfAdamMakeTheLossSmaller() {
        float[] variables = variables();
        double before = loss.evaluate(variables, block, null).loss;
        double[] first = new double[layout.size];
        double[] second = new double[layout.size];
        for (int step = 0; step < 100; step++) {
            float[] gradient = new float[layout.size];
            loss.evaluate(variables, block, gradient);
            double[] mean = new double[gradient.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = gradient[i] / (double) SIZE;
            }
            AdamStep.USUAL.take(variables, mean, first, second, step + 1, 0.01);
        }
        assertThat(loss.evaluate(variables, block, null).loss).isLessThan(0.5 * before);
    }

    @Test
    void variablesComeBackFromMetaVariables() {
        float[] variables = variables();
        assertThat(layout.values(layout.metaVariables(variables, CONFIG), CONFIG))
                .isEqualTo(variables);
    }
}
