package org.vsml.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

    private static final double NAN = Double.NaN;

    /** Every row of up to four scores out of NaN, −∞, two numbers and ∞. */
    @Test
    void theLargestScoreThatIsANumberIsChosenAndTheFirstOfEquals() {
        double[] values = {NAN, Double.NEGATIVE_INFINITY, -1, 2, Double.POSITIVE_INFINITY};
        for (int count = 1; count <= 4; count++) {
            for (int code = 0; code < Math.pow(values.length, count); code++) {
                double[] row = new double[count + 1];
                row[0] = 1000;
                for (int i = 0, rest = code; i < count; i++, rest /= values.length) {
                    row[i + 1] = values[rest % values.length];
                }
                int expected = Softmax.NONE;
                double[] numbers =
                        Arrays.stream(row).skip(1).filter(x -> !Double.isNaN(x)).sorted().toArray();
                if (numbers.length > 0) {
                    for (expected = 0; row[expected + 1] != numbers[numbers.length - 1]; ) {
                        expected++;
                    }
                }
                assertThat(Softmax.argMax(row, 1, count))
                        .as(Arrays.toString(row))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void softmaxOfOneNanIsNanEverywhere() {
        assertThat(Softmax.of(new double[] {1, NAN, 2}, 0, 3)).containsOnly(NAN);
        assertThat(Softmax.logSumExp(new double[] {NAN, NAN}, 0, 2)).isNaN();
    }

    @Test
    void scoresFarFromZeroNeitherOverflowNorVanish() {
        double[] p = Softmax.of(new double[] {0, 1e5, 1e5 + Math.log(3)}, 1, 2);
        assertThat(p[0]).isEqualTo(0.25, within(1e-10));
        assertThat(p[1]).isEqualTo(0.75, within(1e-10));
        float[] single = {-1e5f, -1e5f};
        Softmax.inPlace(single);
        assertThat(single).containsExactly(0.5f, 0.5f);
        float[] rounded = new float[2];
        Softmax.of(new float[] {3e4f, 3e4f}, rounded);
        assertThat(rounded).containsExactly(0.5f, 0.5f);
    }
}
