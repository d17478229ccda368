package org.vsml.core;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.vsml.reference.ReferenceVsml;

/**
 * How far rounding may move the outcome of a case: bounds on the error of an engine that follow
 * from how well conditioned the case is, and not from what mostly holds.
 *
 * <p>Most cases pass roundings on much as they are. But layer normalisation of nearly equal
 * channels divides by a deviation of almost nothing, sums of messages grow without bound, and a few
 * steps multiply what the ones before have magnified; there every engine loses digits, and no
 * single tolerance is both tight elsewhere and safe here. So the reference (in double) is run again
 * from values that are moved by a few roundings: each meta variable by a share of itself, and each
 * learned variable before every step by the same share of itself or of 1, whichever is more, since
 * sigmoid and tanh are exact to a share of 1 and not of what they give. An engine rounds at more
 * places than these, at most {@value #ROUNDINGS} times as many on a path, signs mixed; it may be as
 * far off as the furthest of {@value #TRIALS} such runs and that many roundings of the largest
 * value more.
 */
public final class Sensitivity {

    private static final int ROUNDINGS = 16;
    private static final int TRIALS = 4;

    /** Learned variables that say what was seen, and are not computed. */
    private static final Set<String> RECORDS = Set.of("begun", "first_input", "awake", "label");

    /**
     * Bounds on absolute errors after a run.
     *
     * @param logits on that of each logit
     * @param learnedVariables on that of each entry of V_L
     */
    public record Bounds(double logits, double learnedVariables) {}

    private Sensitivity() {}

    /** What an engine of this precision may be off the reference. */
    public static Bounds ofRun(RandomCase c, Precision precision) {
        ReferenceVsml.Result exact =
                ReferenceVsml.run(c.model(), c.metaVariables(), c.start(), c.examples());
        double[] ends = exact.learnedVariables().values();
        double logits = 0;
        double learned = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            ReferenceVsml.Result moved = movedAtEachStep(c, precision, new Random(trial));
            logits = Math.max(logits, distance(moved.logits(), exact.logits()));
            learned = Math.max(learned, distance(moved.learnedVariables().values(), ends));
        }
        double share = share(precision);
        return new Bounds(
                logits + share * largest(exact.logits()), learned + share * largest(ends));
    }

    /** Cases beside this one, no further away than rounding may lead. */
    public static List<RandomCase> neighbours(RandomCase c, Precision precision) {
        RandomCase[] result = new RandomCase[TRIALS];
        Arrays.setAll(
                result,
                trial -> {
                    Random random = new Random(trial);
                    return new RandomCase(
                            c.model(),
                            movedMetaVariables(c, precision, random),
                            movedState(c.start(), precision, random),
                            c.examples());
                });
        return List.of(result);
    }

    /** The least relative error that arithmetic of a precision is held to. */
    public static double share(Precision precision) {
        return ROUNDINGS * (precision == Precision.FLOAT ? 0x1p-23 : 0x1p-52);
    }

    private static ReferenceVsml.Result movedAtEachStep(
            RandomCase c, Precision precision, Random random) {
        NamedArrays metaVariables = movedMetaVariables(c, precision, random);
        Examples all = c.examples();
        int parallel = all.parallel();
        int inputs = all.task().inputs();
        int classes = all.task().classes();
        double[] logits = new double[all.labels().length * classes];
        NamedArrays state = c.start();
        for (int from = 0; from < all.labels().length; from += parallel) {
            Examples step =
                    new Examples(
                            all.task(),
                            parallel,
                            Arrays.copyOfRange(
                                    all.inputs(), from * inputs, (from + parallel) * inputs),
                            Arrays.copyOfRange(all.labels(), from, from + parallel));
            ReferenceVsml.Result result =
                    ReferenceVsml.run(
                            c.model(), metaVariables, movedState(state, precision, random), step);
            System.arraycopy(result.logits(), 0, logits, from * classes, parallel * classes);
            state = result.learnedVariables();
        }
        return new ReferenceVsml.Result(logits, state);
    }

    private static NamedArrays movedMetaVariables(
            RandomCase c, Precision precision, Random random) {
        NamedArrays moved = c.metaVariables().copy();
        double[] values = moved.values();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 1 + sign(random) * share(precision);
        }
        return moved;
    }

    private static NamedArrays movedState(NamedArrays state, Precision precision, Random random) {
        NamedArrays moved = state.copy();
        for (ArrayLayout.Entry entry : state.layout().entries()) {
            if (RECORDS.contains(entry.name())) {
                continue;
            }
            double[] values = moved.array(entry.name());
            for (int i = 0; i < values.length; i++) {
                values[i] += sign(random) * share(precision) * Math.max(1, Math.abs(values[i]));
            }
            moved.set(entry.name(), values);
        }
        return moved;
    }

    private static int sign(Random random) {
        return random.nextBoolean() ? 1 : -1;
    }

    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    /** The largest magnitude, at least 1. */
    private static double largest(double[] values) {
        return Math.max(1, Arrays.stream(values).map(Math::abs).max().orElse(0));
    }
}
