package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** Any bytes as an idx file; docs/reliability.md says how to let Jazzer look for more. */
@Tag("fuzz")
class IdxFileFuzzTest {

    private static final String NAME = "some-idx3-ubyte.gz";

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreReadOrRefusedByName(byte[] content) {
        try {
            IdxFile file = IdxFile.read(NAME, () -> new ByteArrayInputStream(content));
            assertThat(file.integers()).hasSize(file.count());
        } catch (IOException e) {
            assertThat(e).hasMessageContaining(NAME);
        }
    }
}
