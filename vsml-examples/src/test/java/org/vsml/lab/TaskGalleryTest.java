package org.vsml.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vsml.episode.TaskDistribution;
import org.vsml.report.Report;

class TaskGalleryTest {

    @Test
    void everyKindOfBoundaryHasItsPanels() throws Exception {
        Report report = new TaskGallery(1, 2, 50).on(new Report("tasks", 1, List.of()));

        assertThat(report.table().rows())
                .hasSize(2 * TaskDistribution.Tables.Boundary.values().length);
        assertThat(report.pictures()).containsExactly("tasks.png");
    }

    @Test
    void aNumberOfSamplesThatNoPageHoldsIsRefused() {
        assertThatThrownBy(() -> new TaskGallery(1, 13, 50))
                .hasMessage("samples must be in [1, 12], got 13");
    }
}
