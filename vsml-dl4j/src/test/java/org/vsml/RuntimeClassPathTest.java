package org.vsml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Holds the budget for what an application takes on with this library
 * (docs/adr/m2.1-with-arbiter-beta7.md).
 */
class RuntimeClassPathTest {

    private static final long LIMIT_BYTES = 160_000_000;

    @Test
    void staysWithinItsBudget() throws Exception {
        // Maven wrote this file just before the tests; an IDE does not.
        String file = System.getProperty("vsml.classpath.file");
        assumeThat(file).isNotNull();
        String[] jars = Files.readString(Path.of(file)).strip().split(File.pathSeparator, -1);
        assumeThat(file).as("the CUDA backend is bigger").doesNotContain("cuda");

        long bytes = Arrays.stream(jars).mapToLong(jar -> new File(jar).length()).sum();

        assertThat(jars).hasSizeGreaterThan(10);
        assertThat(bytes)
                .as("bytes of %s", Arrays.toString(jars))
                .isBetween(50_000_000L, LIMIT_BYTES);
    }
}
