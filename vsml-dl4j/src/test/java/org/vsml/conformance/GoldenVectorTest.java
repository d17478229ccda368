package org.vsml.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.Json;

class GoldenVectorTest {

    private static final Path VECTORS = Path.of("src/test/resources/vectors");

    @TempDir private Path folder;

    @Test
    void statesAreTurnedIntoTheLayoutOfLearnedVariables() throws IOException {
        Path file = VECTORS.resolve("dense_one_layer.json");
        GoldenVector vector = GoldenVector.read(file);
        JsonNode cells = Json.mapper().readTree(file.toFile()).get("initial_cells").get(0);
        // [A, B, N] in the file, [P, N, B, A] here; A = 7, B = 3, N = 5.
        double[] ours = vector.start().array("cell.0");
        assertThat(ours[(4 * 3 + 1) * 7 + 6]).isEqualTo(cells.get(6).get(1).get(4).doubleValue());
        assertThat(ours[2]).isEqualTo(cells.get(2).get(0).get(0).doubleValue());
        assertThat(vector.start().array("hidden.0")).containsOnly(0);
    }

    @Test
    void arraysThatTheLossDoesNotDependOnHaveAZeroGradient() throws IOException {
        GoldenVector vector = GoldenVector.read(VECTORS.resolve("dense_one_layer.json"));
        assertThat(vector.gradient().array("sub_rnn.0.bwd_w")).containsOnly(0);
    }

    @Test
    void contradictionsAreNamedWithFileAndField() {
        refuses(v -> v.remove("labels"), "field labels is missing");
        refuses(
                v -> ((ArrayNode) v.get("labels")).set(1, 3),
                "labels[1] must be an integer in [0, 3), got 3");
        refuses(
                v -> ((ArrayNode) v.get("inputs")).remove(0),
                "inputs must be an array of shape [6, 7], got 5 elements");
        refuses(
                v -> ((ArrayNode) v.get("inputs").get(0)).set(0, "x"),
                "inputs must hold finite numbers, got \"x\"");
        refuses(
                v -> ((ObjectNode) v.get("config")).put("state_size", 6),
                "sub_rnns[0].w_f must be an array of shape [4, 24]");
        refuses(
                v -> ((ObjectNode) v.get("config")).put("state_size", -1),
                "stateSize must be in [1, 4096], got -1");
        refuses(
                v -> ((ObjectNode) v.get("config")).put("layer_norm", 1),
                "layer_norm must be true or false, got 1");
        refuses(
                v -> ((ObjectNode) v.get("config")).put("layer_norm_eps", 0.1),
                "config.layer_norm_eps must be 1.0E-5");
        refuses(
                v -> ((ObjectNode) v.get("config")).put("layer_norm", true),
                "field fwd_ln_scale is missing");
        refuses(v -> v.set("layers", Json.mapper().createArrayNode()), "layers must not be empty");
        refuses(
                v -> ((ObjectNode) v.get("layers").get(0)).put("type", "pool"),
                "the type of a layer must be dense or conv, got pool");
        refuses(
                v -> ((ArrayNode) v.get("sub_rnns")).remove(0),
                "sub_rnns must have at least 1 elements, got 0");
        refuses(
                v -> ((ArrayNode) v.get("initial_cells")).add(0),
                "initial_cells must have one element for each of 1 layers");
    }

    @Test
    void declaredSizesMustFollowWhatIsBelow() throws IOException {
        ObjectNode vector =
                (ObjectNode)
                        Json.mapper()
                                .readTree(VECTORS.resolve("conv_stride2_then_dense.json").toFile());
        ((ObjectNode) vector.get("layers").get(0)).put("ho", 4);
        Path file = Files.writeString(folder.resolve("v.json"), vector.toString());
        assertThatThrownBy(() -> GoldenVector.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("layers[0] must have sizes");
    }

    @Test
    void textThatIsNoJsonIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("v.json"), "[1, 2");
        assertThatThrownBy(() -> GoldenVector.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v.json");
    }

    @Test
    void folderWithoutVectorsIsNamed() {
        assertThatThrownBy(() -> Conformance.files(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no golden vectors");
        assertThatThrownBy(() -> Conformance.files(folder.resolve("missing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a folder");
    }

    private void refuses(Consumer<ObjectNode> damage, String message) {
        try {
            ObjectNode vector =
                    (ObjectNode)
                            Json.mapper()
                                    .readTree(VECTORS.resolve("dense_one_layer.json").toFile());
            damage.accept(vector);
            Path file = Files.writeString(folder.resolve("v.json"), vector.toString());
            assertThatThrownBy(() -> GoldenVector.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("v.json")
                    .hasMessageContaining(message);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
