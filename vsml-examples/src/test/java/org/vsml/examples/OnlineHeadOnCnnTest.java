package org.vsml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OnlineHeadOnCnnTest {

    @Test
    void anOnlineHeadIsRightMoreOftenThanTheFrozenOne() {
        OnlineHeadOnCnn.Result result = OnlineHeadOnCnn.runExample(null, 100, 1, 1);
        assertThat(result.vsml()).isGreaterThan(result.frozen());
    }
}
