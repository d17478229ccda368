package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SubRnnTest {

    private static final SubRnn PLACED_GRU =
            SubRnn.PAPER.withCell(CellType.GRU).withCoordinates(true);

    @Test
    void jsonWithoutCellAndCoordinatesIsAnLstmWithout() throws JsonProcessingException {
        String json =
                """
                {"stateSize": 16, "forwardMessageSize": 8, "backwardMessageSize": 8,
                 "layerNorm": false, "inputGateShift": -5, "forgetGateShift": 5}
                """;
        assertThat(Json.mapper().readValue(json, SubRnn.class)).isEqualTo(SubRnn.PAPER);
    }

    @Test
    void cellAndCoordinatesSurviveJson() throws JsonProcessingException {
        String json = Json.mapper().writeValueAsString(PLACED_GRU);
        assertThat(Json.mapper().readValue(json, SubRnn.class)).isEqualTo(PLACED_GRU);
    }

    @Test
    void changingOneComponentKeepsTheOthers() {
        assertThat(
                        PLACED_GRU
                                .withStateSize(3)
                                .withMessageSize(2)
                                .withLayerNorm(true)
                                .withStateSize(16)
                                .withMessageSize(8)
                                .withLayerNorm(false))
                .isEqualTo(PLACED_GRU);
    }

    @Test
    void coordinatesAreThoseOfTheInputsOfALayer() {
        Architecture architecture =
                new Architecture(
                        List.of(new HiddenLayer.Convolution(3, 2, 2), new HiddenLayer.Dense(3)));
        TaskShape task = new TaskShape(new InputShape(4, 6, 1), 4);
        // The first and the last entry of the 3 x 3 kernel, whose only channel is in the middle.
        double[] kernel = Coordinates.ofInputs(architecture, task, 0);
        assertThat(kernel).hasSize(9 * 3).startsWith(-1, -1, 0).endsWith(1, 1, 0);
        // The convolution's output is 2 x 3 x 2.
        double[] above = Coordinates.ofInputs(architecture, task, 1);
        assertThat(above).hasSize(12 * 3).startsWith(-1, -1, -1, -1, -1, 1, -1, 0, -1);
        assertThat(Coordinates.ofOutputs(architecture, task, 1)).containsExactly(-1, 0, 0, 0, 1, 0);
        assertThat(Coordinates.ofInputs(architecture, task, 2))
                .containsExactly(0, -1, 0, 0, 0, 0, 0, 1, 0);
    }

    @Test
    void aGruHasThreePartsOneStateAndWeightsForCoordinates() {
        Vsml model = new Vsml(PLACED_GRU, Architecture.dense(), Dynamics.PAPER);
        ArrayLayout meta = model.metaVariableLayout();
        assertThat(meta.entry("sub_rnn.0.w_h").shape()).containsExactly(16, 48);
        assertThat(meta.entry("sub_rnn.0.w_c").shape()).containsExactly(5, 48);
        TaskShape task = TaskShape.of(5, 2);
        assertThat(model.learnedVariableLayout(task, 1).contains("cell.0")).isFalse();
        double[] hidden =
                model.initialLearnedVariables(task, 1, new SplittableRandom(1)).array("hidden.0");
        int half = hidden.length / 2;
        assertThat(Arrays.stream(hidden, 0, half).filter(v -> v != 0).count()).isEqualTo(half);
        assertThat(Arrays.copyOfRange(hidden, half, hidden.length)).containsOnly(0);
    }

    @Test
    void clippingCellsThatDoNotExistIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Vsml(
                                        PLACED_GRU,
                                        Architecture.dense(),
                                        Dynamics.PAPER.withStateClip(2)))
                .withMessageContaining("stateClip")
                .withMessageContaining("GRU");
    }
}
