package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OptimizerTest {

    /**
     * Rate 0.1, gradients 1, −2, 0.5. Step 1: m̂ = 1, v̂ = 1, so −0.1. Step 2: m = 0.09 − 0.2 =
     * −0.11, m̂ = −0.11/0.19; v = 0.000999 + 0.004 = 0.004999, v̂ = 0.004999/0.001999. Step 3: m =
     * −0.099 + 0.05 = −0.049, m̂ = −0.049/0.271; v = 0.004994001 + 0.00025 = 0.005244001, v̂ =
     * 0.005244001/0.002997001.
     */
    @Test
    void adamFollowsASequenceWorkedOutByHand() {
        Optimizer.Adam adam = Optimizer.Adam.of(Schedule.constant(0.1));
        double[] parameters = {0};
        double[][] moments = new double[2][1];
        double[] gradients = {1, -2, 0.5};
        double[] changes = {
            -0.1,
            0.1 * (0.11 / 0.19) / Math.sqrt(0.004999 / 0.001999),
            0.1 * (0.049 / 0.271) / Math.sqrt(0.005244001 / 0.002997001)
        };
        double expected = 0;
        for (int i = 0; i < gradients.length; i++) {
            adam.update(parameters, new double[] {gradients[i]}, moments, i + 1, 0.1);
            expected += changes[i];
            // ε = 1e-8 changes a step of 0.1 by at most 1e-9.
            assertThat(parameters[0]).isCloseTo(expected, within(3e-9));
        }
    }

    @Test
    void gradientDescentWithMomentumFollowsASequenceWorkedOutByHand() {
        Optimizer.Sgd sgd = new Optimizer.Sgd(Schedule.constant(0.5), 0.9);
        double[] parameters = {1};
        double[][] moments = new double[1][1];
        sgd.update(parameters, new double[] {2}, moments, 1, 0.5);
        assertThat(parameters[0]).isZero();
        // Velocity 0.9 · 2 − 1 = 0.8.
        sgd.update(parameters, new double[] {-1}, moments, 2, 0.5);
        assertThat(parameters[0]).isCloseTo(-0.4, within(1e-15));
    }

    @Test
    void schedulesRiseAndFallAsTheirNamesSay() {
        assertThat(Schedule.constant(3).at(7, 10)).isEqualTo(3);
        Schedule linear = Schedule.linear(1, 0.5);
        assertThat(linear.at(0, 11)).isEqualTo(1);
        assertThat(linear.at(5, 11)).isEqualTo(0.75);
        assertThat(linear.at(10, 11)).isEqualTo(0.5);
        Schedule cosine = Schedule.cosine(1, 0);
        assertThat(cosine.at(0, 5)).isEqualTo(1);
        assertThat(cosine.at(1, 5)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-15));
        assertThat(cosine.at(2, 5)).isCloseTo(0.5, within(1e-15));
        assertThat(cosine.at(4, 5)).isCloseTo(0, within(1e-15));
        Schedule warm = Schedule.linear(1, 0).withWarmup(4);
        assertThat(warm.at(0, 9)).isEqualTo(0.25);
        assertThat(warm.at(3, 9)).isEqualTo(1);
        assertThat(warm.at(4, 9)).isEqualTo(1);
        assertThat(warm.at(8, 9)).isZero();
        assertThat(Schedule.constant(2).withWarmup(2).at(0, 9)).isEqualTo(1);
        // A phase of one step, and one that is all warmup.
        assertThat(cosine.at(0, 1)).isEqualTo(1);
        assertThat(warm.at(1, 2)).isEqualTo(0.5);
    }

    @Test
    void absurdSettingsAreRejected() {
        assertThatThrownBy(() -> Schedule.constant(0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Schedule.constant(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> Schedule.constant(Double.NaN)).hasMessageContaining("finite");
        assertThatThrownBy(() -> Schedule.linear(1, -0.1)).hasMessageContaining("end");
        assertThatThrownBy(() -> Schedule.constant(1).withWarmup(-1))
                .hasMessageContaining("warmup");
        assertThatThrownBy(() -> new Schedule(1, 0.5, null, null)).hasMessageContaining("constant");
        assertThatThrownBy(() -> new Optimizer.Adam(Schedule.constant(1), 1.0, null, null))
                .hasMessageContaining("beta1");
        assertThatThrownBy(() -> new Optimizer.Adam(Schedule.constant(1), null, -0.1, null))
                .hasMessageContaining("beta2");
        assertThatThrownBy(() -> new Optimizer.Adam(Schedule.constant(1), null, null, 0.0))
                .hasMessageContaining("epsilon");
        assertThatThrownBy(() -> Optimizer.Adam.of(null)).hasMessageContaining("learningRate");
        assertThatThrownBy(() -> new Optimizer.Sgd(Schedule.constant(1), 1.0))
                .hasMessageContaining("momentum");
        assertThatThrownBy(() -> new StatePool(0, 0.5, 1)).hasMessageContaining("capacity");
        assertThatThrownBy(() -> new StatePool(1, 0, 1)).hasMessageContaining("probability");
        assertThatThrownBy(() -> new StatePool(1, 0.5, 0)).hasMessageContaining("window");
        assertThatThrownBy(() -> new GradientEstimator.Backpropagation(-5.0, null))
                .hasMessageContaining("clip");
        assertThatThrownBy(() -> new GradientEstimator.Backpropagation(5.0, -1))
                .hasMessageContaining("truncation");
        assertThatThrownBy(
                        () ->
                                new GradientEstimator.EvolutionStrategies(
                                        Schedule.linear(0.1, 0), null))
                .hasMessageContaining("sigma");
    }
}
