package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vsml.conformance.Conformance;
import org.vsml.conformance.GoldenVector;
import org.vsml.core.Engine;

class CpuGoldenVectorTest {

    private static final Path VECTORS = Path.of("src/test/resources/vectors");

    @ParameterizedTest
    @EnumSource(
            value = CpuEngine.Kernels.class,
            names = {"VECTOR", "PORTABLE"})
    void everyVectorAgreesWithinTheToleranceOfFloat(CpuEngine.Kernels kernels) throws IOException {
        Engine engine = new CpuEngine(kernels);
        int replayed = 0;
        for (Path file : Conformance.files(VECTORS)) {
            GoldenVector vector = GoldenVector.read(file);
            Conformance.Errors errors = Conformance.replay(vector, engine);
            assertThat(errors.passed()).as("%s on %s", errors, engine).isTrue();
            replayed++;
        }
        assertThat(replayed).isGreaterThanOrEqualTo(7);
    }
}
