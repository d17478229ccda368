package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class VsmlTest {

    private static final Vsml MODEL =
            new Vsml(
                    new SubRnn(3, 2, 2, false, -5, 5),
                    Architecture.dense(),
                    Dynamics.PAPER.withBackwardPass(true, true));

    @Test
    void timeScalesMoveTheGatesOfEveryUnitApartAndNothingElse() {
        NamedArrays before = MODEL.initialMetaVariables(RandomGenerator.of("L64X128MixRandom"));
        NamedArrays after = MODEL.withTimeScales(before, List.of(1.0, -2.0));
        for (ArrayLayout.Entry entry : before.layout().entries()) {
            double[] expected = before.array(entry.name());
            if (entry.name().endsWith(".bias")) {
                assertThat(after.array(entry.name()))
                        .containsExactly(-1, 2, -1, 0, 0, 0, 1, -2, 1, 0, 0, 0);
                assertThat(expected).containsOnly(0);
            } else {
                assertThat(after.array(entry.name())).isEqualTo(expected);
            }
        }
    }

    @Test
    void timeScalesNeedCellsAndNumbers() {
        NamedArrays values = NamedArrays.zeros(MODEL.metaVariableLayout());
        assertThatThrownBy(() -> MODEL.withTimeScales(values, List.of()))
                .hasMessage("time scales must be at least one finite number, got []");
        assertThatThrownBy(() -> MODEL.withTimeScales(values, List.of(Double.NaN)))
                .hasMessageContaining("got [NaN]");
        Vsml gru =
                new Vsml(
                        MODEL.subRnn().withCell(CellType.GRU),
                        MODEL.architecture(),
                        MODEL.dynamics());
        assertThatThrownBy(
                        () ->
                                gru.withTimeScales(
                                        NamedArrays.zeros(gru.metaVariableLayout()), List.of(1.0)))
                .hasMessageContainingAll("LSTM", "GRU");
    }
}
