package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vsml.episode.Seeds;

/** What is written is the same bytes in every JVM. */
class OrderedTest {

    private static final NamedArrays META = Vsml.PAPER.initialMetaVariables(Seeds.generator(1));

    private static Map<String, Double> shuffled(int seed) {
        List<String> keys = new ArrayList<>(List.of("steps", "hours", "loss", "b", "a", "z", "m"));
        Collections.shuffle(keys, new Random(seed));
        Map<String, Double> map = new LinkedHashMap<>();
        keys.forEach(key -> map.put(key, (double) key.length()));
        return map;
    }

    @Test
    void anOrderIsKeptThroughWritingAndReading() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Map<String, Double> log = shuffled(seed);
            Provenance made = Provenance.of("kept", META).trainingLog(log).build();
            String written = Json.mapper().writeValueAsString(made);
            Provenance read = Json.mapper().readValue(written, Provenance.class);

            assertThat(made.trainingLog().keySet()).containsExactlyElementsOf(log.keySet());
            assertThat(made.toBuilder().build().trainingLog().keySet())
                    .containsExactlyElementsOf(log.keySet());
            assertThat(Json.mapper().writeValueAsString(read)).isEqualTo(written);
        }
    }

    @Test
    void mapsWithoutAnOrderAreSorted() {
        assertThat(Ordered.copy(Map.copyOf(shuffled(3))).keySet())
                .containsExactly("a", "b", "hours", "loss", "m", "steps", "z");
    }

    @Test
    void aCopyCannotBeChanged() {
        Map<String, Double> copy = Ordered.copy(shuffled(1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> copy.put("x", 1.0));
    }
}
