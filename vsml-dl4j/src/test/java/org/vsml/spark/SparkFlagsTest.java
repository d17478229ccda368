package org.vsml.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** In a JVM without the flags that Spark needs, as all tests but Spark's are. */
class SparkFlagsTest {

    @Test
    void missingFlagsAreNamed() {
        assertThatThrownBy(() -> SparkPairEvaluator.connect("local[1]", WorkerSettings.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--add-opens java.base/java.nio=ALL-UNNAMED")
                .hasMessageContaining("./vsml --spark");
    }
}
