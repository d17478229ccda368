package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vsml.episode.DataSets;
import org.vsml.episode.TestStream;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;

class ClassicalLearnersTest {

    /** All but those of many random features, which differ in their cost alone. */
    static List<String> quick() {
        return ClassicalLearners.names().stream()
                .filter(name -> !name.matches(".*(1024|4096)"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("quick")
    void everyOneLearnsDigitsOnline(String name) {
        ComparisonResult result =
                new Comparison(
                                List.of(ClassicalLearners.named(name)),
                                TestStream.of("mnist", 300).source(DataSets.embedded()))
                        .run(1, 2, 1, n -> {});

        // Chance is 0.1; on full MNIST they reach 0.6 to 0.7 after 300.
        assertThat(result.at(name, 300).accuracy().mean()).isGreaterThan(0.5);
    }

    @Test
    void everyGridHasDifferentSettings() {
        for (String name : ClassicalLearners.names()) {
            assertThat(ClassicalLearners.named(name).settings()).as(name).doesNotHaveDuplicates();
        }
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassicalLearners.named("svm"))
                .withMessageContaining("no classical learner svm; there are [sgd, adam");
    }
}
