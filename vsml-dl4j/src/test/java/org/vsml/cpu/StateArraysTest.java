package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateArraysTest {

    private final StateArrays arrays = new StateArrays();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 1000, 250_880, Integer.MAX_VALUE})
    void sizesAreAtMostAnEighthLongerThanWhatWasAskedFor(int length) {
        int size = StateArrays.roundUp(length);
        assertThat(size).isGreaterThanOrEqualTo(length);
        assertThat((double) size).isLessThanOrEqualTo(1.125 * length + 1);
        assertThat(StateArrays.roundUp(size)).isEqualTo(size);
    }

    @Test
    void anArrayThatWasGivenBackIsHandedOutAgainToTasksOfLikeSize() {
        float[] array = arrays.take(1000);
        arrays.giveBack(array);
        assertThat(arrays.take(990)).isSameAs(array);
        assertThat(arrays.take(990)).isNotSameAs(array);
    }

    @Test
    void noMoreIsKeptThanWasInUseAtOneTime() {
        float[] small = arrays.take(64);
        float[] other = arrays.take(64);
        arrays.giveBack(small);
        arrays.giveBack(other);
        float[] large = arrays.take(96);
        arrays.giveBack(large);
        assertThat(arrays.take(96)).as("used last").isSameAs(large);
        float[] fresh = arrays.take(64);
        assertThat(fresh == small || fresh == other).as("there is no room for both").isFalse();
    }
}
