package org.vsml.samediff;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts runs of examples, and groups of episodes, into parts of nearly equal size, so that few
 * graphs serve many lengths.
 */
final class Windows {

    /**
     * Consecutive examples.
     *
     * @param start first example
     * @param length number of examples
     */
    record Span(int start, int length) {
        int end() {
            return start + length;
        }
    }

    private Windows() {}

    /**
     * Spans of at most {@code longest} that cover {@code total}; none crosses a multiple of {@code
     * border}.
     *
     * @param border 0 for none
     */
    static List<Span> cut(int total, int longest, int border) {
        List<Span> spans = new ArrayList<>();
        int segment = border == 0 ? Math.max(total, 1) : Math.min(border, Math.max(total, 1));
        for (int start = 0; start < total; start += segment) {
            int length = Math.min(segment, total - start);
            int parts = (length + longest - 1) / longest;
            for (int i = 0; i < parts; i++) {
                int from = (int) ((long) length * i / parts);
                int to = (int) ((long) length * (i + 1) / parts);
                spans.add(new Span(start + from, to - from));
            }
        }
        return spans;
    }
}
