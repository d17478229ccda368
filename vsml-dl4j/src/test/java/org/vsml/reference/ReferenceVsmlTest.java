package org.vsml.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.conformance.GoldenVector;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/** The oracle itself, against runs recorded by an independent implementation. */
class ReferenceVsmlTest {

    @ParameterizedTest
    @ValueSource(strings = {"memory_with_discriminant", "memory_with_resting_inputs"})
    void referenceAgreesWithItsOwnRecordedRunsOfAMemory(String name) throws IOException {
        GoldenVector vector =
                GoldenVector.read(Path.of("src/test/resources/vectors", name + ".json"));
        ReferenceVsml.Result result =
                ReferenceVsml.run(
                        (VsmlWithMemory) vector.model(),
                        vector.metaVariables(),
                        vector.start(),
                        vector.examples());
        assertThat(result.logits()).containsExactly(vector.logits(), Offset.offset(1e-12));
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
                "conv_stride2_then_dense"
            })
    void referenceAgreesWithGoldenVectors(String name) throws IOException {
        GoldenVector vector =
                GoldenVector.read(Path.of("src/test/resources/vectors", name + ".json"));
        ReferenceVsml.Result result =
                ReferenceVsml.run(
                        (Vsml) vector.model(),
                        vector.metaVariables(),
                        vector.start(),
                        vector.examples());
        // Two orders of summation in double.
        Offset<Double> rounding = Offset.offset(1e-12);
        assertThat(result.logits()).containsExactly(vector.logits(), rounding);
        for (ArrayLayout.Entry entry : vector.finals().layout().entries()) {
            if (entry.name().startsWith("cell.") || entry.name().startsWith("hidden.")) {
                assertThat(result.learnedVariables().array(entry.name()))
                        .as(entry.name())
                        .containsExactly(vector.finals().array(entry.name()), rounding);
            }
        }
    }
}
