package org.vsml.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorsTest {

    @Test
    void sumHasTheBitsOfAStreamsSum() {
        Random random = new Random(1);
        for (int length = 0; length < 50; length++) {
            double[] values = new double[length];
            Arrays.setAll(
                    values, i -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20.0));
            assertSameBits(values);
        }
        double infinite = Double.POSITIVE_INFINITY;
        assertSameBits(infinite, 1);
        assertSameBits(1, -infinite, 2);
        assertSameBits(infinite, -infinite);
        assertSameBits(1e308, 1e308);
        assertSameBits(Double.NaN, 1);
        assertSameBits(-0.0);
    }

    private static void assertSameBits(double... values) {
        assertThat(Double.doubleToLongBits(Vectors.sum(values)))
                .isEqualTo(Double.doubleToLongBits(Arrays.stream(values).sum()));
    }
}
