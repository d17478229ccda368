package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 50})
    void resultsComeInTheOrderOfTheTasks(int threads) {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int own = i;
            tasks.add(
                    () -> {
                        Thread.sleep((20 - own) % 3);
                        return own;
                    });
        }
        assertThat(Parallel.run(threads, "testing", tasks))
                .hasSize(20)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(Parallel.run(threads, "testing", List.<Callable<Integer>>of())).isEmpty();
    }

    @Test
    void failuresAreThrownAsTheyAreAndCheckedOnesAsCauses() {
        List<Callable<Integer>> unchecked =
                List.of(
                        () -> {
                            throw new ArithmeticException("mine");
                        });
        assertThatThrownBy(() -> Parallel.run(2, "testing", unchecked))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("mine");
        IOException own = new IOException("checked");
        List<Callable<Integer>> checked =
                List.of(
                        () -> {
                            throw own;
                        });
        assertThatThrownBy(() -> Parallel.run(2, "testing", checked))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(own);
        assertThatThrownBy(() -> Parallel.run(0, "testing", checked))
                .hasMessage("threads must be >= 1, got 0");
    }
}
