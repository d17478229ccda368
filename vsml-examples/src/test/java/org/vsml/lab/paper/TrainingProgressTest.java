package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingProgressTest {

    @TempDir Path folder;

    @Test
    void whatAnInterruptedRunDidCountsOnce() throws IOException {
        Path metrics = folder.resolve("metrics.jsonl");
        // Step 3 was made twice: the run went on from a checkpoint at step 2. So was step 4, by
        // this process.
        Files.writeString(
                metrics,
                """
                {"event":"step","step":1,"examples":100}
                {"event":"step","step":2,"examples":100}
                {"event":"evaluation","step":2,"examples":500}
                {"event":"step","step":3,"examples":200}
                {"event":"step","step":3,"examples":200}
                {"event":"step","step":4,"examples":400}
                """);
        TrainingProgress progress = new TrainingProgress(1);

        progress.addInterrupted(metrics, 3);

        assertThat(progress.steps()).isEqualTo(3);
        assertThat(progress.examples()).isEqualTo(400);
    }
}
