package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vsml.lab.paper.Claim.Comparison;
import org.vsml.lab.paper.Claim.Verdict;
import org.vsml.online.Interval;

class ClaimTest {

    private static final Comparison CLEAR = comparison(0.7, 0.5);
    private static final Comparison CLOSE = comparison(0.52, 0.5);
    private static final Comparison WRONG = comparison(0.4, 0.5);

    private static Comparison comparison(double more, double less) {
        return new Comparison("x", interval(more), interval(less));
    }

    private static Interval interval(double mean) {
        return new Interval(mean, mean - 0.05, mean + 0.05, 8);
    }

    @Test
    void isReproducedWhereAllIntervalsAreApart() {
        assertThat(Claim.of("c", List.of(CLEAR, CLEAR)).verdict()).isEqualTo(Verdict.REPRODUCED);
    }

    @Test
    void isPartlySoWhereSomeMeansAreInOrder() {
        assertThat(Claim.of("c", List.of(CLEAR, CLOSE)).verdict()).isEqualTo(Verdict.PARTLY);
        assertThat(Claim.of("c", List.of(CLEAR, WRONG)).verdict()).isEqualTo(Verdict.PARTLY);
        assertThat(Claim.of("c", List.of(CLOSE)).verdict()).isEqualTo(Verdict.PARTLY);
    }

    @Test
    void isNotReproducedWhereNoMeanIs() {
        assertThat(Claim.of("c", List.of(WRONG)).verdict()).isEqualTo(Verdict.NOT);
    }

    @Test
    void manyComparisonsAreCounted() {
        assertThat(Claim.counted("c", List.of(CLEAR, CLOSE, WRONG, CLEAR)).numbers())
                .isEqualTo("of 4 comparisons 2 clearly so (intervals apart), 1 more by the means");
    }

    @Test
    void alikeIsJudgedByTheMargin() {
        Map<String, Interval> near = Map.of("a", interval(0.66), "b", interval(0.8));
        Map<String, Interval> far = Map.of("a", interval(0.66), "b", interval(0.6));
        assertThat(Claim.within("c", 0.05, interval(0.7), near).verdict())
                .isEqualTo(Verdict.REPRODUCED);
        assertThat(Claim.within("c", 0.05, interval(0.7), far).verdict()).isEqualTo(Verdict.PARTLY);
        assertThat(Claim.within("c", 0.05, interval(0.9), far).verdict()).isEqualTo(Verdict.NOT);
    }

    @Test
    void notBelowIsJudgedByTheMarginAndSaysHowManyAre() {
        List<Comparison> near = List.of(comparison(0.68, 0.7), comparison(0.8, 0.7));
        List<Comparison> mixed = List.of(comparison(0.68, 0.7), comparison(0.6, 0.7));
        assertThat(Claim.notBelow("c", 0.03, near).verdict()).isEqualTo(Verdict.REPRODUCED);
        assertThat(Claim.notBelow("c", 0.03, near).reason()).isEmpty();
        assertThat(Claim.notBelow("c", 0.03, mixed).verdict()).isEqualTo(Verdict.PARTLY);
        assertThat(Claim.notBelow("c", 0.03, mixed).reason()).isEqualTo("1 of 2");
    }
}
