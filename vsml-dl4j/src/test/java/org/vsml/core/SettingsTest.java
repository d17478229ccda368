package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineLearner;

/** Whatever a setting or a meta variable is, it is refused by name, or the learner predicts. */
class SettingsTest {

    private static final double[] EXTREMES = {
        Double.MAX_VALUE, -Double.MAX_VALUE, 1e39, -1e39, 1e7, 1e-7, -1e-7, 1e-39, 1e-300, 0, -1
    };

    private static final Vsml LAYER =
            new Vsml(
                    new SubRnn(2, 2, 2, false, -5, 5),
                    Architecture.dense(),
                    Dynamics.PAPER.withBackwardPass(true, true).withStateClip(4));

    private static Stream<LearnerConfig> learners() {
        return Stream.of(
                LAYER,
                new Vsml(
                        new SubRnn(2, 3, 2, true, -5, 5),
                        Architecture.dense(3),
                        Dynamics.PAPER.withConstantInputs(ConstantInputs.REST)),
                new Vsml(
                        new SubRnn(2, 2, 2, false, 0, 0, CellType.GRU, false),
                        Architecture.dense(),
                        Dynamics.PAPER),
                new Vsml(
                        new SubRnn(2, 2, 2, false, 0, 0, CellType.VANILLA, false),
                        Architecture.dense(),
                        Dynamics.PAPER),
                new Conditioned(LAYER, Conditioning.STANDARD),
                new VsmlWithMemory(
                        LAYER,
                        Conditioning.STANDARD,
                        Memory.STANDARD,
                        Discriminant.STANDARD
                                .withFeatures(new FourierFeatures(3, 2, List.of(0.1), 0.1))
                                .withRegression(true)));
    }

    private static JsonNode json(LearnerConfig config) throws Exception {
        return Json.mapper()
                .readTree(Json.mapper().writerFor(LearnerConfig.class).writeValueAsString(config));
    }

    /** Learns a little on harsh inputs; every prediction must add up to 1. */
    private static void learns(LearnerConfig config, NamedArrays metaVariables) {
        OnlineLearner learner =
                OnlineLearner.pretrained(
                                new LearningAlgorithm(
                                        config,
                                        metaVariables,
                                        Provenance.of("tried", metaVariables).build()),
                                Engine.auto())
                        .forTask(3, 2);
        RandomGenerator random = Seeds.generator(3);
        for (int t = 0; t < 12; t++) {
            double size = t % 4 == 3 ? Float.MAX_VALUE : 1;
            double[] input = {size * random.nextGaussian() / 10, t % 2, size};
            assertAddUp(learner.predict(input));
            assertAddUp(learner.learn(input, t % 2));
        }
    }

    private static void assertAddUp(double[] probabilities) {
        assertThat(Arrays.stream(probabilities).sum())
                .as("%s", Arrays.toString(probabilities))
                .isCloseTo(1, within(1e-9));
    }

    private static List<ObjectNode> objects(JsonNode tree) {
        List<ObjectNode> all = new ArrayList<>();
        if (tree instanceof ObjectNode object) {
            all.add(object);
        }
        tree.forEach(child -> all.addAll(objects(child)));
        return all;
    }

    @ParameterizedTest
    @MethodSource("learners")
    void everyNumberOfALearnerIsRefusedByNameOrGivesProbabilities(LearnerConfig config)
            throws Exception {
        int objects = objects(json(config)).size();
        int refused = 0;
        for (int o = 0; o < objects; o++) {
            for (Map.Entry<String, JsonNode> field : objects(json(config)).get(o).properties()) {
                boolean number =
                        field.getValue().isDouble() || field.getValue().asText().equals("Infinity");
                for (double extreme : number ? EXTREMES : new double[0]) {
                    JsonNode changed = json(config);
                    objects(changed).get(o).set(field.getKey(), DoubleNode.valueOf(extreme));
                    LearnerConfig read;
                    try {
                        read = Json.mapper().treeToValue(changed, LearnerConfig.class);
                    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                        assertThat(e).hasMessageContaining(field.getKey());
                        refused++;
                        continue;
                    }
                    assertThatCode(
                                    () ->
                                            learns(
                                                    read,
                                                    read.initialMetaVariables(Seeds.generator(1))))
                            .as("%s: %s", field.getKey(), extreme)
                            .doesNotThrowAnyException();
                }
            }
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @MethodSource("learners")
    void everyIntegerOfALearnerIsRefusedByNameUnlessItIsOne(LearnerConfig config) throws Exception {
        int objects = objects(json(config)).size();
        for (int o = 0; o < objects; o++) {
            for (Map.Entry<String, JsonNode> field : objects(json(config)).get(o).properties()) {
                List<JsonNode> wrong =
                        !field.getValue().isInt()
                                ? List.of()
                                : List.of(
                                        DoubleNode.valueOf(field.getValue().asInt() + 0.9),
                                        TextNode.valueOf(field.getValue().asText()),
                                        com.fasterxml.jackson.databind.node.BooleanNode.TRUE,
                                        com.fasterxml.jackson.databind.node.NullNode.instance,
                                        IntNode.valueOf(Integer.MIN_VALUE));
                for (JsonNode value : wrong) {
                    JsonNode changed = json(config);
                    objects(changed).get(o).set(field.getKey(), value);
                    assertThatExceptionOfType(
                                    com.fasterxml.jackson.core.JsonProcessingException.class)
                            .as("%s: %s", field.getKey(), value)
                            .isThrownBy(
                                    () -> Json.mapper().treeToValue(changed, LearnerConfig.class))
                            .withMessageContaining(field.getKey());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("learners")
    void everyMetaVariableIsRefusedByNameOrGivesProbabilities(LearnerConfig config) {
        NamedArrays original = config.initialMetaVariables(Seeds.generator(2));
        for (ArrayLayout.Entry entry : original.layout().entries()) {
            for (double extreme :
                    new double[] {
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        1e308,
                        -1e308
                    }) {
                NamedArrays changed = with(original, entry, extreme);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> learns(config, changed))
                        .withMessageContainingAll("tried", entry.name(), "finite");
            }
            for (double bound : new double[] {1e6, -1e6, 1e-300}) {
                NamedArrays changed = with(original, entry, bound);
                if (!entry.name().equals("memory.log_sharpness") || bound < 1) {
                    assertThatCode(() -> tryToLearn(config, changed))
                            .as("%s: %s", entry.name(), bound)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    private static void tryToLearn(LearnerConfig config, NamedArrays metaVariables) {
        try {
            learns(config, metaVariables);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("memory.log_sharpness");
        }
    }

    private static NamedArrays with(NamedArrays original, ArrayLayout.Entry entry, double value) {
        NamedArrays changed = original.copy();
        double[] values = new double[entry.size()];
        Arrays.fill(values, value);
        changed.set(entry.name(), values);
        return changed;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aTaskNeedsTwoClasses(int classes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnlineLearner.pretrained().forTask(4, classes))
                .withMessageContainingAll("classes", Integer.toString(classes));
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 16, 1 << 20, 1 << 22, 1 << 24, Integer.MAX_VALUE})
    void aTaskThatNoHeapCanHoldIsRefusedBeforeItIsAllocated(int inputs) {
        for (int classes : new int[] {1 << 10, 1 << 16, 1 << 20, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .as("%d inputs, %d classes", inputs, classes)
                    .isThrownBy(() -> OnlineLearner.pretrained().forTask(inputs, classes));
        }
    }

    @Test
    void memoryThatTheHeapCannotHaveIsRefusedWithWhatToDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heap.require(Long.MAX_VALUE, "300 units", "lower the capacity"))
                .withMessageContainingAll("300 units", "GB", "lower the capacity", "-Xmx");
        assertThatCode(() -> Heap.require(1, "a byte", "nothing")).doesNotThrowAnyException();
    }

    @Test
    void sizesOfConvolutionsThatOverflowAreNamedAsTheyAre() {
        TaskShape task = new TaskShape(new InputShape(8, 8, 3), 10);
        for (int kernel : new int[] {8193, 46341, 65535, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    new Architecture(
                                                    List.of(
                                                            new HiddenLayer.Convolution(
                                                                    kernel, 1, 4)))
                                            .resolve(task))
                    .withMessageContaining(kernel + " x " + kernel);
        }
        for (int channels : new int[] {1 << 26, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    new Architecture(
                                                    List.of(
                                                            new HiddenLayer.Convolution(
                                                                    3, 1, channels)))
                                            .resolve(task))
                    .withMessageContaining(Integer.toString(channels));
        }
        // The longest stride leaves one position.
        assertThat(
                        new Architecture(
                                        List.of(
                                                new HiddenLayer.Convolution(
                                                        3, Integer.MAX_VALUE, 4)))
                                .resolve(task)
                                .get(0)
                                .positions())
                .isOne();
    }

    @Test
    void inputsBeyondFloatAreRefusedByExampleAndIndex() {
        TaskShape task = TaskShape.of(3, 2);
        for (double value : new double[] {1e39, -1e39, Double.MAX_VALUE, Double.NaN}) {
            for (int at : IntStream.range(0, 6).toArray()) {
                double[] inputs = new double[6];
                inputs[at] = value;
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Examples.online(task, inputs, new int[] {0, 1}))
                        .withMessageContainingAll(
                                "input " + at % 3, "example " + at / 3, Double.toString(value));
            }
            double[] one = {0, 0, value};
            OnlineLearner learner = OnlineLearner.pretrained().forTask(3, 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.learn(one, 0))
                    .withMessageContainingAll("input 2", Double.toString(value));
        }
    }
}
