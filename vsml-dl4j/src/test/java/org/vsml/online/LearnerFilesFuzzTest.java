package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.SealedFile;

/** Any bytes with a right hash as an algorithm, and as a saved learner. */
@Tag("fuzz")
class LearnerFilesFuzzTest {

    private static final String NAME = "fuzzed.vsml";
    private static final SealedFile FILE = new SealedFile(NAME);

    @AfterAll
    static void clean() throws IOException {
        FILE.close();
    }

    @FuzzTest(maxDuration = "10m")
    void anAlgorithmIsReadOrRefusedByName(byte[] content) {
        try {
            assertThat(LearningAlgorithm.load(FILE.write(content))).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining(NAME);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void aLearnerIsReadOrRefusedByName(byte[] content) {
        try {
            assertThat(OnlineLearner.load(FILE.write(content))).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining(NAME);
        }
    }
}
