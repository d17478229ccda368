package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PreferredEngineTest {

    /** An engine that runs models of one depth and says in its refusals which learner was asked. */
    private record OfDepth(int depth, String name) implements Engine {
        @Override
        public Precision precision() {
            return Precision.FLOAT;
        }

        @Override
        public boolean supports(Vsml model) {
            return model.architecture().depth() == depth;
        }

        @Override
        public Learner learner(Vsml model) {
            throw new UnsupportedOperationException("asked " + name);
        }
    }

    private static final Engine ENGINE =
            new PreferredEngine(
                    List.of(
                            new OfDepth(1, "shallow"),
                            new OfDepth(2, "deep"),
                            new OfDepth(1, "spare")));

    @Test
    void aModelRunsOnTheFirstEngineThatSupportsIt() {
        assertThatThrownBy(() -> ENGINE.learner(withHidden())).hasMessage("asked shallow");
        assertThatThrownBy(() -> ENGINE.learner(withHidden(4))).hasMessage("asked deep");
        assertThat(ENGINE.supports(withHidden(4))).isTrue();
    }

    @Test
    void aModelThatNoEngineSupportsIsRefusedWithTheirNames() {
        assertThat(ENGINE.supports(withHidden(4, 4))).isFalse();
        assertThatThrownBy(() -> ENGINE.learner(withHidden(4, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[shallow, deep, spare]");
    }

    private static Vsml withHidden(int... widths) {
        return new Vsml(SubRnn.PAPER, Architecture.dense(widths), Dynamics.PAPER);
    }
}
