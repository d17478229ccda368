package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnlineHeadOnCnnTest {

    @Test
    void frozenHeadKnowsNoNewClassesAndAnOnlineHeadDoes() throws Exception {
        List<Map<String, Object>> rows =
                OnlineHeadOnCnn.runExample("--examples=150", "--streams=2")
                        .table()
                        .rows();

        assertThat(rows).hasSize(3);
        Map<String, Object> frozen = rows.get(0);
        assertThat((double) frozen.get("known_classes")).isGreaterThan(0.7);
        assertThat(frozen.get("new_classes")).isEqualTo(0.0);
        assertThat((String) rows.get(1).get("head")).startsWith("sgd");
        assertThat((double) rows.get(1).get("new_classes")).isGreaterThan(0.2);
        assertThat(rows.get(2)).containsEntry("head", "vsml");
    }
}
