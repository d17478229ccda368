package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vsml.core.Json;
import org.vsml.core.NamedArrays;
import org.vsml.core.Vsml;

class MetaTrainingConfigTest {

    @TempDir private Path folder;

    static Stream<String> partsOfGeneral1() {
        return Stream.of(
                "general-1-part-1",
                "general-1-part-2",
                "general-1-part-3",
                "general-1-part-4",
                "general-1-part-5",
                "general-1-part-6",
                "general-1");
    }

    static Stream<String> shipped() {
        return Stream.concat(Stream.of("tiny", "mnist-gradient", "mnist-es"), partsOfGeneral1());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedConfigurationsAreValidAndSurviveJson(String name) throws Exception {
        MetaTrainingConfig config = MetaTrainingConfig.named(name);
        assertThat(config.name()).isEqualTo(name);
        String json = Json.mapper().writeValueAsString(config);
        assertThat(Json.mapper().readValue(json, MetaTrainingConfig.class)).isEqualTo(config);
    }

    @ParameterizedTest
    @MethodSource("partsOfGeneral1")
    void general1NeverSeesTheSetsItIsTestedOn(String name) throws Exception {
        String json = Json.mapper().writeValueAsString(MetaTrainingConfig.named(name));
        assertThat(json.replace("fashion_mnist", "").replace("kmnist", ""))
                .doesNotContain("mnist")
                .doesNotContain("digits8x8")
                .doesNotContain("omniglot");
    }

    @Test
    void timeScalesChangeWhatARunStartsFrom() throws Exception {
        MetaTrainingConfig plain = MetaTrainingConfig.named("tiny");
        MetaTrainingConfig spread =
                new MetaTrainingConfig(
                        "spread",
                        plain.learner(),
                        plain.phases(),
                        null,
                        null,
                        null,
                        List.of(0.0, 2.0));
        String json = Json.mapper().writeValueAsString(spread);
        assertThat(Json.mapper().readValue(json, MetaTrainingConfig.class)).isEqualTo(spread);
        Vsml learner = (Vsml) plain.learner();
        NamedArrays initial = NamedArrays.zeros(learner.metaVariableLayout());
        assertThat(plain.start(initial).values()).containsOnly(0);
        assertThat(spread.start(initial).array("sub_rnn.0.bias")).startsWith(0, -2, 0, -2);
        assertThatThrownBy(
                        () ->
                                new MetaTrainingConfig(
                                        "toy",
                                        Toys.LEARNER,
                                        List.of(Toys.gradientPhase(1, 0.1)),
                                        null,
                                        null,
                                        null,
                                        List.of(1.0)))
                .hasMessageContaining("timeScales are for a VSML learner");
    }

    @Test
    void anUnknownNameIsExplained() {
        assertThatThrownBy(() -> MetaTrainingConfig.named("generall-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("generall-1");
        assertThatThrownBy(() -> MetaTrainingConfig.named("../tiny"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** One change to a valid file, and what the error must say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    learningRate: 0.003        | learningRate: 1, decay: 2 | decay
                    learningRate: 0.003        | learningRate: -0.003    | value of a schedule must be positive, got -0.003
                    learningRate: 0.003        | learningRate: fast      | learningRate
                    steps: 20                  | steps: -20              | steps of a phase must be >= 1, got -20
                    steps: 20                  | steps: many             | steps
                    batch: 4                   | batch: 0                | batch of a phase must be in [1, 1048576], got 0
                    batch: 4                   | batch: 99999999999      | batch
                    clip: 5                    | clip: -5                | clip must be positive
                    clip: 5                    | clip: 5, clipping: 3    | clipping
                    type: backpropagation      | type: backpropagate     | backpropagate
                    every: 10                  | every: 0                | every of evaluation must be >= 1, got 0
                    keep: 2                    | keep: 0                 | keep of checkpoints
                    seeds: 2                   | seeds: -1               | seeds of evaluation
                    stateSize: 8               | stateSize: 0            | stateSize must be in
                    name: tiny                 | name: ''                | name must be made of
                    keep: 2                    | keep: 2, kept: 3        | kept
                    phases:                    | phases: []              | not valid YAML
                    length: 10                 | length: -10             | min must be >= 1
                    """)
    void aMistakeIsNamedWithItsFileAndPlace(String from, String to, String message)
            throws Exception {
        String yaml = shipped("tiny");
        assertThat(yaml).contains(from);
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, yaml.replaceFirst(java.util.regex.Pattern.quote(from), to));
        assertThatThrownBy(() -> MetaTrainingConfig.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mine.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyFileAndABombAreRejected() throws Exception {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, "");
        assertThatThrownBy(() -> MetaTrainingConfig.read(file)).hasMessageContaining("mine.yaml");
        Files.writeString(file, "[".repeat(1000));
        assertThatThrownBy(() -> MetaTrainingConfig.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mine.yaml");
    }

    @Test
    void schedulesAreNumbersOrObjects() throws Exception {
        assertThat(Json.mapper().readValue("1", Schedule.class)).isEqualTo(Schedule.constant(1));
        assertThat(
                        Json.mapper()
                                .readValue(
                                        "{\"value\": 1, \"decay\": \"cosine\", \"warmup\": 3}",
                                        Schedule.class))
                .isEqualTo(Schedule.cosine(1, 0).withWarmup(3));
    }

    @Test
    void aPoolIsForBackpropagationAndMeanLosses() {
        Phase evolution =
                Phase.of(
                        1,
                        Toys.episodes(4),
                        1,
                        new GradientEstimator.EvolutionStrategies(Schedule.constant(1), null),
                        Optimizer.Sgd.of(Schedule.constant(1)));
        assertThatThrownBy(() -> evolution.withPool(new StatePool(1, 1, 1)))
                .hasMessageContaining("backpropagation");
    }

    private static String shipped(String name) throws IOException {
        try (var in = MetaTrainingConfig.class.getResourceAsStream(name + ".yaml")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
