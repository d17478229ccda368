package org.vsml.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vsml.episode.DataSets;

class OnlineHeadsTest {

    @Test
    void frozenHeadKnowsNoNewClassesAndAnOnlineHeadDoes() {
        List<OnlineHeads.HeadScores> rows = new OnlineHeads(DataSets.embedded(), 150, 2, 1).run();

        assertThat(rows).hasSize(3);
        OnlineHeads.HeadScores frozen = rows.get(0);
        assertThat(frozen.known_classes()).isGreaterThan(0.7);
        assertThat(frozen.new_classes()).isZero();
        assertThat(rows.get(1).head()).startsWith("sgd");
        assertThat(rows.get(1).new_classes()).isGreaterThan(0.2);
        // Measured: 0.603 beside 0.460, and 0.326 of the new classes, after 150 images.
        OnlineHeads.HeadScores vsml = rows.get(2);
        assertThat(vsml.head()).isEqualTo("vsml");
        assertThat(vsml.new_classes()).isGreaterThan(0.2);
        assertThat(vsml.accuracy_all()).isGreaterThan(frozen.accuracy_all() + 0.05);
    }
}
