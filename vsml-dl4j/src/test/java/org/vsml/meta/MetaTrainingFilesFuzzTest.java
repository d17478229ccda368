package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.vsml.core.SealedFile;

/** Any bytes as a configuration; any bytes with a right hash as a checkpoint. */
@Tag("fuzz")
class MetaTrainingFilesFuzzTest {

    private static final String CHECKPOINT = "checkpoint-00000002.vsml-state";
    private static final SealedFile FILE = new SealedFile(CHECKPOINT);

    @AfterAll
    static void clean() throws IOException {
        FILE.close();
    }

    @FuzzTest(maxDuration = "10m")
    void aConfigurationIsReadOrRefusedByName(byte[] content) throws IOException {
        Path file = Files.write(FILE.folder().resolve("fuzzed.yaml"), content);
        try {
            assertThat(MetaTrainingConfig.read(file).steps()).isPositive();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("fuzzed.yaml");
        }
    }

    @FuzzTest(maxDuration = "10m")
    void aCheckpointIsReadOrRefusedByName(byte[] content) {
        FILE.write(content);
        try {
            RunFolder folder = new RunFolder(FILE.folder());
            assertThat(folder.latest(Toys.LEARNER.metaVariableLayout())).isPresent();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining(CHECKPOINT);
        }
    }
}
