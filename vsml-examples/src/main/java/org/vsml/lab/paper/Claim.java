package org.vsml.lab.paper;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.vsml.online.Interval;

/**
 * A claim of the paper beside what was measured.
 *
 * @param text the claim
 * @param verdict whether it was reproduced
 * @param reason why it was reproduced in part only; empty otherwise
 * @param numbers that say so
 */
public record Claim(String text, Verdict verdict, String reason, String numbers) {

    /** How a claim fared. */
    public enum Verdict {
        /** Holds throughout, with intervals that do not overlap. */
        REPRODUCED,
        /** Holds of the means, or of some of the comparisons. */
        PARTLY,
        /** Does not hold. */
        NOT;

        /** In lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One comparison that a claim makes.
     *
     * @param what is compared
     * @param more what is said to be larger
     * @param less what is said to be smaller
     */
    record Comparison(String what, Interval more, Interval less) {

        boolean clear() {
            return more.low() > less.high();
        }

        boolean holds() {
            return more.mean() > less.mean();
        }

        String numbers() {
            return String.format(
                    Locale.ROOT,
                    "%s %.3f (%.3f–%.3f) against %.3f (%.3f–%.3f)",
                    what,
                    more.mean(),
                    more.low(),
                    more.high(),
                    less.mean(),
                    less.low(),
                    less.high());
        }
    }

    /** A claim that is the sum of many comparisons, which are counted instead of listed. */
    static Claim counted(String text, List<Comparison> comparisons) {
        return new Claim(
                text,
                verdict(comparisons),
                reason(comparisons),
                String.format(
                        Locale.ROOT,
                        "of %d comparisons %d clearly so (intervals apart), %d more by the means",
                        comparisons.size(),
                        comparisons.stream().filter(Comparison::clear).count(),
                        comparisons.stream().filter(c -> c.holds() && !c.clear()).count()));
    }

    /** A claim that is the sum of comparisons. */
    static Claim of(String text, List<Comparison> comparisons) {
        return new Claim(
                text,
                verdict(comparisons),
                reason(comparisons),
                String.join("; ", comparisons.stream().map(Comparison::numbers).toList()));
    }

    /**
     * A claim that what is said to be larger is not smaller: reproduced if no mean is further below
     * the other than {@code margin}, partly if some are not.
     */
    static Claim notBelow(String text, double margin, List<Comparison> comparisons) {
        long alike =
                comparisons.stream()
                        .filter(c -> c.more().mean() >= c.less().mean() - margin)
                        .count();
        return new Claim(
                text,
                verdict(alike, comparisons.size()),
                reason(alike, comparisons.size()),
                String.join("; ", comparisons.stream().map(Comparison::numbers).toList()));
    }

    /**
     * A claim that others are like a reference: reproduced if no mean is further below it than
     * {@code margin}, partly if some are not.
     */
    static Claim within(
            String text, double margin, Interval reference, Map<String, Interval> others) {
        long alike =
                others.values().stream().filter(o -> o.mean() >= reference.mean() - margin).count();
        StringBuilder numbers = new StringBuilder();
        numbers.append(String.format(Locale.ROOT, "reference %.3f", reference.mean()));
        new TreeMap<>(others)
                .forEach(
                        (name, interval) ->
                                numbers.append(
                                        String.format(
                                                Locale.ROOT, "; %s %.3f", name, interval.mean())));
        return new Claim(
                text,
                verdict(alike, others.size()),
                reason(alike, others.size()),
                numbers.toString());
    }

    private static Verdict verdict(long alike, int all) {
        return alike == all ? Verdict.REPRODUCED : alike > 0 ? Verdict.PARTLY : Verdict.NOT;
    }

    private static String reason(long alike, int all) {
        return verdict(alike, all) == Verdict.PARTLY
                ? String.format(Locale.ROOT, "%d of %d", alike, all)
                : "";
    }

    private static String reason(List<Comparison> comparisons) {
        if (verdict(comparisons) != Verdict.PARTLY) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "intervals apart in %d of %d, the means right in %d",
                comparisons.stream().filter(Comparison::clear).count(),
                comparisons.size(),
                comparisons.stream().filter(Comparison::holds).count());
    }

    private static Verdict verdict(List<Comparison> comparisons) {
        if (comparisons.stream().allMatch(Comparison::clear)) {
            return Verdict.REPRODUCED;
        }
        return comparisons.stream().anyMatch(Comparison::holds) ? Verdict.PARTLY : Verdict.NOT;
    }
}
