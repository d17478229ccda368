package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

class RunningStandardisationTest {

    private static double[] standardised(int inputs, double... values) {
        RunningStandardisation standardisation = new RunningStandardisation(inputs);
        double[] result = values.clone();
        for (int offset = 0; offset < values.length; offset += inputs) {
            standardisation.next(result, offset);
        }
        return result;
    }

    @Test
    void anExampleIsStandardisedByAllSeenUpToIt() {
        // Of 1 and 3: mean 2, deviation 1. Of 1, 3 and 8: mean 4, variance (9 + 1 + 16)/3.
        assertThat(standardised(1, 1, 3, 8))
                .containsExactly(new double[] {0, 1, 4 / Math.sqrt(26 / 3.0)}, within(1e-14));
    }

    @Test
    void anInputThatNeverChangesIsZeroAndOutliersAreClipped() {
        double[] values = new double[2 * 101];
        Arrays.fill(values, 7);
        values[2 * 100] = -1e9;

        double[] result = standardised(2, values);

        assertThat(Arrays.copyOf(result, 200)).containsOnly(0);
        assertThat(result[200]).isEqualTo(-5);
        assertThat(result[201]).isZero();
    }

    @Test
    void scaleAndOffsetOfAnInputDoNotMatter() {
        RandomGenerator random = Seeds.generator(1);
        double[] values = random.doubles(300).toArray();
        double[] scaled = values.clone();
        for (int i = 0; i < 300; i += 3) {
            scaled[i] = 1000 * values[i] - 50;
            scaled[i + 1] = values[i + 1] / 4096;
        }

        assertThat(standardised(3, scaled)).containsExactly(standardised(3, values), within(1e-9));
    }

    @Test
    void anAlgorithmSeesStandardisedInputsWhateverThePieces() {
        TaskShape task = TaskShape.of(2, 2);
        OnlineAlgorithm echo =
                new OnlineAlgorithm() {
                    @Override
                    public String name() {
                        return "echo";
                    }

                    @Override
                    public OnlineStream start(TaskShape ignored, long seed) {
                        return examples -> examples.inputs().clone();
                    }
                };
        double[] inputs = {1, 10, 3, 10, 8, 30};
        OnlineStream session = new StandardisedInputs(echo).start(task, 0);
        double[] first =
                session.learn(Examples.online(task, Arrays.copyOf(inputs, 4), new int[] {0, -1}));
        double[] second =
                session.learn(
                        Examples.online(task, Arrays.copyOfRange(inputs, 4, 6), new int[] {1}));

        double[] all = standardised(2, inputs);
        assertThat(first).isEqualTo(Arrays.copyOf(all, 4));
        assertThat(second).isEqualTo(Arrays.copyOfRange(all, 4, 6));
        assertThat(inputs).containsExactly(1, 10, 3, 10, 8, 30);
    }

    @Test
    void noInputsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RunningStandardisation(0))
                .withMessageContaining("inputs must be >= 1, got 0");
    }
}
