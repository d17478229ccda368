package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DropIntoPipelineTest {

    @Test
    void loadedNetworkLearnsOnlineExactlyAsTheSavedOne() throws Exception {
        List<Map<String, Object>> rows =
                DropIntoPipeline.runExample("--epochs=1", "--streams=4").table().rows();

        assertThat(rows)
                .extracting(row -> row.get("network"))
                .containsExactly("before fit", "after fit", "saved and loaded");
        assertThat(rows.get(2).get("accuracy_last_25"))
                .isEqualTo(rows.get(1).get("accuracy_last_25"));
        assertThat(rows)
                .allSatisfy(
                        row ->
                                assertThat((double) row.get("accuracy_first_10"))
                                        .isBetween(0.1, 1.0));
    }
}
