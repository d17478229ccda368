package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WindowsTest {

    @Property(seed = "1")
    void spansCoverEveryExampleOnceAndNeverCrossABorder(
            @ForAll @IntRange(min = 0, max = 200) int total,
            @ForAll @IntRange(min = 1, max = 30) int longest,
            @ForAll @IntRange(min = 0, max = 50) int border) {
        List<Windows.Span> spans = Windows.cut(total, longest, border);
        int next = 0;
        for (Windows.Span span : spans) {
            assertThat(span.start()).isEqualTo(next);
            assertThat(span.length()).isBetween(1, longest);
            if (border > 0) {
                assertThat(span.start() / border).isEqualTo((span.end() - 1) / border);
            }
            next = span.end();
        }
        assertThat(next).isEqualTo(total);
    }

    @Property(seed = "1")
    void spansOfOneRunDifferByAtMostOneSoThatTwoGraphsServe(
            @ForAll @IntRange(min = 1, max = 500) int total,
            @ForAll @IntRange(min = 1, max = 30) int longest) {
        List<Integer> lengths =
                Windows.cut(total, longest, 0).stream()
                        .map(Windows.Span::length)
                        .distinct()
                        .toList();
        assertThat(lengths).hasSizeLessThanOrEqualTo(2);
        assertThat(
                        lengths.stream().mapToInt(i -> i).max().getAsInt()
                                - lengths.stream().mapToInt(i -> i).min().getAsInt())
                .isLessThanOrEqualTo(1);
    }
}
