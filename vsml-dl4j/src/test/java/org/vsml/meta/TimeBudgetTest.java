package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TimeBudgetTest {

    private static MetaTrainer trainer(long steps) {
        return Toys.trainer(
                MetaTrainingConfig.of("toy", Toys.LEARNER, Toys.gradientPhase(steps, 0.1)));
    }

    @Test
    void aRunEndsAfterTheStepInWhichItsTimeIsUp() throws Exception {
        MetaTrainer trainer = trainer(1_000_000);
        MetaTrainingResult result = trainer.listener(TimeBudget.elapsed(0).stopping(trainer)).run();
        assertThat(result.step()).isEqualTo(1);
        assertThat(result.finished()).isFalse();
    }

    @Test
    void theLastStepIsNotStopped() throws Exception {
        MetaTrainer trainer = trainer(1);
        MetaTrainingResult result = trainer.listener(TimeBudget.elapsed(0).stopping(trainer)).run();
        assertThat(result.step()).isEqualTo(1);
        assertThat(result.finished()).isTrue();
    }

    @Test
    void processorTimeIsThatOfThisProcess() {
        TimeBudget budget = TimeBudget.processor(0.05);
        assertThat(budget.isOver()).isFalse();
        double sum = 0;
        while (!budget.isOver()) {
            sum += Math.sqrt(sum + 1);
        }
        assertThat(sum).isPositive();
        assertThat(budget.spent()).isGreaterThanOrEqualTo(0.05);
    }

    @Test
    void sharesOfWhatIsLeftAreAlikeAndThoseOfNothingAreOver() {
        assertThat(TimeBudget.elapsed(Double.POSITIVE_INFINITY).share(3).isOver()).isFalse();
        assertThat(TimeBudget.elapsed(1e6).share(2).isOver()).isFalse();
        assertThat(TimeBudget.elapsed(0).share(2).isOver()).isTrue();
    }

    @Test
    void timeIsNotNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeBudget.elapsed(-1))
                .withMessage("a time budget must be >= 0 seconds, got -1.0");
    }
}
