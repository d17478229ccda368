package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void meanHasTheIntervalOfStudentsT() {
        Interval interval = Interval.ofMean(1, 2, 3, 4, 5);

        // R: t.test(1:5)$conf.int is 1.036757 4.963243.
        assertThat(interval.mean()).isEqualTo(3);
        assertThat(interval.low()).isCloseTo(1.036757, within(5e-7));
        assertThat(interval.high()).isCloseTo(4.963243, within(5e-7));
        assertThat(interval.count()).isEqualTo(5);
    }

    @Test
    void oneSeedSaysNothingOfTheSpread() {
        Interval interval = Interval.ofMean(0.7);

        assertThat(interval.mean()).isEqualTo(0.7);
        assertThat(interval.low()).isNaN();
        assertThat(interval.high()).isNaN();
    }

    @Test
    void percentilesHoldTheMiddleOfTheValues() {
        Interval interval =
                Interval.ofPercentiles(
                        IntStream.rangeClosed(0, 100).mapToDouble(i -> 100 - i).toArray());

        assertThat(interval.mean()).isEqualTo(50);
        assertThat(interval.low()).isCloseTo(2.5, within(1e-12));
        assertThat(interval.high()).isCloseTo(97.5, within(1e-12));
    }

    @Test
    void noValuesHaveNoInterval() {
        assertThatIllegalArgumentException()
                .isThrownBy(Interval::ofMean)
                .withMessageContaining("at least one");
    }

    @Test
    void proportionsDoNotLeaveZeroToOne() {
        assertThat(Interval.ofProportions(0.9, 1, 1).high()).isEqualTo(1);
        assertThat(Interval.ofProportions(0, 0, 0.1).low()).isZero();
        assertThat(Interval.ofProportions(0.4, 0.5, 0.6)).isEqualTo(Interval.ofMean(0.4, 0.5, 0.6));
        assertThat(Interval.ofProportions(0.4)).isEqualTo(Interval.ofMean(0.4));
    }
}
