package org.vsml.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RationalTanhTest {

    @Test
    void isExactToAMillionthAndNeverBeyondOne() {
        float bound = RationalTanh.BOUND;
        double worst = 0;
        for (int i = 1; i <= 100_000; i++) {
            float x = bound * i / 100_000;
            double expected = Math.tanh(x);
            float actual = tanh(x);
            assertThat(actual).isLessThanOrEqualTo(1);
            worst = Math.max(worst, Math.abs(actual - expected) / expected);
        }
        assertThat(worst).isLessThan(1e-6);
        assertThat(1 - tanh(bound)).isLessThan(1e-6f);
    }

    private static float tanh(float x) {
        float s = x * x;
        float p = ((RationalTanh.P7 * s + RationalTanh.P5) * s + RationalTanh.P3) * s;
        float q = ((RationalTanh.Q8 * s + RationalTanh.Q6) * s + RationalTanh.Q4) * s;
        return x * (p + RationalTanh.P1) / ((q + RationalTanh.Q2) * s + RationalTanh.Q0);
    }
}
