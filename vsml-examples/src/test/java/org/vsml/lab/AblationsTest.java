package org.vsml.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vsml.core.LearningAlgorithm;
import org.vsml.cpu.CpuEngine;
import org.vsml.episode.DataSets;
import org.vsml.episode.TestStream;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;

class AblationsTest {

    @Test
    void everyPartThatIsTakenAwayChangesWhatIsSaidAndLearnsAllTheSame() {
        List<Contender> contenders =
                Ablations.of(LearningAlgorithm.fromResource("general-2"), new CpuEngine());

        assertThat(contenders)
                .extracting(Contender::name)
                .contains(
                        "general-2 without discriminant",
                        "general-2 without pool",
                        "general-2 without adaptive weights",
                        "general-2, its layer alone",
                        "general-2, its layer alone, not conditioned",
                        "general-2 without layer",
                        "general-2 without time",
                        "general-2 without learning units",
                        "general-2 without learned trust",
                        "general-2 without metric",
                        "unlearned mix");
        ComparisonResult result =
                new Comparison(
                                contenders,
                                TestStream.of("segment", 200).source(DataSets.embedded()))
                        .run(1, 1, 1, n -> {});
        for (Contender contender : contenders) {
            double accuracy = result.at(contender.name(), 200).accuracy().mean();
            if (contender.name().endsWith("not conditioned")) {
                assertThat(accuracy).isLessThan(0.5);
            } else {
                assertThat(accuracy).as(contender.name()).isGreaterThan(0.5);
            }
        }
        assertThat(
                        contenders.stream()
                                .map(c -> result.curve(c.name()).toString().replace(c.name(), ""))
                                .distinct())
                .hasSizeGreaterThan(3);
    }

    @Test
    void anAlgorithmWithoutAMemoryHasNoPartsToTakeAway() {
        assertThatThrownBy(
                        () ->
                                Ablations.of(
                                        LearningAlgorithm.fromResource("general-1"),
                                        new CpuEngine()))
                .hasMessageContaining("only an algorithm with a memory has parts to take away");
    }
}
