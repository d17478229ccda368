package org.vsml.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.online.OnlineLearner;

class AtomicFilesTest {

    @TempDir private Path folder;

    private interface Write {
        void to(Path file) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> anInterruptNeitherStopsAWriteNorIsLost() {
        Write whole = file -> AtomicFiles.write(file, out -> out.write("text".getBytes(UTF_8)));
        Write string = file -> AtomicFiles.writeString(file, "text");
        Write appended = file -> AtomicFiles.append(file, "text");
        Write before =
                file -> {
                    AtomicFiles.write(
                            file,
                            out -> {
                                // While it writes, and not only before.
                                Thread.currentThread().interrupt();
                                out.write("text".getBytes(UTF_8));
                            });
                };
        List<Write> writes = List.of(whole, string, appended, before);
        return Stream.iterate(0, i -> i < writes.size(), i -> i + 1)
                .map(
                        i ->
                                DynamicTest.dynamicTest(
                                        "write " + i,
                                        () -> {
                                            Path file = folder.resolve("file" + i);
                                            Thread.currentThread().interrupt();
                                            boolean flag;
                                            try {
                                                writes.get(i).to(file);
                                            } finally {
                                                flag = Thread.interrupted();
                                            }
                                            assertThat(flag).isTrue();
                                            assertThat(Files.readString(file)).isEqualTo("text");
                                        }));
    }

    @Test
    void anInterruptNeitherStopsASaveNorIsLost() throws IOException {
        LearningAlgorithm algorithm = LearningAlgorithm.fromResource("general-1");
        OnlineLearner learner = OnlineLearner.pretrained().forTask(3, 2);
        List<Write> saves = List.of(algorithm::save, learner::save);
        for (int i = 0; i < saves.size(); i++) {
            Path file = folder.resolve("saved" + i);
            Thread.currentThread().interrupt();
            boolean flag;
            try {
                saves.get(i).to(file);
            } finally {
                flag = Thread.interrupted();
            }
            assertThat(flag).isTrue();
        }
        assertThat(LearningAlgorithm.load(folder.resolve("saved0")).metaVariables().sha256())
                .isEqualTo(algorithm.metaVariables().sha256());
        assertThat(OnlineLearner.load(folder.resolve("saved1"))).isNotNull();
    }
}
