package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Impossible configurations say which field is wrong, what was expected and what came. */
class ConfigurationTest {

    private static final TaskShape TASK = TaskShape.of(3, 2);

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable made) {
        return assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePaperHas2384MetaVariables() {
        assertThat(Vsml.PAPER.metaVariableLayout().size()).isEqualTo(2384);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8, 8, stateSize, got 0",
        "5000, 8, 8, stateSize, got 5000",
        "16, 1, 8, forwardMessageSize, got 1",
        "16, 8, 1, backwardMessageSize, got 1"
    })
    void impossibleSubRnnIsRefused(int n, int forward, int backward, String field, String got) {
        assertRefused(() -> new SubRnn(n, forward, backward, false, -5, 5))
                .hasMessageContainingAll(field, got);
    }

    @Test
    void gateShiftsMustBeNumbers() {
        assertRefused(() -> new SubRnn(16, 8, 8, false, Double.NaN, 5))
                .hasMessageContainingAll("inputGateShift", "NaN");
        assertRefused(() -> new SubRnn(16, 8, 8, false, -5, Double.POSITIVE_INFINITY))
                .hasMessageContaining("forgetGateShift");
    }

    @Test
    void impossibleDynamicsAreRefused() {
        Dynamics paper = Dynamics.PAPER;
        assertRefused(() -> paper.withMicroTicks(0)).hasMessageContainingAll("microTicks", "got 0");
        assertRefused(() -> paper.withBackwardPass(false, true))
                .hasMessageContainingAll("separateBackwardRnn", "backwardPass");
        assertRefused(() -> paper.withStateClip(0)).hasMessageContaining("stateClip");
        assertRefused(() -> paper.withStateClip(Double.NaN)).hasMessageContaining("stateClip");
        assertRefused(() -> paper.withRandomProportion(1.5))
                .hasMessageContainingAll("randomProportion", "got 1.5");
        assertRefused(() -> paper.withAggregation(null)).hasMessageContaining("aggregation");
    }

    @Test
    void inputsRestInDenseFirstLayersThatAverageAndKnowNoPlaces() {
        Dynamics rest = Dynamics.PAPER.withConstantInputs(ConstantInputs.REST);
        Vsml model = Vsml.PAPER.withDynamics(rest);
        assertThat(model.inputsRest()).isTrue();
        assertThat(model.withArchitecture(Architecture.dense(5)).inputsRest()).isTrue();
        Architecture convolution = new Architecture(List.of(new HiddenLayer.Convolution(3, 1, 2)));
        assertThat(model.withArchitecture(convolution).inputsRest()).isFalse();
        assertThat(Vsml.PAPER.inputsRest()).isFalse();
        assertRefused(() -> rest.withAggregation(Aggregation.SUM))
                .hasMessageContainingAll("constantInputs", "MEAN", "got SUM");
        assertRefused(
                        () ->
                                new Vsml(
                                        SubRnn.PAPER.withCoordinates(true),
                                        Architecture.dense(),
                                        rest))
                .hasMessageContainingAll("constantInputs", "coordinates");
    }

    @Test
    void whatWasSavedBeforeInputsCouldRestLetsAllTakePart() throws Exception {
        ObjectNode saved = Json.mapper().valueToTree(Dynamics.PAPER.withStateClip(3));
        saved.remove("constantInputs");
        assertThat(Json.mapper().treeToValue(saved, Dynamics.class))
                .isEqualTo(Dynamics.PAPER.withStateClip(3));
    }

    @Test
    void theOutputChannelMustBeThere() {
        SubRnn narrow = SubRnn.PAPER.withMessageSize(2);
        Dynamics high = Dynamics.PAPER;
        assertThat(new Vsml(narrow, Architecture.dense(), high).subRnn()).isEqualTo(narrow);
        Dynamics third =
                new Dynamics(
                        2,
                        false,
                        false,
                        false,
                        false,
                        Aggregation.MEAN,
                        100,
                        2,
                        0.5,
                        1e9,
                        0.5,
                        null);
        assertRefused(() -> new Vsml(narrow, Architecture.dense(), third))
                .hasMessageContainingAll("outputChannel", "2");
    }

    @Test
    void impossibleArchitecturesAreRefused() {
        assertRefused(() -> Architecture.dense(0)).hasMessageContainingAll("units", "got 0");
        assertRefused(() -> new HiddenLayer.Convolution(4, 1, 2))
                .hasMessageContainingAll("kernel", "odd", "got 4");
        assertRefused(() -> new HiddenLayer.Convolution(3, 0, 2)).hasMessageContaining("stride");
        assertRefused(
                        () ->
                                new Architecture(
                                        List.of(
                                                new HiddenLayer.Dense(3),
                                                new HiddenLayer.Convolution(3, 1, 2))))
                .hasMessageContaining("a convolution cannot follow a dense layer");
        assertRefused(() -> Architecture.dense(new int[100])).isNotNull();
        assertRefused(() -> Architecture.dense(1 << 20).resolve(TaskShape.of(1 << 20, 10)))
                .hasMessageContaining("sub-RNNs");
    }

    @Test
    void impossibleTasksAreRefused() {
        assertRefused(() -> TaskShape.of(0, 2)).hasMessageContaining("width");
        assertRefused(() -> TaskShape.of(3, 0)).hasMessageContainingAll("classes", "got 0");
        assertRefused(() -> new InputShape(1 << 13, 1 << 13, 1)).hasMessageContaining("at most");
        assertRefused(() -> new TaskShape(null, 2)).hasMessageContaining("input shape");
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 2, Integer.MAX_VALUE})
    void aLabelOutOfRangeIsRefusedWithItsExample(int label) {
        assertRefused(() -> Examples.online(TASK, new double[6], new int[] {0, label}))
                .hasMessageContainingAll("example 1", "[0, 2)", "got " + label);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void anInputThatIsNotANumberIsRefusedWithItsPlace(double value) {
        double[] inputs = new double[6];
        inputs[5] = value;
        assertRefused(() -> Examples.online(TASK, inputs, new int[] {0, 1}))
                .hasMessageContainingAll("input 2 of example 1", "got " + value);
    }

    @Test
    void examplesThatDoNotAddUpAreRefused() {
        assertRefused(() -> Examples.online(TASK, new double[5], new int[2]))
                .hasMessageContainingAll("2 labels", "6 input values", "got 5");
        assertRefused(() -> new Examples(TASK, 2, new double[9], new int[3]))
                .hasMessageContaining("multiple of parallel 2");
        assertRefused(() -> new Examples(TASK, 0, new double[0], new int[0]))
                .hasMessageContaining("parallel");
    }

    @Test
    void impossibleRolloutOptionsAreRefused() {
        assertRefused(() -> RolloutOptions.GRADIENT.withTruncation(-1))
                .hasMessageContainingAll("truncation", "got -1");
        assertRefused(() -> RolloutOptions.GRADIENT.withMemoryBudget(0))
                .hasMessageContaining("memoryBudget");
        assertRefused(() -> RolloutOptions.FORWARD.withInputGradient(true))
                .hasMessageContaining("inputGradient");
    }

    @Test
    void anUnknownEngineIsRefusedWithTheNamesThereAre() {
        assertRefused(() -> Engine.of("tpu", Precision.FLOAT))
                .hasMessageContainingAll("tpu", "samediff");
    }

    @Test
    void unknownMissingAndWrongKeysInJsonAreRefusedByName() {
        String good =
                "{'stateSize': 16, 'forwardMessageSize': 8, 'backwardMessageSize': 8,"
                        + " 'layerNorm': false, 'inputGateShift': -5, 'forgetGateShift': 5}";
        assertThatThrownBy(() -> subRnn(good.replace("'layerNorm'", "'x': 1, 'layerNorm'")))
                .hasMessageContaining("\"x\"");
        assertThatThrownBy(() -> subRnn(good.replace("'forwardMessageSize': 8,", "")))
                .hasMessageContaining("forwardMessageSize");
        assertThatThrownBy(() -> subRnn(good.replace("16", "0")))
                .hasMessageContainingAll("stateSize", "got 0");
        assertThatThrownBy(() -> subRnn(good.replace("16", "'many'")))
                .hasMessageContainingAll("stateSize", "many");
        assertThatThrownBy(() -> subRnn(good + "}")).isInstanceOf(JsonProcessingException.class);
    }

    private static SubRnn subRnn(String json) throws JsonProcessingException {
        return Json.mapper().readValue(json.replace('\'', '"'), SubRnn.class);
    }

    @Test
    void aWeightVectorOfAnotherModelIsRefused() {
        ArrayLayout layout = Vsml.PAPER.metaVariableLayout();
        ArrayLayout other =
                new Vsml(SubRnn.PAPER.withStateSize(8), Architecture.dense(), Dynamics.PAPER)
                        .metaVariableLayout();
        assertRefused(
                        () ->
                                NamedArrays.zeros(other)
                                        .requireLayout(layout, "meta variables", "the test"))
                .hasMessageContainingAll("meta variables", "the test");
        assertThat(Arrays.stream(NamedArrays.zeros(other).values()).sum()).isZero();
    }

    @Test
    void slicesOfAStreamAreItsStepsInOrder() {
        Examples stream =
                new Examples(TaskShape.of(1, 4), 2, new double[] {0, 1, 2, 3, 4, 5}, new int[6]);

        assertThat(stream.slice(1, 1).inputs()).containsExactly(2, 3);
        assertThat(stream.slice(1, 2).inputs()).containsExactly(2, 3, 4, 5);
        assertThat(stream.slice(0, 3)).isSameAs(stream);
        assertThat(stream.slice(3, 0).length()).isZero();
        assertRefused(() -> stream.slice(2, 2)).hasMessageContaining("[0, 3]");
        assertRefused(() -> stream.slice(-1, 2));
    }
}
