package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningAlgorithmTest {

    @TempDir Path folder;

    private static LearningAlgorithm sample() {
        NamedArrays metaVariables = Vsml.PAPER.initialMetaVariables(new SplittableRandom(1));
        return new LearningAlgorithm(Vsml.PAPER, metaVariables, provenance(metaVariables.sha256()));
    }

    private static Provenance provenance(String sha256) {
        return new Provenance(
                "sample",
                "1",
                "2025-01-01T00:00:00Z",
                "0.1.0",
                "unknown",
                3,
                "tiny",
                Map.of("steps", 10.0),
                "./vsml meta-train --config tiny",
                sha256);
    }

    @Test
    void savedAlgorithmIsLoadedBitForBit() throws IOException {
        Path file = folder.resolve("sample.vsml");
        sample().save(file);
        LearningAlgorithm loaded = LearningAlgorithm.load(file);
        assertThat(loaded.config()).isEqualTo(Vsml.PAPER);
        assertThat(loaded.provenance()).isEqualTo(sample().provenance());
        assertThat(loaded.metaVariables().sha256()).isEqualTo(sample().metaVariables().sha256());
    }

    @Test
    void provenanceOfOtherMetaVariablesIsRejected() {
        NamedArrays metaVariables = Vsml.PAPER.initialMetaVariables(new SplittableRandom(1));
        assertThatThrownBy(() -> new LearningAlgorithm(Vsml.PAPER, metaVariables, provenance("00")))
                .hasMessageContaining("provenance says 00");
    }

    @Test
    void checkpointIsNotMistakenForAnAlgorithm() throws IOException {
        Path file = folder.resolve("other.vsml");
        new ArrayFile("checkpoint", Json.mapper().createObjectNode(), sample().metaVariables())
                .write(file);
        assertThatThrownBy(() -> LearningAlgorithm.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("expected 'learning-algorithm'");
    }

    @Test
    void headerWithoutLearnerIsRejected() throws IOException {
        Path file = folder.resolve("other.vsml");
        new ArrayFile(
                        "learning-algorithm",
                        Json.mapper().createObjectNode(),
                        sample().metaVariables())
                .write(file);
        assertThatThrownBy(() -> LearningAlgorithm.load(file))
                .hasMessageContaining("has no 'learner'");
    }

    @Test
    void missingResourceIsNamed() {
        assertThatThrownBy(() -> LearningAlgorithm.fromResource("no-such"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such");
        assertThatThrownBy(() -> LearningAlgorithm.fromResource("../x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
