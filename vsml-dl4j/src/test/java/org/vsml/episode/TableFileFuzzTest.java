package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** Any bytes as a table, of numbers alone and with text and missing values. */
@Tag("fuzz")
class TableFileFuzzTest {

    private static final String NAME = "some.csv";

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreATableOrRefusedByName(byte[] content) {
        for (TableFile format : new TableFile[] {TableFile.numbers(), TableFile.mixedColumns()}) {
            try {
                Table table =
                        format.encoded("some", NAME, new ByteArrayInputStream(content)).table();
                for (int label : table.labels()) {
                    assertThat(label).isBetween(0, table.classes().size() - 1);
                }
                for (double input : table.inputs()) {
                    assertThat(Double.isFinite(input)).isTrue();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining(NAME);
            }
        }
    }
}
