package org.vsml.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.StepMetrics;

class LiveMetaTrainingTest {

    @Test
    void leavingThePlateauIsNoticedWithItsStep() {
        MetaTrainer trainer = MetaTrainer.of(MetaTrainingConfig.named("quickstart"));
        try (LiveMetaTraining live =
                new LiveMetaTraining(trainer, 3, 1_000_000, Progress.Display.NONE)) {
            live.started(0, 1000);
            for (int step = 1; step <= 200; step++) {
                // A guesser's loss is ln 3 = 1.0986.
                live.stepped(metrics(step, step <= 100 ? 1.0986 : 0.5));
            }
            // The mean of 25 steps is below 0.9 ln 3 once five of them are at 0.5.
            assertThat(live.verdict()).contains("left the plateau of a guesser at step 105");
            assertThat(live.rows()).hasSize(10);
            assertThat(live.rows().get(9).metaLoss()).isEqualTo(0.5);
            assertThat(live.curve()).hasSize(200);
        }
    }

    private static StepMetrics metrics(long step, double loss) {
        return new StepMetrics(step, 0, loss, 0.4, 1, 1, 0, 0, 0.01, 480, 0.01);
    }
}
