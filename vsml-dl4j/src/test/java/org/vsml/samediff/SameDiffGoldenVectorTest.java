package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.conformance.Conformance;
import org.vsml.conformance.GoldenVector;
import org.vsml.core.Precision;
import org.vsml.core.Vsml;

class SameDiffGoldenVectorTest {

    private static final Path VECTORS = Path.of("src/test/resources/vectors");

    @ParameterizedTest
    @CsvSource({
        "dense_one_layer",
        "dense_one_layer_feed_label_layer_norm",
        "dense_two_layers",
        "dense_two_layers_backward_pass",
        "dense_two_layers_separate_backward_layerwise",
        "conv_stride1_then_dense",
        "conv_stride2_then_dense"
    })
    void doubleAgreesThroughWindowsOfOneTwoAndAllExamples(String name) throws IOException {
        GoldenVector vector = GoldenVector.read(VECTORS.resolve(name + ".json"));
        for (int window : List.of(1, 2, vector.examples().length())) {
            SameDiffLearner learner =
                    new SameDiffLearner(
                            new VsmlStep((Vsml) vector.model()), Precision.DOUBLE, window);
            Conformance.Errors errors = Conformance.replay(vector, learner, Precision.DOUBLE);
            // 1e-9 is asked for; the arithmetic is good for 1e-14, and anything between would be a
            // mistake.
            assertThat(errors.largest()).as("window of %d: %s", window, errors).isLessThan(1e-12);
            assertThat(errors.passed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory_with_discriminant", "memory_with_resting_inputs"})
    void doubleAgreesWithRecordedRunsOfAMemory(String name) throws IOException {
        GoldenVector vector = GoldenVector.read(VECTORS.resolve(name + ".json"));
        Conformance.Errors errors =
                Conformance.replay(vector, new SameDiffEngine(Precision.DOUBLE));
        assertThat(errors.passed()).as("%s", errors).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense_one_layer",
                "dense_one_layer_feed_label_layer_norm",
                "dense_two_layers",
                "dense_two_layers_backward_pass",
                "dense_two_layers_separate_backward_layerwise",
                "conv_stride1_then_dense",
                "conv_stride2_then_dense",
                "memory_with_discriminant",
                "memory_with_resting_inputs"
            })
    void floatAgreesWithinItsTolerance(String name) throws IOException {
        GoldenVector vector = GoldenVector.read(VECTORS.resolve(name + ".json"));
        Conformance.Errors errors = Conformance.replay(vector, new SameDiffEngine(Precision.FLOAT));
        assertThat(errors.passed()).as("%s", errors).isTrue();
    }
}
