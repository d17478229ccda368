package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DropIntoPipelineTest {

    @Test
    void loadedNetworkLearnsOnlineExactlyAsTheSavedOne() throws Exception {
        DropIntoPipeline.Result result = DropIntoPipeline.runExample(1, 4, 1);

        assertThat(result.savedAndLoaded()).isEqualTo(result.afterFit());
        assertThat(result.beforeFit().first10()).isBetween(0.1, 1.0);
        assertThat(result.afterFit().first10()).isBetween(0.1, 1.0);
    }
}
